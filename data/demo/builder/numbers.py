"""Registration numbers with the right shape and check digits, telephone numbers kept for fiction, and ids."""

from __future__ import annotations

import hashlib
import uuid
from random import Random

_ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_TFN_WEIGHTS = (1, 4, 3, 7, 5, 8, 6, 9, 10)


def derive_uuid(*parts: object) -> str:
    """A lower-case version 4 UUID that depends on nothing but the parts."""
    digest = hashlib.sha256("|".join(["demo", *map(str, parts)]).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def is_abn(digits: str) -> bool:
    """Whether eleven digits carry the check digits of an Australian Business Number (rule of the ABR)."""
    if len(digits) != 11 or not digits.isdigit():
        return False
    numbers = [int(digit) for digit in digits]
    numbers[0] -= 1
    return sum(weight * number for weight, number in zip(_ABN_WEIGHTS, numbers, strict=True)) % 89 == 0


def draw_abn(rng: Random, tail: str = "") -> str:
    """An ABN; a company's is two check digits before its ACN, given as `tail`."""
    tail = tail or f"{rng.randrange(10**8, 10**9)}"
    return next(f"{head}{tail}" for head in range(11, 100) if is_abn(f"{head}{tail}"))


def draw_acn(rng: Random) -> str:
    """Nine digits, the last one ASIC's check digit (weights 8 to 1, complement to ten)."""
    body = f"{rng.randrange(10**7, 7 * 10**7):08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(8, 0, -1), strict=True))
    return f"{body}{(10 - total % 10) % 10}"


def draw_nzbn(rng: Random) -> str:
    """Thirteen digits beginning with 9429, the last one the GS1 check digit."""
    body = f"94290{rng.randrange(10**7):07d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{(10 - total % 10) % 10}"


def draw_tfn(rng: Random) -> str:
    """Nine digits of a tax file number's length that fail its check on purpose: no person can own one of these."""
    while True:
        digits = f"{rng.randrange(10**8, 10**9)}"
        if sum(int(digit) * weight for digit, weight in zip(digits, _TFN_WEIGHTS, strict=True)) % 11:
            return digits


def draw_phone(rng: Random) -> str:
    """A number of the ranges that Australia keeps for fiction."""
    return f"02 {rng.choice(('5550', '7010'))} {rng.randrange(10_000):04d}"


def group_digits(digits: str) -> str:
    """An ABN as people write it: 51 824 753 556."""
    return f"{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}" if len(digits) == 11 else digits
