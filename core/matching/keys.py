"""Everything of a client but the name: numbers, e-mail, phone, code, birth date, address; one value per feature.

NaN says that a side lacks the key, so that there is nothing to compare.
"""

from __future__ import annotations

import math

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

from .identifiers import Agreement, compare_numbers
from .records import Context, Record

NAN = math.nan
_NO_ADDRESS = (NAN,) * 5


def compare_keys(left: Record, right: Record, context: Context) -> tuple[float, ...]:
    """Tax and company number, e-mail, the name in a mailbox, phone and client code."""
    return (
        _number_feature(left.tax_no, right.tax_no),
        _number_feature(left.company_no, right.company_no),
        _compare_emails(left, right, context),
        _compare_email_name(left, right),
        _compare_phones(left, right, context),
        _compare_codes(left, right),
    )


def _number_feature(one: str, other: str) -> float:
    if not one or not other:
        return NAN
    agreement = compare_numbers(one, other)
    return NAN if agreement is Agreement.NONE else float(agreement)


def _compare_emails(left: Record, right: Record, context: Context) -> float:
    """0 same and nobody else's, 1 same, shared by few, 2 same, shared by many, 3 nearly same, 4 same mailbox name,
    5 differ."""
    one, other = left.email, right.email
    if not one or not other:
        return NAN
    if one == other:
        return _sharing(context.shared.get(one, 1))
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return 3.0
    return 4.0 if one.split("@")[0] == other.split("@")[0] else 5.0


def _sharing(count: int) -> float:
    return 0.0 if count <= 1 else 1.0 if count <= 4 else 2.0


def _compare_email_name(left: Record, right: Record) -> float:
    """Whether one side's mailbox spells out the other's given name: 1 yes, 0 it spells another, NaN cannot tell."""
    if not left.email and not right.email:
        return NAN
    for mine, theirs in ((left, right), (right, left)):
        if not mine.email or len(theirs.name.persons) != 1 or mine.email == theirs.email:
            continue
        box, person = mine.email.split("@")[0], theirs.name.persons[0]
        if len(person.surname) < 3 or person.surname not in box or not person.givens:
            continue
        rest = box.replace(person.surname, "").strip("._-0123456789")
        if len(rest) >= 3 and len(person.givens[0]) >= 3:
            return 1.0 if rest == person.givens[0] else 0.0
    return NAN


def _compare_phones(left: Record, right: Record, context: Context) -> float:
    """0 same and nobody else's, 1 same, shared by few, 2 same, shared by many, 3 one digit off, 5 differ."""
    one, other = left.phone, right.phone
    if not one or not other:
        return NAN
    if one == other:
        return _sharing(context.shared.get(one, 1))
    return 3.0 if OSA.distance(one, other, score_cutoff=1) <= 1 else 5.0


def _compare_codes(left: Record, right: Record) -> float:
    """0 same, 1 differ."""
    one, other = left.code_seen, right.code_seen
    if not one or not other:
        return NAN
    return 0.0 if one == other else 1.0


def compare_addresses(left: Record, right: Record) -> tuple[float, ...]:
    """Birth date, street, suburb, postcode and state."""
    if not (left.dob or left.street or left.suburb or left.postcode or left.state):
        return _NO_ADDRESS
    return (
        compare_dates(left.dob, right.dob),
        _text_feature(left.street, right.street),
        _text_feature(left.suburb, right.suburb),
        compare_digits(left.postcode, right.postcode),
        _text_feature(left.state, right.state),
    )


def compare_dates(one: str, other: str) -> float:
    """0 same, 1 one slip, 2 two slips or day and month swapped, 3 differ."""
    if not one or not other:
        return NAN
    if one == other:
        return 0.0
    distance = OSA.distance(one, other, score_cutoff=2)
    if distance == 1:
        return 1.0
    swapped = one[:4] == other[:4] and one[4:6] == other[6:8] and one[6:8] == other[4:6]
    return 2.0 if distance == 2 or swapped or one[4:] == other[4:] else 3.0


def compare_digits(one: str, other: str) -> float:
    """0 same, 1 one slip, 2 same region, 3 differ."""
    if not one or not other:
        return NAN
    if one == other:
        return 0.0
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return 1.0
    return 2.0 if one[:2] == other[:2] else 3.0


def _text_feature(one: str, other: str) -> float:
    if not one or not other:
        return NAN
    if one == other:
        return 1.0
    return max(ratio(one, other), 100 * JaroWinkler.similarity(one, other) - 5) / 100
