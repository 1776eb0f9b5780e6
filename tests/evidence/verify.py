#!/usr/bin/env python3
"""Verifies an evidence file by docs/evidence.md alone, apart from the Rust code.

    verify.py [--ledger-key HEX] [--witness NAME=HEX]... [--at-least N] FILE

It prints what the file proves (JSON) and ends with 0, or says why it proves nothing and ends with 1. SM2 is checked by the library gmssl, SM3
comes from Python's own hashlib; the tree, the notes and all rules are here.
"""

import argparse
import base64
import binascii
import datetime
import hashlib
import json
import re
import sys
import uuid

from gmssl.sm2 import CryptSM2, default_ecc_table as CURVE

BYTES_MAX = 16 * 1024 * 1024
NOTE_BYTES_MAX = 64 * 1024
COSIGNATURES_MAX = 32
INTRODUCTIONS_MAX = 1000
LEDGER, WITNESS = 0xB1, 0xB4
FILE = ["format", "ledger", "guarantee", "made_at", "records", "checkpoint", "introductions", "keys", "documents"]
RECORD = ["incarnation", "shard", "position", "id", "aggregate_type", "aggregate_id", "sequence", "event_type",
          "event_version", "recorded_at_us", "payload", "metadata", "path"]


class Refused(Exception):
    """The file proves nothing."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def sm3(*parts):
    return hashlib.new("sm3", b"".join(parts)).digest()


def text(value):
    need(type(value) is str, "a text is expected")
    return value


def number(value, bits):
    need(type(value) is int and 0 <= value < 1 << bits, "a whole number is expected")
    return value


def listed(value):
    need(type(value) is list, "a list is expected")
    return value


def fields(value, names):
    need(type(value) is dict and list(value) == names, f"the fields are {names}, in this order")
    return value


def hexed(value, size):
    need(re.fullmatch("[0-9a-f]{%d}" % (size * 2), text(value)), f"{size} bytes in lower-case hex are expected")
    return bytes.fromhex(value)


def ident(value):
    need(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text(value)), "a UUID is expected")
    return uuid.UUID(value).bytes


def public_key(value):
    point = hexed(value, 65)
    x, y, p = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big"), int(CURVE["p"], 16)
    need(point[0] == 4 and x < p and y < p, "a public key is 04, x, y")
    need((y * y - x**3 - int(CURVE["a"], 16) * x - int(CURVE["b"], 16)) % p == 0, "a public key lies on the curve")
    return point


def signed(key, message, signature):
    """SM2 with SM3 and the identifier 1234567812345678 (GB/T 32918.2)."""
    n = int(CURVE["n"], 16)
    need(all(0 < int.from_bytes(half, "big") < n for half in (signature[:32], signature[32:])), "a signature is r, s")
    sm2 = CryptSM2(private_key="", public_key="")
    sm2.public_key = key[1:].hex()
    return sm2.verify_with_sm3(signature.hex(), message) is True


def key_hash(name, kind, key):
    return sm3(name.encode(), b"\n", bytes([kind]), key)[:4]


# The tree: RFC 6962 with SM3.


def leaf(record):
    """SM3(0x00, record): a name, then thirteen fields, each with its length before it."""
    try:
        raw = json.loads(record["metadata"])["raw_sm3"]
    except (ValueError, TypeError, LookupError):
        raw = ""
    parts = [
        ident(record["incarnation"]),
        number(record["shard"], 16).to_bytes(2, "big"),
        number(record["position"], 64).to_bytes(8, "big"),
        ident(record["id"]),
        text(record["aggregate_type"]).encode(),
        ident(record["aggregate_id"]),
        number(record["sequence"], 64).to_bytes(8, "big"),
        text(record["event_type"]).encode(),
        text(record["event_version"]).encode(),
        record["recorded_at_us"].to_bytes(8, "big", signed=True),
        text(record["payload"]).encode(),
        text(record["metadata"]).encode(),
        (raw if type(raw) is str else "").encode(),
    ]
    return sm3(b"\x00baohan.record.1", *(len(part).to_bytes(4, "big") + part for part in parts))


def root(hash_, index, size, path):
    """The root that a path leads to (RFC 9162, section 2.1.3.2)."""
    need(index < size, "the tree is smaller than that")
    fn, sn = index, size - 1
    for sibling in path:
        need(sn > 0, "the path is too long")
        if fn & 1 or fn == sn:
            hash_ = sm3(b"\x01", sibling, hash_)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash_ = sm3(b"\x01", hash_, sibling)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "the path is too short")
    return hash_


# Checkpoints: signed notes.

CHECKPOINT = re.compile(
    r"baohan\.checkpoint/1\nledger (?P<ledger>[0-9a-f-]{36})\nnumber (?P<number>[1-9][0-9]*)\n"
    r"time (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n(?P<shards>(?:shard (?:0|[1-9]\d*) (?:0|[1-9]\d*) [0-9a-f]{64}\n)+)"
    r"previous (?P<previous>-|[0-9a-f]{64})\n(?:introduces (?P<introduces>[0-9a-f]{130})\n)?",
    re.ASCII,
)


def signature_line(line, size):
    match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
    need(match and len(match[1].encode()) <= 128, "a signature line is a dash, a name and base64")
    data = base64.b64decode(match[2], validate=True)
    need(len(data) == size and base64.b64encode(data).decode() == match[2], "a signature line has so many bytes")
    return match[1], data


class Note:
    def __init__(self, note):
        need(len(text(note).encode()) <= NOTE_BYTES_MAX and "\n\n" in note, "a note is text, empty line, signatures")
        body, lines = note.split("\n\n", 1)
        self.text = body + "\n"
        match = CHECKPOINT.fullmatch(self.text)
        need(match and lines.endswith("\n"), "a checkpoint is expected")
        self.ledger, self.number, self.time = match["ledger"], number(int(match["number"]), 64), match["time"]
        datetime.datetime.strptime(self.time, "%Y-%m-%dT%H:%M:%S.%fZ")
        need((match["previous"] == "-") == (self.number == 1), "all checkpoints but the first have one before them")
        self.introduces = match["introduces"] and public_key(match["introduces"])
        self.shards = [line.split(" ")[1:] for line in match["shards"].splitlines()]
        need([int(shard[0]) for shard in self.shards] == list(range(len(self.shards))), "shards are 0, 1, 2 …")
        own, *others = lines[:-1].split("\n")
        self.signer, self.signature = signature_line(own, 68)
        need(self.signer == f"baohan/{self.ledger}", "the first signature is the ledger's")
        self.cosignatures = [signature_line(line, 76) for line in others]
        names = [self.signer] + [name for name, _ in self.cosignatures]
        need(len(set(names)) == len(names) <= COSIGNATURES_MAX + 1, "each name signs once")

    def signed_by(self, key):
        right = self.signature[:4] == key_hash(self.signer, LEDGER, key)
        return right and signed(key, self.text.encode(), self.signature[4:])

    def cosigned(self, name, key):
        data = dict(self.cosignatures).get(name, bytes(76))
        seconds = int.from_bytes(data[4:12], "big")
        message = f"cosignature/v1\ntime {seconds}\n{self.text}".encode()
        return data[:4] == key_hash(name, WITNESS, key) and signed(key, message, data[12:])


# The steps of docs/evidence.md.


def parsed(data):
    need(len(data) <= BYTES_MAX, "the file is too long")
    file = fields(json.loads(data.decode()), FILE)
    compact = json.dumps(file, ensure_ascii=False, separators=(",", ":"))
    indented = json.dumps(file, ensure_ascii=False, indent=2) + "\n"
    need(data in (compact.encode(), indented.encode()), "the file is neither compact nor indented by two blanks")
    need(file["format"] == "baohan.evidence/1", "another format")
    return file


def check_records(file, note):
    shard, position = None, 0
    need(listed(file["records"]), "there is a record")
    for sequence, record in enumerate(file["records"], 1):
        fields(record, RECORD)
        need(type(record["recorded_at_us"]) is int and abs(record["recorded_at_us"]) < 1 << 63, "a time is expected")
        need(record["aggregate_type"] == "guarantee", f"record {sequence}: not of a guarantee")
        need(record["aggregate_id"] == file["guarantee"], f"record {sequence}: of another guarantee")
        need(number(record["shard"], 16) < len(note.shards), f"record {sequence}: no such shard")
        need(record["sequence"] == sequence, f"record {sequence}: out of order")
        need(shard in (None, record["shard"]) and number(record["position"], 64) > position, f"record {sequence}: out of order")
        shard, position = record["shard"], record["position"]
        path = [hexed(sibling, 32) for sibling in listed(record["path"])]
        _, size, wanted = note.shards[shard]
        reached = root(leaf(record), position - 1, int(size), path)
        need(reached.hex() == wanted, f"record {sequence}: it does not stand in the ledger as the file has it")


def named_documents(records):
    """Each document that a payload names, once; a payload that is no object or names none in this form has none."""
    found = []
    for record in records:
        try:
            named = json.loads(record["payload"])["document"]
            document = {"kind": text(named["form"]), "sm3": text(named["digest"]), "bytes": number(named["size_bytes"], 64)}
        except (ValueError, TypeError, LookupError, Refused):
            continue
        found += [] if document in found else [document]
    return found


def check_keys(file, note, trusted):
    fields(file["keys"], ["ledger", "witnesses"])
    keys = [public_key(key) for key in listed(file["keys"]["ledger"])]
    need(keys, "there is a key")
    need(trusted in (None, keys[0]), "the first key is not the trusted one")
    need(len(listed(file["introductions"])) <= INTRODUCTIONS_MAX, "there are too many introductions")
    chain, last = [keys[0]], 0
    for introduction in map(Note, file["introductions"]):
        need(introduction.ledger == file["ledger"] and introduction.introduces, "an introduction introduces a key")
        need(last < introduction.number < note.number, "introductions come in order, before the checkpoint")
        need(not introduction.cosignatures, "an introduction carries no co-signatures")
        need(introduction.signed_by(chain[-1]), "an introduction is signed by the key before")
        chain.append(introduction.introduces)
        last = introduction.number
    need(chain == keys, "the keys are those that the introductions lead over")
    need(note.signed_by(chain[-1]), "the checkpoint is signed by the last key")


def check_witnesses(file, note):
    witnesses = [fields(witness, ["name", "public_key"]) for witness in listed(file["keys"]["witnesses"])]
    need([one["name"] for one in witnesses] == [name for name, _ in note.cosignatures], "the witnesses are those who co-signed")
    for witness in witnesses:
        need(note.cosigned(witness["name"], public_key(witness["public_key"])), f"{witness['name']} has not co-signed")


def verify(data, ledger_key=None, witnesses=(), at_least=0):
    file = parsed(data)
    ident(file["ledger"]), ident(file["guarantee"])
    note = Note(file["checkpoint"])
    need(note.ledger == file["ledger"], "the checkpoint is of another ledger")
    need(file["made_at"] == note.time, "made_at is the checkpoint's time")
    check_records(file, note)
    need(file["documents"] == named_documents(file["records"]), "the documents are those that the records name")
    check_keys(file, note, ledger_key)
    check_witnesses(file, note)
    counting = {key for name, key in witnesses if name in dict(note.cosignatures) and note.cosigned(name, key)}
    need(len(counting) >= at_least, "too few of the trusted witnesses have co-signed")
    return {"ledger": file["ledger"], "guarantee": file["guarantee"], "records": len(file["records"]), "checkpoint": note.number,
            "time": note.time, "ledger_key_trusted": ledger_key is not None, "trusted_witnesses": len(counting)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ledger-key", type=public_key)
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--at-least", type=int, default=0)
    parser.add_argument("file")
    asked = parser.parse_args()
    witnesses = [(name, public_key(key)) for name, key in (one.rsplit("=", 1) for one in asked.witness)]
    try:
        with open(asked.file, "rb") as file:
            print(json.dumps(verify(file.read(), asked.ledger_key, witnesses, asked.at_least), ensure_ascii=False))
    except (Refused, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, binascii.Error) as why:
        sys.exit(f"refused: {why}")


if __name__ == "__main__":
    main()
