#!/usr/bin/env python3
"""Works out leaf.json by its own SM3 (GB/T 32905-2016) and its own reading of the sealed record, apart from the Rust code.

`python3 leaf.py` checks the file beside it, `python3 leaf.py --write` makes it anew.
"""

import json
import pathlib
import struct
import sys
import uuid

VECTORS = pathlib.Path(__file__).with_name("leaf.json")


def rotated(word, bits):
    bits %= 32
    return ((word << bits) | (word >> (32 - bits))) & 0xFFFFFFFF


def sm3(message):
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = message + b"\x80" + b"\x00" * ((55 - len(message)) % 64) + struct.pack(">Q", len(message) * 8)
    for block in range(0, len(padded), 64):
        words = list(struct.unpack(">16I", padded[block : block + 64]))
        for j in range(16, 68):
            x = words[j - 16] ^ words[j - 9] ^ rotated(words[j - 3], 15)
            x ^= rotated(x, 15) ^ rotated(x, 23)
            words.append(x ^ rotated(words[j - 13], 7) ^ words[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            constant = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = rotated((rotated(a, 12) + e + rotated(constant, j)) & 0xFFFFFFFF, 7)
            ss2 = ss1 ^ rotated(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + ss2 + (words[j] ^ words[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + words[j]) & 0xFFFFFFFF
            a, b, c, d = tt1, a, rotated(b, 9), c
            e, f, g, h = tt2 ^ rotated(tt2, 9) ^ rotated(tt2, 17), e, rotated(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h))]
    return struct.pack(">8I", *state)


# The standard's own examples.
assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def sealed(event):
    fields = [
        uuid.UUID(event["incarnation"]).bytes,
        struct.pack(">H", event["shard"]),
        struct.pack(">Q", event["position"]),
        uuid.UUID(event["id"]).bytes,
        b"guarantee",
        uuid.UUID(event["aggregate_id"]).bytes,
        struct.pack(">Q", event["sequence"]),
        event["event_type"].encode(),
        event["event_version"].encode(),
        struct.pack(">q", event["recorded_at_us"]),
        event["payload"].encode(),
        event["metadata"].encode(),
        raw_sm3(event["metadata"]).encode(),
    ]
    return b"baohan.record.1" + b"".join(struct.pack(">I", len(field)) + field for field in fields)


def raw_sm3(metadata):
    try:
        value = json.loads(metadata)["raw_sm3"]
    except (ValueError, KeyError, TypeError):
        return ""
    return value if isinstance(value, str) else ""


def event(**changed):
    return {
        "incarnation": "0b9d2c7e-5f4a-4c1b-8f1e-2a3b4c5d6e7f",
        "shard": 0,
        "position": 1,
        "id": "0195f2a0-0000-7000-8000-000000000001",
        "aggregate_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "sequence": 1,
        "event_type": "Applied",
        "event_version": "1",
        "recorded_at_us": 1772625600000000,
        "payload": '{"type":"Applied","amount":"800000.00"}',
        "metadata": '{"actor":"platform:demo"}',
    } | changed


EVENTS = [
    event(),
    event(shard=7, position=2**40 + 3, sequence=300, event_type="Issued", event_version="2"),
    event(payload='{ "金额" :\t"1.10", "quote":"\\u0041\'" }', metadata="{}"),
    event(metadata='{"actor":"platform:demo","raw_sm3":"' + "ab" * 32 + '"}'),
    event(metadata='{"raw_sm3":"\\u0061b","raw":"x"}'),
    event(metadata='{"raw_sm3":7}'),
    event(payload="", recorded_at_us=-1),
    # The same letters, cut elsewhere: lengths keep these two apart.
    event(event_type="Applie", event_version="d1"),
]


def worked_out():
    vectors = []
    for entry in EVENTS:
        record = sealed(entry)
        vectors.append({"event": entry, "record": record.hex(), "leaf": sm3(b"\x00" + record).hex()})
    return json.dumps(vectors, ensure_ascii=False, indent=1) + "\n"


if "--write" in sys.argv:
    VECTORS.write_text(worked_out(), encoding="utf-8")
elif VECTORS.read_text(encoding="utf-8") != worked_out():
    sys.exit("leaf.json is another")
