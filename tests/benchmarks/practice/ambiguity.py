"""How many of the made-up pairs no name can settle: their spelling would fit another client of the other list too.

Each client of the tidy list is written in every way the untidy list knows, each way a few times, without slips. A pair
is undecidable by name when what stands on the untidy list could be one of several clients so written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from .clients import Client, Kind
from .persons import COUPLE_WAYS, PERSON_WAYS
from .spellings import House, spell

_FORM_WORDS = re.compile(r"\b(pty|limited|ltd|pl|p l|proprietary|inc|incorporated|the|for|trustee)\b")


def plain(text: str) -> str:
    """The words of a name in alphabetical order, without accents, marks and forms of companies."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", " ", folded.replace("&", " and ")).split()
    return " ".join(sorted(_FORM_WORDS.sub(" ", " ".join(words)).split()))


def list_undecidable(clients: dict[str, Client], written: dict[str, tuple[str, str]], house: House) -> list[str]:
    """Left ids whose spelling fits several right clients.

    clients: by right id. written: right id and name before slips, by left id.
    """
    fitting: dict[str, set[str]] = defaultdict(set)
    for right_id, client in clients.items():
        for name in set(_all_spellings(client, house)):
            fitting[plain(name)].add(right_id)
    return [left_id for left_id, (right_id, name) in written.items() if fitting[plain(name)] - {right_id}]


def _all_spellings(client: Client, house: House) -> Iterator[str]:
    chance = Random(0)
    if client.kind is Kind.PERSON:
        yield from (text for _, _, _, way in PERSON_WAYS for _ in range(2) if (text := way(client.people[0], chance)))
    elif client.kind is Kind.COUPLE:
        yield from (way(client.people, chance) for _, _, _, way in COUPLE_WAYS)
    else:
        yield from (spell(client, house, chance)[0] for _ in range(16))
