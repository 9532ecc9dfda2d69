"""Which header is which column: declared, remembered, or known by one of its usual names.

A fuzzy likeness never decides anything. It only makes the proposal that a person confirms once; the confirmed mapping
is remembered by the header's signature.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from core.local.config import TableConfig, known_columns
from core.local.table import FileRefused, show_text

#: Wider files are refused: the widest sheet a spreadsheet can hold.
WIDEST = 16_384
#: Headers are compared up to this length, so that a hostile header costs nothing.
_LONGEST_HEADER = 256
#: Likeness from which a header is offered for a column, 0 to 1.
_OFFERED = 0.6

_NAMES: dict[str, dict[str, str]] = {
    "clients": {
        "id": "id|client id|clientid|client uuid|client key|client no|client number|customer id|contact id|number|no",
        "name": "name|client|client name|customer|customer name|company name|contact name|full name|display name",
        "entity_type": "entity type|type|entity|client type|structure|business structure|legal form",
        "email": "email|e mail|email address|client email",
        "phone": "phone|telephone|phone number|mobile|phone no",
        "tax_number": "tax number|tax no|tfn|abn|ird|ird number|nzbn|gst number|tax file number|tax id",
        "company_number": "company number|company no|acn|registration number|incorporation number",
        "code": "code|client code|short code|reference",
        "archived": "archived|is archived|inactive|closed",
        "client_group": "client group|group|group name|family group",
        "partner": "partner|account manager|partner in charge",
        "manager": "manager|job manager|client manager|manager in charge",
    },
    "staff": {
        "id": "id|staff id|staffid|user id|userid|employee id|staff uuid|staff no|employee number|"
        "member id|initials|code|number|no",
        "name": "name|staff|staff name|staff member|team member|user|user name|"
        "username|employee|employee name|full name|member",
        "email": "email|e mail|email address|user email",
        "active": "active|is active|enabled|current",
    },
    "processes": {
        "id": "id|process id|processid|process key|work type id|service id|code|number|no",
        "name": "name|process|process name|work type|service|kind of work",
        "description": "description|details|notes",
    },
    "tasks": {
        "id": "id|task id|taskid|task uuid|task key|task no|task number|number|no|ref",
        "client_id": "client id|clientid|client|client no|client number|customer id",
        "process_id": "process id|processid|process|work type id|work type|service id|service|kind of work",
        "name": "name|task|task name|title|subject",
        "assignee_id": "assignee id|assignee|assigned to|staff id|user id|owner",
        "start": "start|start date|starts|date started|begin",
        "due": "due|due date|deadline|end date",
        "status": "status|state|task status",
        "period": "period|for period|reporting period",
    },
    "actual_times": {
        "id": "id|entry id|time id|time entry id|timesheet id|actual time id|uuid|row id|number|no|ref",
        "staff_id": "staff id|staffid|staff|user id|userid|user|employee id|employee|"
        "staff member|member|team member|who|person",
        "task_id": "task id|taskid|task|task no|task number",
        "client_id": "client id|clientid|client|customer id|client no|client number",
        "process_id": "process id|processid|process|work type id|work type|service",
        "date": "date|work date|entry date|day|date worked|worked on",
        "minutes": "minutes|mins|min|hours|hrs|duration|time|time spent|actual time|duration minutes|duration hours",
        "start": "start|start time|from|started|time in",
        "end": "end|end time|to|finish|finish time|stop|time out",
        "billable": "billable|is billable|chargeable",
        "note": "note|notes|description|comment|comments|narration|memo",
        "status": "status|state|entry status",
        "approved": "approved|is approved|approval|signed off",
        "correction": "correction|is correction|reversal|adjustment",
    },
    "documents": {
        "id": "id|document id|documentid|file id|number|no|ref",
        "client_id": "client id|clientid|client|client no|client number|customer id",
        "task_id": "task id|taskid|task|task no|task number",
        "name": "name|document|document name|title",
        "path": "path|file|file path|file name|filename|location",
        "kind": "kind|type|document type|category",
        "date": "date|document date|created|date created|modified",
    },
}  # fmt: skip

#: Without these a table says nothing; `a+b|c` reads: both a and b, or c.
_REQUIRED: dict[str, tuple[str, ...]] = {
    "clients": ("name",),
    "staff": ("name",),
    "processes": ("name",),
    "tasks": ("client_id", "process_id", "name"),
    "actual_times": ("staff_id", "task_id|client_id", "date|start", "minutes|start+end"),
    "documents": ("client_id", "path"),
}


@dataclass(frozen=True)
class ColumnProposal:
    """A header offered for one of our columns; `confidence` is 1.0 for a usual name, less for a likeness."""

    column: str
    header: str
    confidence: float
    why: str


class ColumnsRefused(FileRefused):
    """A needed column is missing, renamed or doubled. `proposals` is what a person may confirm instead."""

    def __init__(self, file: str, what: str, headers: tuple[str, ...], proposals: tuple[ColumnProposal, ...]) -> None:
        offered = ", ".join(f"{p.column} = {p.header!r}" for p in proposals)
        step = (
            f"Confirm its columns on Connection, step The local side ({offered})."
            if offered
            else "Name its columns on Connection, step The local side."
        )
        found = ", ".join(show_text(header) for header in headers[:40]) or "none"
        super().__init__(file, f"{what}. Found: {found}", step)
        self.headers = headers
        self.proposals = proposals


def plain_header(header: str) -> str:
    """The header for comparing: lower case words without punctuation, camel case split."""
    text = unicodedata.normalize("NFKC", header[:_LONGEST_HEADER])
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def sign_headers(headers: tuple[str, ...] | list[str]) -> str:
    """A short name of this set of headers in this order, by which a confirmed mapping is remembered."""
    joined = "\x1f".join(plain_header(header) for header in headers)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def name_apart(headers: tuple[str, ...]) -> list[str]:
    """The headers, doubled ones with their position behind: by this name a person can choose one of them."""
    return [header if headers.count(header) == 1 else f"{header} ({i})" for i, header in enumerate(headers, start=1)]


def is_usual_header(text: str) -> bool:
    """Whether the text is a usual column name of any table: the sign of a second table on a sheet."""
    return plain_header(text) in _ALL_NAMES


def propose_columns(headers: tuple[str, ...] | list[str], table: str) -> list[ColumnProposal]:
    """Offer a header for each of our columns, one header at most once, surest first.

    headers: as they stand in the file. table: one of the tables of `config`.
    Columns for which no header is alike are left out. Nothing is decided here.
    """
    offers = [
        offer
        for column in known_columns(table)
        for header in dict.fromkeys(headers)
        if (offer := _offer(table, column, header)) is not None
    ]
    offers.sort(key=lambda offer: -offer.confidence)
    chosen: dict[str, ColumnProposal] = {}
    taken: set[str] = set()
    for offer in offers:
        if offer.column not in chosen and offer.header not in taken:
            chosen[offer.column] = offer
            taken.add(offer.header)
    return list(chosen.values())


def find_columns(
    headers: tuple[str, ...],
    table: str,
    config: TableConfig,
    file: str,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, int]:
    """Our column -> position of its header: as declared, else as remembered, else by its usual names.

    Raises ColumnsRefused when a declared or needed column is missing, or a used header stands twice.
    """
    if len(headers) > WIDEST:
        raise FileRefused(file, f"it has {len(headers):,} columns", f"At most {WIDEST:,} can be read; export fewer.")
    declared = {**(remembered or {}).get(sign_headers(headers), {}), **config.columns}
    found: dict[str, int] = {}
    for column, header in declared.items():
        if header:
            found[column] = _find_declared(headers, table, column, header, file)
    for column in known_columns(table):
        if column not in declared:
            position = _find_usual(headers, table, column, file, set(found.values()))
            if position is not None:
                found[column] = position
    _check_needed(headers, table, declared, found, file)
    return found


def _offer(table: str, column: str, header: str) -> ColumnProposal | None:
    plain = plain_header(header)
    names = _usual_names(table, column)
    if plain in names:
        # the first names are the surest: `client id` before `client`
        confidence = 1.0 - 0.001 * names.index(plain)
        return ColumnProposal(column, header, confidence, "a usual name of this column")
    alike = max((fuzz.token_sort_ratio(plain, name) / 100 for name in names), default=0.0)
    if alike < _OFFERED:
        return None
    return ColumnProposal(column, header, round(min(alike, 0.95), 2), "looks like a usual name of this column")


def _usual_names(table: str, column: str) -> list[str]:
    return [column.replace("_", " "), *_NAMES[table][column].split("|")]


_ALL_NAMES = {name for table in _NAMES for column in _NAMES[table] for name in _usual_names(table, column)}


def _find_declared(headers: tuple[str, ...], table: str, column: str, header: str, file: str) -> int:
    positions = [i for i, found in enumerate(headers) if found == header]
    positions = positions or [i for i, found in enumerate(name_apart(headers)) if found == header]
    positions = positions or [i for i, found in enumerate(headers) if plain_header(found) == plain_header(header)]
    if len(positions) == 1:
        return positions[0]
    state = "missing or renamed" if not positions else "there more than once"
    raise _refuse(file, f"the column {header!r} (our {column}) is {state}", headers, table)


def _find_usual(headers: tuple[str, ...], table: str, column: str, file: str, taken: set[int]) -> int | None:
    plain = [plain_header(header) for header in headers]
    for name in _usual_names(table, column):
        positions = [i for i, found in enumerate(plain) if found == name and i not in taken]
        if len(positions) > 1:
            raise _refuse(file, f"the column {headers[positions[0]]!r} is there more than once", headers, table)
        if positions:
            return positions[0]
    return None


def _check_needed(
    headers: tuple[str, ...], table: str, declared: Mapping[str, str], found: dict[str, int], file: str
) -> None:
    for need in _REQUIRED[table]:
        ways = [way.split("+") for way in need.split("|")]
        waived = all(any(declared.get(column) == "" for column in way) for way in ways) and len(ways) == 1
        if not waived and not any(all(column in found for column in way) for way in ways):
            raise _refuse(file, f"no column for {_say_need(need)}", headers, table)


def _refuse(file: str, what: str, headers: tuple[str, ...], table: str) -> ColumnsRefused:
    expected = ", ".join(_say_need(need) for need in _REQUIRED[table])
    words = f"{what}. Expected for {table.replace('_', ' ')}: {expected}"
    return ColumnsRefused(file, words, headers, tuple(propose_columns(headers, table)))


def _say_need(need: str) -> str:
    """`start+end` as people say it: start and end."""
    return need.replace("|", " or ").replace("+", " and ").replace("_id", "")
