"""Where a record lies in XPM's own pages, for a person who wants to look at it there.

XPM tells a record's address only in the answer to a call that gets this one record (`WebUrl` in Xero's documentation
of Practice Manager 3.1), and to ask for every record would cost a call each. So one client and one job are asked for:
what of the address is the record's own id becomes a placeholder, and the rest serves for all others. An address that
does not hold the id teaches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from core.xpm.endpoints import is_this_machine
from core.xpm.records import Record, Text, at
from core.xpm.wire import Shape

#: What stands for the key of a record in calls: the UUID of a client, the visible number of a job.
ID = "{id}"
#: What stands for the UUID of a job, where its address is made of that.
UUID = "{uuid}"

_LONGEST = 500
#: Blanks, control characters, quotes and braces have no place in an address that a page is to show as a link.
_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\"'<>`\\{}|^]")


class ClientAddress(Record):
    """The address beside a client in XML, and inside it in JSON."""

    beside: Text = at("WebUrl", "")
    inside: Text = at("Client/WebUrl", "")


class JobAddress(Record):
    """The address beside a job in XML, and inside it in JSON."""

    beside: Text = at("WebUrl", "")
    inside: Text = at("Job/WebUrl", "")


CLIENT_ADDRESS = Shape(ClientAddress, "", "the client's address", many=False)
JOB_ADDRESS = Shape(JobAddress, "", "the job's address", many=False)


def learn_pattern(url: str, own: Mapping[str, str], *, sandbox: bool) -> str:
    """The address with a placeholder where the record's own id stood; empty when nothing is to be learned from it.

    own: placeholder -> the record's text, most telling one first. The text must stand in the path or the query, once,
    with neither letter nor digit beside it. Only https addresses count, and those of this computer with `sandbox`.
    """
    if not is_safe(url, sandbox=sandbox):
        return ""
    parts = urlsplit(url)
    head = url[: len(f"{parts.scheme}://{parts.netloc}")]
    tail = url[len(head) :]
    for placeholder, text in own.items():
        for spelled in dict.fromkeys((quote(text, safe=""), text)):
            found = list(re.finditer(rf"(?<![0-9A-Za-z]){re.escape(spelled)}(?![0-9A-Za-z])", tail, re.IGNORECASE))
            if spelled and len(found) == 1:
                return head + tail[: found[0].start()] + placeholder + tail[found[0].end() :]
    return ""


def fill_pattern(pattern: str, own: Mapping[str, str]) -> str:
    """The address of one record; empty without a pattern, and when the pattern needs a text the record lacks."""
    for placeholder, text in own.items():
        if placeholder in pattern:
            return pattern.replace(placeholder, quote(text, safe="")) if text else ""
    return ""


def is_safe(url: str, *, sandbox: bool) -> bool:
    """Whether a page may link to the address: https with a host and nobody's name, or this computer with `sandbox`."""
    if len(url) > _LONGEST or _ODD.search(url):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and sandbox and is_this_machine(host))
