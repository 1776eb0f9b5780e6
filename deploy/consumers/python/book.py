"""What each event means in money, and the sums per platform. All amounts are exact decimals of yuan."""

from collections import defaultdict
from decimal import Decimal, Inexact, getcontext

# An amount has 18 digits; sums of them are exact or not at all.
getcontext().prec = 38
getcontext().traps[Inexact] = True


class Guarantee:
    """One guarantee, as far as its money goes."""

    def __init__(self, platform, amount):
        self.platform = platform
        self.amount = amount  # None while it is sealed
        self.in_force = False
        self.claims = {}  # what each claim that is not refused takes

    def left(self):
        if self.amount is None:
            return Decimal(0)
        return max(self.amount - sum(self.claims.values()), Decimal(0))


class Sum:
    """A sum over guarantees in force."""

    def __init__(self):
        self.guarantees = 0
        self.sealed = 0  # in force, and their amount is still sealed
        self.amount = Decimal("0.00")
        self.left = Decimal("0.00")

    def add(self, guarantee, sign):
        self.guarantees += sign
        if guarantee.amount is None:
            self.sealed += sign
        else:
            self.amount += sign * guarantee.amount
        self.left += sign * guarantee.left()

    def told(self):
        return {
            "guarantees": self.guarantees,
            "sealed": self.sealed,
            "amount": str(self.amount),
            "left": str(self.left),
        }


class Book:
    def __init__(self):
        self.guarantees = {}
        self.platforms = defaultdict(Sum)
        self.total = Sum()
        self.strangers = 0  # events of guarantees that nobody applied for

    def take(self, subject, event):
        kind = event["type"]
        if kind == "Applied":
            self.guarantees[subject] = Guarantee(event["platform"], money(event.get("amount")))
            return
        guarantee = self.guarantees.get(subject)
        if guarantee is None:
            self.strangers += 1  # only a gap brings this about
            return
        self.count(guarantee, -1)
        if kind == "Issued":
            guarantee.in_force = True
        elif kind == "RestoreRequested":
            if guarantee.amount is None:
                guarantee.amount = money(event["opened"].get("amount"))
        elif kind in ("Claimed", "ClaimPaid"):
            guarantee.claims[event["claim"]] = money(event["amount"])
        elif kind == "ClaimRefused":
            guarantee.claims.pop(event["claim"], None)
        elif kind in ("Quit", "Cancelled"):
            guarantee.in_force = False
        # Other events move no money of the exposure; a type that a later version brings is skipped.
        self.count(guarantee, 1)

    def count(self, guarantee, sign):
        if guarantee.in_force:
            self.platforms[guarantee.platform].add(guarantee, sign)
            self.total.add(guarantee, sign)

    def told(self):
        return {
            "platforms": {platform: total.told() for platform, total in sorted(self.platforms.items())},
            "total": self.total.told(),
            "strangers": self.strangers,
        }


def money(amount):
    """Amounts are texts with two places; a decimal takes them as they are."""
    return None if amount is None else Decimal(amount)
