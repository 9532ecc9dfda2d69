"""Guard against taking a broken export for an order to delete."""

from __future__ import annotations

from collections.abc import Mapping

from core.local.load import LocalLoad
from core.model import PersonNeeded

#: A table that loses more than this share of its rows is questioned, from `_FEW` rows on.
_SHARE = 0.5
_FEW = 10


class LocalShrunk(PersonNeeded):
    """A table vanished or lost most of its rows since the last good load; nothing was changed.

    `shrunk` holds per table the rows before and now.
    """

    def __init__(self, shrunk: dict[str, tuple[int, int]]) -> None:
        told = ", ".join(f"{table} had {before:,} rows and now has {now:,}" for table, (before, now) in shrunk.items())
        super().__init__(
            f"The local side shrank: {told}. The last good load stays. Were these rows really deleted? "
            "Check the export, or accept the smaller tables."
        )
        self.shrunk = shrunk


def check_shrink(previous_counts: Mapping[str, int], load: LocalLoad, *, accept_shrink: bool = False) -> None:
    """Raise LocalShrunk when a table is gone, empty or has lost more than half of at least ten rows.

    previous_counts: rows per table at the last good load, as `LocalLoad.counts` gives them.
    """
    shrunk = {
        table: (before, load.counts[table])
        for table, before in previous_counts.items()
        if table in load.counts and _is_shrunk(before, load.counts[table])
    }
    if shrunk and not accept_shrink:
        raise LocalShrunk(shrunk)


def _is_shrunk(before: int, now: int) -> bool:
    return before > 0 and (now == 0 or (before >= _FEW and now < before * (1 - _SHARE)))
