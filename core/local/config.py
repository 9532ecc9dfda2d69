"""What a person declares once about a local side: where it is, which column is which, how values are written.

The configuration travels as a plain dict (JSON in the practice's settings). Unknown keys are refused rather than
ignored: a mistyped `date_order` must never turn into a silent default. For example:

    {"type": "folder", "path": "exports", "date_order": "dmy",
     "tables": {"clients": {"file": "clients.csv", "columns": {"id": "Client No", "name": "Client"}},
                "actual_times": {"file": "times-*.csv", "unit": "h:mm", "columns": {"minutes": "Duration"}}}}
    {"type": "sql", "url": "sqlite:///practice.db", "queries": {"clients": "select id, name from client"}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.model import LOCAL_FRAMES, TieoutError

#: The tables a local side can have, in the order they are read.
TABLES = ("clients", "staff", "processes", "tasks", "actual_times", "documents")

DATE_ORDERS = ("dmy", "mdy", "ymd")
UNITS = ("minutes", "hours", "h:mm", "iso", "excel", "1h30m")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "mac_roman")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

#: Columns that may be read though no frame keeps them.
EXTRA_COLUMNS: dict[str, tuple[str, ...]] = {"actual_times": ("correction",)}
#: Columns of a frame that no file can fill.
OWN_COLUMNS = ("problem", "problem_sentence", "content_hash", "file", "line")


class ConfigWrong(TieoutError):
    """The declared local side cannot be used as it is written."""

    def __init__(self, where: str, what: str, valid: tuple[str, ...] = ()) -> None:
        choices = f" Valid: {', '.join(valid)}." if valid else ""
        super().__init__(
            f"The local side's setting {where} is wrong: {what}.{choices} "
            "Correct it on Connection, step The local side."
        )


def known_columns(table: str) -> tuple[str, ...]:
    """Our names of all columns a file may fill for this table, `id` first."""
    names = tuple(name for name in LOCAL_FRAMES[table].names if name not in OWN_COLUMNS)
    return ("id", *names, *EXTRA_COLUMNS.get(table, ()))


@dataclass(frozen=True)
class TableConfig:
    """How one table is found and read. Empty text means not declared.

    columns: our column name -> header in the file; empty text says that the file has no such column.
    date_order_sure: the stored order was confirmed although a file looked like the other one.
    hours_dot: whether `1.30` is 1.3 hours (`decimal`) or 1 h 30 (`minutes`).
    statuses: the file's status words -> committed or draft.
    clean_text: control characters are removed instead of holding the row.
    split_midnight: a span over midnight becomes two entries.
    """

    file: str = ""
    query: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    date_order_sure: bool = False
    unit: str = ""
    hours_dot: str = ""
    statuses: Mapping[str, str] = field(default_factory=dict)
    clean_text: bool = False
    may_be_empty: bool = False
    split_midnight: bool = False

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], table: str) -> TableConfig:
        """The table's part of the configuration; raises ConfigWrong for unknown keys or choices."""
        where = f"tables.{table}"
        _check_keys(raw, tuple(f.name for f in fields(cls)), where)
        config = cls(**raw)
        _check_choice(config.date_order, DATE_ORDERS, f"{where}.date_order")
        _check_choice(config.unit, UNITS, f"{where}.unit")
        _check_choice(config.hours_dot, ("decimal", "minutes"), f"{where}.hours_dot")
        _check_choice(config.encoding, ENCODINGS, f"{where}.encoding")
        _check_choice(config.delimiter, (*DELIMITERS, *DELIMITERS.values()), f"{where}.delimiter")
        _check_keys(config.columns, known_columns(table), f"{where}.columns")
        for word, status in config.statuses.items():
            _check_choice(status, ("committed", "draft"), f"{where}.statuses.{word}")
        return config

    @property
    def separator(self) -> str:
        """The declared delimiter as a character, or empty."""
        return DELIMITERS.get(self.delimiter, self.delimiter)


@dataclass(frozen=True)
class SourceConfig:
    """A practice's local side: a folder of files, or a database with one SELECT per table.

    Relative paths are taken from `base`, which also is the only place a SQLite file may lie in. `hosts` is the
    installation's list of database hosts (None: any but link-local and metadata addresses). Neither is part of the
    dict: both belong to the installation, not to the practice.

    oldest_days, future_days: entries dated outside are held. remembered: header signature -> our column -> header,
    for files whose columns a person has confirmed once. released: ids of entries whose use for other staff or another
    date a person has looked at and accepted. derive: tables (clients, staff, processes) that no file holds and that are
    made of the names in the other tables; the name is then the id. documents: the folder that the files of documents
    lie in, empty for the source's own folder.
    """

    type: str = "folder"
    path: str = ""
    url: str = ""
    tables: Mapping[str, TableConfig] = field(default_factory=dict)
    date_order: str = ""
    oldest_days: int = 400
    future_days: int = 31
    row_limit: int = 1_000_000
    timeout_seconds: int = 120
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    released: Sequence[str] = ()
    derive: Sequence[str] = ()
    documents: str = ""
    base: Path = Path()
    hosts: frozenset[str] | None = None

    @classmethod
    def from_dict(
        cls, raw: Mapping[str, Any], *, base: Path | str = ".", hosts: frozenset[str] | None = None
    ) -> SourceConfig:
        """The configuration of a practice; raises ConfigWrong naming the setting and its valid values."""
        keys = tuple(f.name for f in fields(cls) if f.name not in ("base", "hosts"))
        _check_keys(raw, (*keys, "queries"), "(top level)")
        given = {key: value for key, value in raw.items() if key not in ("queries", "tables")}
        config = cls(**given, tables=_read_tables(raw), base=Path(base), hosts=hosts)
        _check_choice(config.type, ("folder", "sql"), "type")
        _check_choice(config.date_order, DATE_ORDERS, "date_order")
        _check_whole(config)
        return config

    def to_dict(self) -> dict[str, Any]:
        """The dict `from_dict` reads, without what is left at its default."""
        plain = TableConfig()
        tables = {
            name: {key: value for key, value in asdict(table).items() if value != getattr(plain, key)}
            for name, table in self.tables.items()
        }
        default = SourceConfig()
        rest = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name not in ("base", "hosts", "tables", "type") and getattr(self, f.name) != getattr(default, f.name)
        }
        return {"type": self.type, **rest, "tables": tables}

    def order_of(self, table: str) -> str:
        """The declared order of day and month of a table: its own, else the source's, else empty."""
        return self.tables[table].date_order or self.date_order

    def remember(self, signature: str, columns: Mapping[str, str]) -> SourceConfig:
        """The same configuration, knowing the confirmed columns of files with this header signature."""
        return replace(self, remembered={**self.remembered, signature: dict(columns)})


def _read_tables(raw: Mapping[str, Any]) -> dict[str, TableConfig]:
    tables = {name: dict(value) for name, value in raw.get("tables", {}).items()}
    for name, query in raw.get("queries", {}).items():
        tables.setdefault(name, {})["query"] = query
    _check_keys(tables, TABLES, "tables")
    return {name: TableConfig.from_dict(tables[name], name) for name in TABLES if name in tables}


def _check_keys(given: Mapping[str, Any], valid: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in valid:
            raise ConfigWrong(where, f"{key!r} is not known", valid)


def _check_choice(given: str, valid: tuple[str, ...], where: str) -> None:
    if given and given not in valid:
        raise ConfigWrong(where, f"{given!r} is not a choice", valid)


def _check_whole(config: SourceConfig) -> None:
    if config.type == "sql" and not config.url:
        raise ConfigWrong("url", "a database needs its URL")
    if config.type == "sql" and not config.tables:
        raise ConfigWrong("queries", "a database needs one SELECT per table")
    if config.type == "folder" and not config.path:
        raise ConfigWrong("path", "a folder needs its path")
    for name in config.derive:
        _check_choice(name, ("clients", "staff", "processes"), "derive")
    for name, table in config.tables.items():
        if config.type == "sql" and not table.query:
            raise ConfigWrong(f"queries.{name}", "the table has no SELECT")
