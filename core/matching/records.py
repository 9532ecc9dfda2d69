"""Rows of the two lists as typed records, parsed once before thousands of comparisons."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from .alignment import Rarity, learn_rarity
from .identifiers import clean_number
from .knowledge import EntityType
from .normalise import fold
from .parse import Name, parse_name

#: Columns beside id and name that a list may have; all others are ignored.
KNOWN_COLUMNS = (
    "email",
    "phone",
    "tax_no",
    "company_no",
    "code",
    "entity_type",
    "client",
    "job_name",
    "job_no",
    "given_name",
    "surname",
    "street",
    "suburb",
    "locality",
    "postcode",
    "state",
    "dob",
    "period",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One row, ready to compare. Every text is folded; "" stands for absent."""

    name: Name
    tax_no: str
    company_no: str
    email: str
    phone: str
    code: str
    dob: str
    street: str
    suburb: str
    postcode: str
    state: str

    @property
    def code_seen(self) -> str:
        """The client code from its column or, failing that, from the name it was glued to."""
        return self.code or self.name.code

    def __reduce__(self) -> tuple[Any, ...]:
        """As its fields: between processes that travels in half the time of the usual way."""
        return Record, _fields_of(self)


_fields_of = attrgetter(*Record.__slots__)


@dataclass(frozen=True, slots=True)
class Context:
    """What both lists together tell about a pair: rarity of words, how many share an e-mail or a phone, list size."""

    rarity: Rarity
    shared: dict[str, int]
    log_size: float


def read_texts(frame: Any) -> list[dict[str, str]]:
    """Each row's known columns as text; missing values and unknown columns are left out."""
    columns = [column for column in ("name", *KNOWN_COLUMNS) if column in frame.columns]
    values = [[_read_text(value) for value in frame[column].tolist()] for column in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _read_text(value: object) -> str:
    return value if type(value) is str and value.isascii() else as_text(value)


def as_text(value: object) -> str:
    """A value as text that every file and string column holds: "" when missing, "?" for a lone half of a character."""
    if value is None or value != value:
        return ""
    text = str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def make_record(row: dict[str, str]) -> Record:
    """Parse one row of texts. A company or tax number written into the name counts where its column is empty."""
    name = row.get("name", "") or " ".join(filter(None, (row.get("given_name", ""), row.get("surname", ""))))
    parsed = _with_type(parse_name(name, row.get("code", "")), row.get("entity_type", ""))
    written = parsed.register_no
    return Record(
        parsed,
        _clean(clean_number, row.get("tax_no", "")) or (written if len(written) in (11, 13) else ""),
        _clean(clean_number, row.get("company_no", "")) or (written if len(written) == 9 else ""),
        _clean(_clean_email, row.get("email", "")),
        _clean(clean_phone, row.get("phone", "")),
        _clean(_squeeze, row.get("code", "")),
        _clean(clean_date, row.get("dob", "")),
        _clean(fold, row.get("street", "")),
        _clean(_clean_place, row.get("suburb", "") or row.get("locality", "")),
        _clean(fold, row.get("postcode", "")),
        _clean(fold, row.get("state", "")),
    )


def _clean(how: Callable[[str], str], text: str) -> str:
    return how(text) if text else ""


def _clean_email(text: str) -> str:
    return fold(text).replace(" ", "")


def _with_type(name: Name, entity_type: str) -> Name:
    """A name that does not tell its kind takes it from the list's own column."""
    if name.type is not EntityType.UNKNOWN or not entity_type:
        return name
    return replace(name, type=read_entity_type(entity_type))


@lru_cache(maxsize=1024)
def read_entity_type(text: str) -> EntityType:
    """The kind of client meant by words such as "SMSF", "Unit trust", "Individual" or "Sole trader"."""
    words = set(re.findall(r"[a-z]+", fold(text)))
    for telling, kind in _TYPE_WORDS:
        if words & telling:
            return kind
    return EntityType.UNKNOWN


_TYPE_WORDS: tuple[tuple[set[str], EntityType], ...] = (
    ({"super", "superannuation", "smsf", "superfund"}, EntityType.SUPER_FUND),
    ({"estate"}, EntityType.ESTATE),
    ({"trust"}, EntityType.TRUST),
    ({"partnership"}, EntityType.PARTNERSHIP),
    ({"company", "limited", "ltd", "proprietary", "corporation"}, EntityType.COMPANY),
    ({"association", "club", "society", "charity", "incorporated"}, EntityType.ASSOCIATION),
    ({"person", "individual", "sole"}, EntityType.PERSON),
)


_STATES = re.compile(r"\b(nsw|vic|qld|act|tas|nt|wa|sa)\b|\([^)]*\)|\d+")


def _clean_place(text: str) -> str:
    """A place without the state, postcode and remarks that are often typed behind it."""
    folded = fold(text)
    return " ".join(_STATES.sub(" ", folded).replace(",", " ").split()) or folded


def clean_date(text: str) -> str:
    """A birth date as YYYYMMDD; written day first when the year stands last."""
    day_first = re.match(r"\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", text)
    if day_first:
        day, month, year = day_first.groups()
        return f"{year}{int(month):02d}{int(day):02d}"
    return re.sub(r"\D", "", text[:40])[:8]


def _squeeze(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text))


def clean_phone(text: str) -> str:
    """The last nine digits, so that +61 4.. and 04.. are the same; "" with fewer than six."""
    digits = re.sub(r"\D", "", text[:40])
    return digits[-9:].lstrip("0") if len(digits) >= 6 else ""


def learn_context(left: list[Record], right: list[Record]) -> Context:
    """Count words, e-mails and phones over both lists."""
    rarity = learn_rarity(record.name.all_words for side in (left, right) for record in side)
    shared: Counter[str] = Counter()
    for side in (left, right):
        counts = Counter(key for record in side for key in (record.email, record.phone) if key)
        for key, count in counts.items():
            shared[key] = max(shared[key], count)
    return Context(rarity, dict(shared), math.log(max(len(left), len(right), 200)))
