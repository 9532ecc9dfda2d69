"""Jobs from a spreadsheet: one row per job or further cost line, names instead of ids, every problem with its line.

A row whose `client` and `name` are empty adds a cost line to the job above it. Running the same file again finds the
same jobs: a job's key is made from what the rows say.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from core.jobs.costs import read_costs, read_date
from core.jobs.draft import JobDraft, check_draft
from core.jobs.naming import fill_name
from core.model import TieoutError

#: The columns a file may have; NEEDED ones must be there. Without a name, a job of a template is named by the pattern.
COLUMNS: tuple[str, ...] = ("client", "name", "template", "period", "description", "category", "start", "due", "staff")
COLUMNS += ("manager", "partner", "budget", "order number", "state", "another")
COST_COLUMNS = ("cost date", "cost description", "code", "billable", "quantity", "unit cost", "unit price")
NEEDED = ("client", "start", "due")

_COST_FIELDS = {
    "cost date": "date",
    "cost description": "description",
    "code": "code",
    "quantity": "quantity",
    "unit cost": "unit_cost",
    "unit price": "unit_price",
}
_YES = ("yes", "y", "true", "1")
_NO = ("no", "n", "false", "0")


class SheetUnusable(TieoutError):
    """The file cannot be taken at all."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} cannot be used: {why}. Nothing was created.")


@dataclass(frozen=True)
class Names:
    """XPM's names, folded, with the ids that carry each; several ids mean that the name alone does not choose."""

    clients: Mapping[str, Sequence[str]]
    templates: Mapping[str, Sequence[str]]
    categories: Mapping[str, Sequence[str]]
    staff: Mapping[str, Sequence[str]]


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


def read_jobs(path: Path, names: Names, today: date, naming: Naming = Naming()) -> list[JobRow]:
    """The jobs of a CSV or XLSX file, in order. Raises SheetUnusable when the file or its columns are no use."""
    return [_read_block(block, names, today, naming) for block in _cut_blocks(path)]


def fold(name: str) -> str:
    """A name as it is compared: case and blanks do not matter."""
    return " ".join(name.casefold().split())


def _cut_blocks(path: Path) -> Iterator[_Block]:
    block: _Block | None = None
    for line, row in _read_rows(path):
        if row.get("client") or row.get("name"):
            if block is not None:
                yield block
            block = _Block(line, row)
        elif block is None:
            raise SheetUnusable(path, f"line {line} is a cost line without a job above it")
        if any(row.get(name) not in (None, "") for name in COST_COLUMNS):
            block.costs.append((line, row))
    if block is not None:
        yield block


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    table = _read_table(path)
    if not table:
        raise SheetUnusable(path, "it has no rows")
    header = [fold(str(cell)) for cell in table[0]]
    missing = [name for name in NEEDED if name not in header]
    missing += [] if "template" in header or "name" in header else ["name"]
    if missing:
        raise SheetUnusable(path, f"the column {missing[0]!r} is missing; found: {', '.join(header)}")
    unknown = [name for name in header if name and name not in (*COLUMNS, *COST_COLUMNS)]
    if unknown:
        known = ", ".join((*COLUMNS, *COST_COLUMNS))
        raise SheetUnusable(path, f"the column {unknown[0]!r} is not known; known are {known}")
    for line, cells in enumerate(table[1:], 2):
        row = dict(zip(header, cells, strict=False))
        if any(cell not in (None, "") for cell in cells):
            yield line, row


def _read_table(path: Path) -> list[list[Any]]:
    try:
        if path.suffix.lower() == ".csv":
            text = path.read_text(encoding="utf-8-sig")
            return [list(row) for row in csv.reader(io.StringIO(text))]
        if path.suffix.lower() == ".xlsx":
            sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
            return [list(row) for row in sheet.to_python()]
    except OSError as error:
        raise SheetUnusable(path, (error.strerror or "it cannot be read").lower()) from error
    except UnicodeDecodeError as error:
        raise SheetUnusable(path, "it is not UTF-8; save it as XLSX, or as CSV (UTF-8)") from error
    except (CalamineError, csv.Error) as error:
        raise SheetUnusable(path, f"it is damaged or no table ({error}); open it in Excel and save it again") from error
    raise SheetUnusable(path, "it is neither .csv nor .xlsx")


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
        state_code=head["state"],
    )
    costs = read_costs({str(line): _cost_cells(row) for line, row in block.costs}, draft.start or today)
    problems += [f"Line {cell.line}: {cell.column.replace('_', ' ')}: {cell.sentence}" for cell in costs.problems]
    if not problems:
        problems += [f"Line {block.line}: {problem.sentence}" for problem in check_draft(draft)]
    whole = draft.with_costs(costs.lines)
    return JobRow(block.line, _make_key(block), whole, tuple(problems))


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
    return cells | {"billable": fold(_text(row.get("billable"))) not in _NO}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _find_date(block: _Block, name: str, problems: list[str]) -> date | None:
    value = block.head.get(name)
    if value in (None, ""):
        return None
    try:
        return read_date(value)
    except ValueError as error:
        problems.append(f"Line {block.line}: {name}: {error}")
        return None


def _find_budget(block: _Block, problems: list[str]) -> Decimal | None:
    text = _text(block.head.get("budget")).replace(",", "")
    if not text:
        return None
    try:
        return Decimal(text)
    except ArithmeticError:
        problems.append(f"Line {block.line}: budget: {text!r} is not a number.")
        return None
