"""What no likeness of two clients can outweigh, and what leaves in doubt which of several clients is meant."""

from __future__ import annotations

from .features import HARD_FORM, HARD_INITIALS, HARD_NUMBERS, HARD_SUFFIX, HARD_TYPE, PLACE
from .identifiers import Agreement
from .people import Level


def hard_differences(values: tuple[float, ...]) -> tuple[str, ...]:
    """Features that forbid the bands likely and certain whatever else agrees: kind, number, person."""
    found = []
    for name, value in (("type", HARD_TYPE), ("form", HARD_FORM), ("initials", HARD_INITIALS), ("suffix", HARD_SUFFIX)):
        if values[PLACE[name]] == value:
            found.append(name)
    if values[PLACE["numbers"]] >= HARD_NUMBERS:
        found.append("numbers")
    if values[PLACE["given"]] == Level.DIFFERENT and values[PLACE["dob"]] not in (0.0, 1.0):
        found.append("given")
    found += [name for name in ("tax_no", "company_no") if values[PLACE[name]] == Agreement.OTHER]
    return tuple(found)


#: Values that leave in doubt which member of a family, or which of its bodies, is meant.
_DOUBTS = (
    ("surname", (Level.DIFFERENT, Level.MISSING, Level.INITIAL)),
    ("given", (Level.MISSING, Level.INITIAL)),
    ("either", (1.0,)),
    ("middle", (Level.DIFFERENT,)),
    ("type", (3.0, 8.0)),
    ("form", (4.0, 5.0, 6.0)),
    ("parts", (2.0, 4.0, 5.0, 7.0)),
    ("opposed", (2.0,)),
    ("two_words", (1.0,)),
)
#: Weight of words left over on both sides above which a pair is in doubt.
MOST_CONFLICT = 1.0
_PROVING = {"tax_no": (1.0, 2.0), "company_no": (1.0, 2.0), "code": (0.0,)}
#: Keys that settle which person is meant, but not whether the person or the body behind the person.
_PERSON_DOUBTS = {"surname", "given", "either", "middle", "two_words", "conflict"}
_PERSONAL = {"email": (0.0,), "phone": (0.0,), "dob": (0.0, 1.0)}


def is_in_doubt(values: tuple[float, ...]) -> bool:
    """Whether something decisive is unsaid or only similar, and no key says the same.

    A person known by an initial or a short form of several names, a trust whose kind is not told, the late and the
    living, two trading names, words of the trade that differ.
    """
    doubts = [name for name, cases in _DOUBTS if values[PLACE[name]] in cases]
    if doubts == ["given"] and values[PLACE["share"]] > 0.999:
        doubts = []
    if values[PLACE["dob"]] == 3.0 and not values[PLACE["street"]] >= 0.8:
        doubts.append("dob")
    if values[PLACE["conflict"]] > MOST_CONFLICT:
        doubts.append("conflict")
    if not doubts or _agrees(values, _PROVING):
        return False
    if values[PLACE["dob"]] <= 1.0 and values[PLACE["street"]] >= 0.65:
        return not set(doubts) <= _PERSON_DOUBTS
    return not (set(doubts) <= {"given", "either"} and _agrees(values, _PERSONAL))


def is_estate_apart(values: tuple[float, ...]) -> bool:
    """Whether one is a person and the other an estate without the same tax number: both are clients for a while."""
    return values[PLACE["type"]] == 7.0 and not _agrees(values, _PROVING)


def _agrees(values: tuple[float, ...], keys: dict[str, tuple[float, ...]]) -> bool:
    return any(values[PLACE[key]] in cases for key, cases in keys.items())
