#!/usr/bin/env python3
"""Bends an evidence file at random, many times, and sees that verify.py refuses each: bend.py FILE TIMES SEED."""

import random
import sys

from verify import Refused, verify

FAULTS = (Refused, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


def main():
    path, times, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    draw = random.Random(seed)
    whole = open(path, "rb").read()
    verify(whole)
    for _ in range(times):
        bent = bytearray(whole)
        while bent == whole:
            place = draw.randrange(len(bent))
            if draw.random() < 0.2:
                del bent[place]
            elif draw.random() < 0.5:
                bent[place] = draw.choice(b"0123456789abcdef")
            else:
                bent[place] ^= 1 << draw.randrange(8)
        try:
            verify(bytes(bent))
        except FAULTS:
            continue
        sys.exit(f"verified though it was bent: {bytes(bent)!r}")
    print(f"{times} refused")


if __name__ == "__main__":
    main()
