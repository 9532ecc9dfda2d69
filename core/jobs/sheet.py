"""Jobs from a spreadsheet: one row per job or further cost line, names instead of ids, every problem with its line.

A row whose `client` and `name` are empty adds a cost line to the job above it. Running the same file again finds the
same jobs: a job's key is made from what the rows say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.jobs.costs import read_costs, read_date
from core.jobs.draft import JobDraft, check_draft
from core.jobs.naming import fill_name
from core.model import TieoutError

#: The columns a file may have; NEEDED ones must be there. Without a name, a job of a template is named by the pattern.
COLUMNS: tuple[str, ...] = ("client", "name", "template", "period", "description", "category", "start", "due", "staff")
COLUMNS += ("manager", "partner", "budget", "order number", "state", "another")
COST_COLUMNS: tuple[str, ...] = (
    "cost date",
    "cost description",
    "code",
    "billable",
    "quantity",
    "unit cost",
    "unit price",
)
COST_COLUMNS += ("mark-up %", "tax %", "note")
NEEDED = ("client", "start", "due")

_COST_FIELDS = {
    "cost date": "date",
    "cost description": "description",
    "code": "code",
    "quantity": "quantity",
    "unit cost": "unit_cost",
    "unit price": "unit_price",
    "mark-up %": "markup_percent",
    "tax %": "tax_percent",
    "note": "note",
}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_YES = ("yes", "y", "true", "1")
_NO = ("no", "n", "false", "0")


class SheetUnusable(TieoutError):
    """The file cannot be taken at all."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file} cannot be used: {why}. Nothing was created.")


@dataclass(frozen=True)
class SheetTable:
    """A file's cells as text. `rows`: line number in the file -> its cells in the order of `headers`."""

    file: str
    headers: Sequence[str]
    rows: Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Names:
    """XPM's names, folded, with the ids that carry each; several ids mean that the name alone does not choose.

    states: job states, folded, with the interface code of each; empty where nobody entered it.
    """

    clients: Mapping[str, Sequence[str]]
    templates: Mapping[str, Sequence[str]]
    categories: Mapping[str, Sequence[str]]
    staff: Mapping[str, Sequence[str]]
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Naming:
    """How jobs without a name are named: `pattern` with placeholders, in a practice whose year ends in this month."""

    pattern: str = "{template} {period}"
    year_end_month: int = 6


@dataclass(frozen=True)
class JobRow:
    """One job of the file. `line` is its first line, `key` the same for the same content, `problems` sentences."""

    line: int
    key: str
    draft: JobDraft
    problems: tuple[str, ...]


@dataclass
class _Block:
    line: int
    head: dict[str, Any]
    costs: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def read_jobs(table: SheetTable, names: Names, today: date, naming: Naming = Naming()) -> list[JobRow]:
    """The jobs of a file, in order. Raises SheetUnusable when its columns are no use."""
    return [_read_block(block, names, today, naming) for block in _cut_blocks(table)]


def fold(name: str) -> str:
    """A name as it is compared: case and blanks do not matter."""
    return " ".join(name.casefold().split())


def _cut_blocks(table: SheetTable) -> Iterator[_Block]:
    block: _Block | None = None
    for line, row in _read_rows(table):
        if row.get("client") or row.get("name"):
            if block is not None:
                yield block
            block = _Block(line, row)
        elif block is None:
            raise SheetUnusable(table.file, f"line {line} is a cost line without a job above it")
        if any(row.get(name) for name in COST_COLUMNS):
            block.costs.append((line, row))
    if block is not None:
        yield block


def _read_rows(table: SheetTable) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by its headers; cells without text are left out, so that a file's form makes no other row of it."""
    header = [fold(str(cell)) for cell in table.headers]
    missing = [name for name in NEEDED if name not in header]
    missing += [] if "template" in header or "name" in header else ["name"]
    if missing:
        raise SheetUnusable(table.file, f"the column {missing[0]!r} is missing; found: {', '.join(header)}")
    known = (*COLUMNS, *COST_COLUMNS)
    unknown = [name for name in header if name and name not in known]
    if unknown:
        raise SheetUnusable(table.file, f"the column {unknown[0]!r} is not known; known are {', '.join(known)}")
    for line, cells in table.rows.items():
        named = {name: _text(cell) for name, cell in zip(header, cells, strict=False) if name}
        row = {name: cell for name, cell in named.items() if cell}
        if row:
            yield line, row


def _read_block(block: _Block, names: Names, today: date, naming: Naming) -> JobRow:
    problems: list[str] = []
    head = {name: _text(block.head.get(name)) for name in COLUMNS}

    def find(kind: str, known: Mapping[str, Sequence[str]], name: str) -> str:
        ids = known.get(fold(name), ()) if name else ()
        if name and len(ids) != 1:
            why = "is not in XPM" if not ids else f"names {len(ids)} XPM records"
            problems.append(f"Line {block.line}: the {kind} {name!r} {why}.")
            return ""
        return ids[0] if ids else ""

    start = _find_date(block, "start", problems)
    draft = JobDraft(
        client_id=find("client", names.clients, head["client"]),
        name=head["name"] or _make_name(head, start, naming),
        template_id=find("template", names.templates, head["template"]),
        period=head["period"],
        twin_allowed=fold(head["another"]) in _YES,
        description=head["description"],
        category_id=find("category", names.categories, head["category"]),
        start=start,
        due=_find_date(block, "due", problems),
        staff_ids=tuple(find("staff member", names.staff, name) for name in _split(head["staff"])),
        manager_id=find("manager", names.staff, head["manager"]),
        partner_id=find("partner", names.staff, head["partner"]),
        budget=_find_budget(block, problems),
        client_order_number=head["order number"],
        state_code=_find_state(block.line, head["state"], names.states, problems),
    )
    costs = read_costs({str(line): _cost_cells(row) for line, row in block.costs}, draft.start or today)
    problems += [f"Line {cell.line}: {cell.column.replace('_', ' ')}: {cell.sentence}" for cell in costs.problems]
    if not problems:
        problems += [f"Line {block.line}: {problem.sentence}" for problem in check_draft(draft)]
    whole = draft.with_costs(costs.lines)
    return JobRow(block.line, _make_key(block), whole, tuple(problems))


def _find_state(line: int, name: str, states: Mapping[str, str], problems: list[str]) -> str:
    """The code of a state; what is no state's name, or written in capitals like a code, is taken for a code."""
    code = states.get(fold(name), name)
    if not code and name and not name.isupper():
        problems.append(f"Line {line}: the state {name!r} has no interface code yet. Enter it on Jobs, under States.")
    return code or name


def _make_name(head: Mapping[str, str], start: date | None, naming: Naming) -> str:
    """By the practice's pattern; empty, which is a problem of its own, where there is nothing to make it from."""
    if not head["template"] or start is None:
        return ""
    return fill_name(
        naming.pattern,
        client=head["client"],
        template=head["template"],
        period=head["period"],
        start=start,
        year_end_month=naming.year_end_month,
    )


def _make_key(block: _Block) -> str:
    content = [block.head, *(row for _, row in block.costs)]
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()[:32]


def _cost_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {ours: row.get(theirs) for theirs, ours in _COST_FIELDS.items()}
    written = _DAY_FIRST.fullmatch(_text(cells["date"]))
    if written:
        cells["date"] = "-".join(part.zfill(2) for part in reversed(written.groups()))
    return cells | {"billable": fold(_text(row.get("billable"))) not in _NO}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _find_date(block: _Block, name: str, problems: list[str]) -> date | None:
    value = block.head.get(name)
    if not value:
        return None
    try:
        return read_day(value)
    except ValueError as error:
        problems.append(f"Line {block.line}: {name}: {error}")
        return None


def read_day(text: str) -> date:
    """A date as XPM's countries write it: the day first, or year-month-day. Raises ValueError with a sentence."""
    written = _DAY_FIRST.fullmatch(text)
    if written is None:
        return read_date(text)
    day, month, year = (int(part) for part in written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{text} is not a date; write it like 2026-11-20 or 20/11/2026.") from None


def _find_budget(block: _Block, problems: list[str]) -> Decimal | None:
    text = _text(block.head.get("budget")).replace(",", "")
    if not text:
        return None
    try:
        return Decimal(text)
    except ArithmeticError:
        problems.append(f"Line {block.line}: budget: {text!r} is not a number.")
        return None
