"""Which database addresses Tieout opens, and how an address is named in a sentence without its password."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from core.model import TieoutError

#: libpq options an address may carry. `password`, `passfile`, `service` and `options` are left out on purpose: they
#: would let an address read files or change the session's rules unseen.
POSTGRES_OPTIONS = frozenset({"host", "port", "sslmode", "sslrootcert", "connect_timeout", "application_name"})

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
}


class BadDatabaseUrl(TieoutError):
    """The configured database address cannot be used; the address itself is never repeated."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The database address cannot be used: {what}. Set TIEOUT_DATABASE_URL to something like "
            "sqlite:////full/path/tieout.db or postgresql://user:password@host:5432/tieout."
        )


def parse_url(text: str) -> URL:
    """The address with its driver filled in. Raises BadDatabaseUrl for other databases, files or options."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        # The parser's own words may hold a piece of the password, so they are dropped.
        raise BadDatabaseUrl("it is no database address") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise BadDatabaseUrl(f"{url.drivername!r} is neither sqlite nor postgresql")
    url = url.set(drivername=driver)
    return _check_sqlite(url) if driver.startswith("sqlite") else _check_postgres(url)


def describe_url(url: URL) -> str:
    """The address for people: no password, no options."""
    if url.drivername.startswith("sqlite"):
        return f"the SQLite file {url.database}"
    host = url.host or url.query.get("host") or "localhost"
    return f"the PostgreSQL database {url.database!r} on {host}"


def _check_sqlite(url: URL) -> URL:
    # A ledger that forgets what it sent would send it again: no database in memory.
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise BadDatabaseUrl("SQLite needs the path of a file")
    if url.query:
        raise BadDatabaseUrl("a SQLite address takes no options")
    folder = Path(url.database).resolve().parent
    if not folder.is_dir():
        raise BadDatabaseUrl(f"the folder {str(folder)!r} does not exist")
    return url


def _check_postgres(url: URL) -> URL:
    strange = sorted(set(url.query) - POSTGRES_OPTIONS)
    if strange:
        known = ", ".join(sorted(POSTGRES_OPTIONS))
        raise BadDatabaseUrl(f"the option {strange[0]!r} is not allowed (allowed: {known})")
    if not url.database:
        raise BadDatabaseUrl("it names no database")
    return url
