"""How the evidence of two clients is shown: the parts of a name, the keys, the address, each with its words."""

from __future__ import annotations

import numpy as np

from .explain import Columns, Judge, Line, judge_cases, judge_least, judge_share
from .knowledge import EntityType, Phrase
from .people import Level
from .persons import Person
from .records import Record

_NUMBER = {"same": (1, 4), "similar": (2,)}
_OTHER_NAMES = (("trustee", "trustee"), ("trading as", "trading"), ("formerly", "former"))


def show_words(record: Record) -> str:
    """The telling words of the main part of the name."""
    return " ".join(record.name.words).title() or record.name.folded


def show_type(record: Record) -> str:
    """The legal form, or the kind of client; empty when the name tells neither."""
    kind = record.name.type
    return record.name.form or ("" if kind is EntityType.UNKNOWN else kind.value)


def show_persons(record: Record) -> str:
    """The persons that the name means, given names first."""
    return " and ".join(" ".join((*person.givens, person.surname)).title() for person in record.name.persons)


def show_initials(record: Record) -> str:
    """The single letters in the name of a body."""
    return " ".join(word for word in record.name.words if len(word) == 1).upper() if not record.name.persons else ""


def show_numbers(record: Record) -> str:
    """The numbers in the name."""
    return " ".join(sorted(record.name.numbers)) if record.name.numbers else ""


def show_others(record: Record) -> str:
    """Trustee, trading name and former name."""
    name = record.name
    if not name.trustee and not name.trading and not name.former:
        return ""
    found = ((title, getattr(name, part)) for title, part in _OTHER_NAMES)
    return ", ".join(f"{title} {' '.join(words).title()}" for title, words in found if words)


def show_address(record: Record) -> str:
    """The address in one line."""
    return ", ".join(filter(None, (record.street, record.suburb, record.postcode, record.state))).title()


def show_date(record: Record) -> str:
    """The birth date, with hyphens when it is whole."""
    date = record.dob
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 else date


def _narrow_words(left: Record, right: Record, _: dict[str, float]) -> tuple[str, str, str]:
    return "name", *_list_rest(left.name.words, right.name.words)


def _list_rest(left: Phrase, right: Phrase) -> tuple[str, str]:
    """The words that only one of the two has."""
    mine = [word for word in left if word not in right]
    theirs = [word for word in right if word not in left]
    return " ".join(mine).title(), " ".join(theirs).title()


def _narrow_persons(left: Record, right: Record, values: dict[str, float]) -> tuple[str, str, str]:
    """The name of the person that agrees least; all words that differ when it is not known which name is which."""
    mine, theirs = left.name.persons, right.name.persons
    if len(mine) != 1 or len(theirs) != 1:
        return "person", "", ""
    one, other = mine[0], theirs[0]
    if values["suffix"] == 2:
        return "title", _name_suffix(one), _name_suffix(other)
    if one.surname != other.surname and one.givens[:1] != other.givens[:1]:
        return "person", *_list_rest((*one.givens, one.surname), (*other.givens, other.surname))
    if one.surname != other.surname:
        return "surname", one.surname.title(), other.surname.title()
    if values["given"] >= Level.NICKNAME:
        return "middle name", " ".join(one.givens[1:]).title(), " ".join(other.givens[1:]).title()
    return "given name", " ".join(one.givens).title(), " ".join(other.givens).title()


def _narrow_others(left: Record, right: Record, values: dict[str, float]) -> tuple[str, str, str]:
    """The trading name, trustee or former name of one side that is the name of the other."""
    title, part = _OTHER_PARTS.get(values["parts"], ("", ""))
    if not title:
        return "other names", "", ""
    mine, theirs = getattr(left.name, part) or left.name.words, getattr(right.name, part) or right.name.words
    return title, " ".join(mine).title(), " ".join(theirs).title()


#: Values of `parts` in which one side's other name was compared -> what it is called, and where it stands.
_OTHER_PARTS = {2.0: ("trading name", "trading"), 4.0: ("trustee", "trustee"), 5.0: ("former name", "former")}


def _name_suffix(person: Person) -> str:
    return person.suffix or {"man": "Mr", "woman": "Mrs or Ms"}.get(person.gender, "")


def _judge_persons(columns: Columns) -> np.ndarray:
    found = judge_least(("surname", "given"), Level.NICKNAME, Level.MISSING)(columns)
    apart = (columns["persons"] >= 2) | (columns["suffix"] == 2) | (columns["middle"] == Level.DIFFERENT)
    return np.where(apart & (found == 1), 2, found)


def _judge_address(columns: Columns) -> np.ndarray:
    known = np.column_stack([columns[name] for name in ("street", "suburb", "state")])
    present = ~np.isnan(known)
    least = np.where(present, known, np.inf).min(axis=1)
    mean = np.where(present, known, 0.0).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    return np.select([~present.any(axis=1), least >= 0.999, mean > 0.75], [0, 1, 2], 3)


_judge_number: Judge = judge_cases("numbers", (0,), (2,), (1,))
_judge_others: Judge = judge_cases("parts", (3, 6), (2, 4, 5), (0, 1))

CLIENT_LINES = (
    Line(
        "name",
        (
            "share",
            "conflict",
            "left_rest",
            "right_rest",
            "surprise",
            "inexact",
            "rarest",
            "two_words",
            "opposed",
            "cut",
            "first",
            "letters",
            "sorted_letters",
        ),
        show_words,
        judge_share("share", 0.999, 0.6),
        _narrow_words,
        within="person",
    ),
    Line(
        "kind of client",
        ("type", "form"),
        show_type,
        judge_cases("type", (0,), (3, 4, 7), (1, 2, 8)),
        neutral={"type": 1.0, "form": 1.0},
    ),
    Line("number", ("numbers",), show_numbers, _judge_number),
    Line(
        "person",
        ("surname", "given", "either", "middle", "persons", "suffix"),
        show_persons,
        _judge_persons,
        _narrow_persons,
    ),
    Line("initials", ("initials",), show_initials, judge_cases("initials", missing=(1,))),
    Line("other names", ("parts",), show_others, _judge_others, _narrow_others, neutral={"parts": 0.0}),
    Line("tax number", ("tax_no",), lambda r: r.tax_no, judge_cases("tax_no", **_NUMBER)),
    Line("company number", ("company_no",), lambda r: r.company_no, judge_cases("company_no", **_NUMBER)),
    Line("e-mail", ("email", "email_name"), lambda r: r.email, judge_cases("email", (0, 1, 2), (3, 4))),
    Line("phone", ("phone",), lambda r: r.phone, judge_cases("phone", (0, 1, 2), (3,))),
    Line("client code", ("code",), lambda r: r.code_seen.upper(), judge_cases("code")),
    Line("birth date", ("dob",), show_date, judge_cases("dob", (0,), (1, 2))),
    Line("address", ("street", "suburb", "postcode", "state"), show_address, _judge_address),
)
