"""A report as one HTML file: nothing is fetched, nothing runs, it prints well, and every text is shown as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

#: Characters no HTML document may hold.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
#: Nothing may be loaded, run or sent from the file, whatever a name in it looks like.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
#: Rows a table of the document shows at most; a browser and a printer take no more gladly.
MOST_ROWS = 2_000
#: A table of more columns is written smaller.
_FEW_COLUMNS = 7

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2320; --soft: #5c6661; --line: #dcdfda; --paper: #fff; --band: #f5f6f3;
  --good: #1f7a5c; --bad: #b93a32; --open: #a4600f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ece9; --soft: #a3ada8; --line: #39403d; --paper: #161a19;
  --band: #1f2523; --good: #4fc3a7; --bad: #f08a80; --open: #f0ae5b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 32px 28px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 27px; margin: 0 0 2px; letter-spacing: -.01em; } h2 { font-size: 18px; margin: 34px 0 6px; }
p { margin: 4px 0; max-width: 100ch; } .soft { color: var(--soft); }
.verdict { margin: 18px 0; padding: 12px 16px; max-width: none; border-left: 5px solid var(--open);
  background: var(--band); font-weight: 600; }
.verdict.good { border-color: var(--good); } .verdict.bad { border-color: var(--bad); }
.bar { display: flex; height: 26px; margin: 18px 0 8px; border-radius: 4px; overflow: hidden; background: var(--band); }
.bar span { min-width: 2px; }
.key { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0 0 8px; padding: 0; list-style: none; }
.key i { display: inline-block; width: 11px; height: 11px; margin-right: 7px; border-radius: 2px; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: 8px 0; font-size: 14px; }
th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  unicode-bidi: isolate; overflow-wrap: break-word; max-width: 46ch; }
.many { font-size: 12.5px; } .many td, .many th { padding-right: 9px; } .many td:not(.n):not(.d) { min-width: 9ch; }
th { color: var(--soft); font-weight: 600; border-bottom-color: var(--soft); white-space: nowrap; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .d { white-space: nowrap; }
tr.sum td { font-weight: 700; border-top: 1px solid var(--soft); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #ccc; --paper: #fff; --band: #f2f2f2;
  --good: #1f7a5c; --bad: #b93a32; --open: #a4600f; }
  @page { size: A4 landscape; margin: 14mm;
    @bottom-right { content: counter(page) " / " counter(pages); font-size: 9px; } }
  body { max-width: none; padding: 0; font-size: 11px; } h1 { font-size: 19px; }
  h2 { font-size: 14px; margin-top: 20px; } table { font-size: 10px; } .many { font-size: 8px; }
  .wide { overflow: visible; }
  thead { display: table-header-group; } tr, .verdict { break-inside: avoid; } h2 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


@dataclass(frozen=True)
class Share:
    """One piece of the bar: what it is, how much as text, its part of the whole, and a colour like #1f7a5c."""

    title: str
    told: str
    size: float
    colour: str


@dataclass(frozen=True)
class Section:
    """A table with its headline. `sums` are the labels in its first column whose rows are sums."""

    title: str
    table: pd.DataFrame
    told: str = ""
    sums: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Paper:
    """A document: `verdict` with its mood (good, bad or open), `told` the lines under the title."""

    title: str
    told: Sequence[str] = ()
    verdict: str = ""
    mood: str = "open"
    bar: Sequence[Share] = ()
    sections: Sequence[Section] = field(default_factory=tuple)


def to_html(paper: Paper) -> bytes:
    """The document as UTF-8. Tables longer than MOST_ROWS are cut, and say so."""
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f'<meta name="referrer" content="no-referrer"><title>{_escape(paper.title)}</title><style>{_STYLE}</style>'
    told = "".join(f'<p class="soft">{_escape(line)}</p>' for line in paper.told)
    mood = paper.mood if paper.mood in ("good", "bad") else "open"
    verdict = f'<p class="verdict {mood}">{_escape(paper.verdict)}</p>' if paper.verdict else ""
    sections = "".join(_write_section(section) for section in paper.sections)
    body = f"<h1>{_escape(paper.title)}</h1>{told}{verdict}{_write_bar(paper.bar)}{sections}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'.encode()


def _escape(value: object) -> str:
    return html.escape(_FORBIDDEN.sub("\ufffd", str(value)), quote=True)


def _write_bar(shares: Sequence[Share]) -> str:
    if not any(share.size > 0 for share in shares):
        return ""
    pieces = "".join(
        f'<span style="flex-grow:{max(share.size, 0):.6f};background:{_colour(share)}" '
        f'title="{_escape(share.title)}: {_escape(share.told)}"></span>'
        for share in shares
        if share.size > 0
    )
    keys = "".join(
        f'<li><i style="background:{_colour(share)}"></i>{_escape(share.title)} <b>{_escape(share.told)}</b></li>'
        for share in shares
    )
    return f'<div class="bar">{pieces}</div><ul class="key">{keys}</ul>'


def _colour(share: Share) -> str:
    return share.colour if re.fullmatch(r"#[0-9a-fA-F]{6}", share.colour) else "#888888"


def _write_section(section: Section) -> str:
    table, told = section.table, section.told
    if table.index.name:
        table = table.reset_index()
    if len(table) > MOST_ROWS:
        told = f"{told} The first {MOST_ROWS:,} of {len(table):,} rows; the workbook (XLSX) has them all.".strip()
    words = f'<p class="soft">{_escape(told)}</p>' if told else ""
    shown = _write_table(table.head(MOST_ROWS), section.sums) if len(table) else '<p class="soft">Nothing.</p>'
    return f"<h2>{_escape(section.title)}</h2>{words}{shown}"


def _write_table(table: pd.DataFrame, sums: frozenset[str]) -> str:
    kinds = [_find_kind(table[name]) for name in table]
    head = "".join(f'<th scope="col"{kind}>{_escape(name)}</th>' for kind, name in zip(kinds, table, strict=True))
    columns = [[_write_cell(value) for value in table[name].tolist()] for name in table]
    marks = [' class="sum"' if str(first) in sums else "" for first in table.iloc[:, 0].tolist()]
    rows = [
        f"<tr{mark}>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, cells, strict=True)) + "</tr>"
        for mark, cells in zip(marks, zip(*columns, strict=True), strict=True)
    ]
    many = ' class="many"' if len(columns) > _FEW_COLUMNS else ""
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="wide"><table{many}>{body}</table></div>'


def _find_kind(values: pd.Series) -> str:
    """Numbers, and hours like 1:30, stand to the right; dates are not broken."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return ' class="n"'
    cells = values.tolist()
    if pd.api.types.is_datetime64_any_dtype(values) or (cells and all(isinstance(cell, date) for cell in cells)):
        return ' class="d"'
    texts = [value for value in cells if isinstance(value, str)]
    return ' class="n"' if texts and all(re.fullmatch(r"-?\d+:\d\d", text) for text in texts) else ""


def _write_cell(value: Any) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp | datetime):
        return f"{value:%Y-%m-%d}" if (value.hour, value.minute) == (0, 0) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int) else _escape(value)
