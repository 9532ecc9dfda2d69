"""One SELECT and nothing else: the first guard before a query reaches a database.

Databases disagree on where a string or a comment ends, and a guard that reads it otherwise than the database can be
walked around. So whatever they disagree on (comments, backslashes, dollar quotes, quotes inside brackets) is refused.
The read-only connection is the second guard.
"""

from __future__ import annotations

import re

from core.local.config import ConfigWrong

_TOKEN = re.compile(
    r"""(?P<quoted>'(?:[^'\\]|'')*'|"(?:[^"\\]|"")*"|\[[^\]'"`]*\]|`[^`'"]*`)"""
    r"""|(?P<comment>--|/\*)|(?P<plain>[^'"\[`\\$\#/-]+|[/-])"""
)
_WRITING = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|attach|detach|pragma|vacuum|copy|grant|revoke|deny|call|"
    r"exec|execute|into|load_extension|load_file|outfile|dumpfile|openrowset|opendatasource|openquery|bulk|shutdown|"
    r"backup|restore|kill|dbcc|set_config|setval|nextval|sleep|benchmark|waitfor|(?:pg|lo|xp|sp)_\w+|dblink\w*)\b",
    re.IGNORECASE,
)


def check_select(query: str, table: str) -> None:
    """Raise ConfigWrong for anything but one plain SELECT."""
    where = f"queries.{table}"
    bare = _blank_quoted(query, where).strip().rstrip(";").strip()
    if ";" in bare:
        raise ConfigWrong(where, "it holds more than one statement")
    if not re.match(r"(select|with)\b", bare, re.IGNORECASE):
        raise ConfigWrong(where, "it is no SELECT")
    if match := _WRITING.search(bare):
        raise ConfigWrong(where, f"{match[0]!r} is not allowed in a query that only reads")


def _blank_quoted(query: str, where: str) -> str:
    """The query with its quoted parts emptied."""
    parts = []
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None:
            raise ConfigWrong(where, f"{query[position]!r} is not allowed, or a quote does not close")
        if match.lastgroup == "comment":
            raise ConfigWrong(where, "it holds a comment, which cannot be checked; remove it")
        parts.append("''" if match.lastgroup == "quoted" else match[0])
        position = match.end()
    return "".join(parts)
