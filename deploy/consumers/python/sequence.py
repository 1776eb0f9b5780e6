"""Where each shard stands.

Positions run 1, 2, 3 ... within a shard, so every record tells whether it is the next, was here before, or follows a gap. Offsets
tell nothing of the kind: transactions leave holes in them.
"""

import sys


class Sequence:
    def __init__(self):
        self.places = {}  # shard -> (position, incarnation, leaf hash)
        self.records = 0
        self.duplicates = 0
        self.conflicts = 0
        self.gaps = []
        self.incarnation_changes = []

    def take(self, shard, position, incarnation, leaf_hash):
        """Whether the record is one that has not been counted."""
        last, was, hashed = self.places.get(shard, (0, incarnation, ""))
        if position <= last:
            self.duplicates += 1
            if position == last and leaf_hash != hashed:
                self.conflicts += 1
                print(f"shard {shard}: two contents for position {position}", file=sys.stderr)
            return False
        if position > last + 1:
            self.gaps.append({"shard": shard, "expected": last + 1, "found": position})
            print(f"shard {shard}: position {last + 1} is missing, found {position}", file=sys.stderr)
        if incarnation != was:
            self.incarnation_changes.append({"shard": shard, "position": position, "from": was, "to": incarnation})
            print(f"shard {shard}: from position {position} the ledger has another incarnation", file=sys.stderr)
        self.places[shard] = (position, incarnation, leaf_hash)
        self.records += 1
        return True

    def is_whole(self):
        """Whether nothing is missing and no position had two contents."""
        return not self.gaps and not self.conflicts

    def told(self):
        return {
            "records": self.records,
            "duplicates": self.duplicates,
            "conflicts": self.conflicts,
            "positions": {str(shard): place[0] for shard, place in sorted(self.places.items())},
            "gaps": self.gaps,
            "incarnation_changes": self.incarnation_changes,
        }
