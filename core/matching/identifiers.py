"""Tax and company numbers: which kind one is by its check digits, and whether two are the same, a slip, or different.

Check digit rules as published by the Australian Business Register (ABN), ASIC (ACN), GS1 (NZBN) and New Zealand's
Inland Revenue (IRD). Xero Practice Manager shows tax numbers masked but for the last three digits: those can speak
against a pair, or a little for it, but never prove one.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

_ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_ACN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1)
_IRD_WEIGHTS = ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6))
_MASK = re.compile(r"[*x•#?.]{3,}")


class Agreement(IntEnum):
    """How two numbers stand to each other. `NONE`: at least one is missing or unusable; `OTHER`: two valid numbers of
    one kind, so of two holders."""

    NONE = 0
    SAME = 1
    SLIP = 2
    DIFFERENT = 3
    MASKED_SAME = 4
    MASKED_DIFFERENT = 5
    OTHER = 6


@lru_cache(maxsize=1 << 16)
def clean_number(text: str) -> str:
    """The letters and digits of a number in lower case; a masked one as "*" and its visible digits; else ""."""
    plain = text.strip().lower()[:40]
    if _MASK.search(plain):
        visible = re.sub(r"\D", "", _MASK.split(plain)[-1])
        return f"*{visible}" if len(visible) >= 3 else ""
    plain = re.sub(r"^\s*(abn|acn|nzbn|ird|tfn|utr|crn|gst|no)[\s:.#]*", "", plain)
    plain = re.sub(r"[^a-z0-9]", "", plain)
    return plain if len(re.sub(r"\D", "", plain)) >= 6 and set(plain) != {"0"} else ""


def is_abn(number: str) -> bool:
    """Whether eleven digits satisfy the check of an Australian Business Number."""
    if not re.fullmatch(r"[1-9]\d{10}", number):
        return False
    digits = [int(digit) for digit in number]
    digits[0] -= 1
    return sum(weight * digit for weight, digit in zip(_ABN_WEIGHTS, digits, strict=True)) % 89 == 0


def is_acn(number: str) -> bool:
    """Whether nine digits satisfy the check of an Australian Company Number."""
    if not re.fullmatch(r"\d{9}", number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ACN_WEIGHTS, number[:8], strict=True))
    return (10 - total % 10) % 10 == int(number[8])


def is_nzbn(number: str) -> bool:
    """Whether thirteen digits are a New Zealand Business Number (a GS1 location number beginning with 94)."""
    if not re.fullmatch(r"94\d{11}", number):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(number))
    return total % 10 == 0


def is_ird(number: str) -> bool:
    """Whether eight or nine digits satisfy the check of a New Zealand IRD number."""
    if not re.fullmatch(r"\d{8,9}", number):
        return False
    padded = number.zfill(9)
    for weights in _IRD_WEIGHTS:
        rest = sum(weight * int(digit) for weight, digit in zip(weights, padded[:8], strict=True)) % 11
        check = 0 if rest == 0 else 11 - rest
        if check != 10:
            return check == int(padded[8])
    return False


def is_valid(number: str) -> bool:
    """Whether the number satisfies the check digits of any kind we know."""
    return is_abn(number) or is_acn(number) or is_nzbn(number) or is_ird(number)


def compare_numbers(one: str, other: str) -> Agreement:
    """How two numbers cleaned by `clean_number` agree.

    A slip is one wrong, missing, doubled or swapped digit when at least one of the two fails its check: two valid
    numbers that differ belong to two different holders. An ABN that ends in the other's ACN is the same company.
    """
    if not one or not other:
        return Agreement.NONE
    if one.startswith("*") or other.startswith("*"):
        same = one[-3:] == other[-3:]
        return Agreement.MASKED_SAME if same else Agreement.MASKED_DIFFERENT
    if one.lstrip("0") == other.lstrip("0") or _is_acn_in_abn(one, other):
        return Agreement.SAME
    if OSA.distance(one, other, score_cutoff=1) <= 1 and not (is_valid(one) and is_valid(other)):
        return Agreement.SLIP
    return Agreement.OTHER if len(one) == len(other) and is_valid(one) and is_valid(other) else Agreement.DIFFERENT


def _is_acn_in_abn(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 9 and len(long) == 11 and long.endswith(short)
