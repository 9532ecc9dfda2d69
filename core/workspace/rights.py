"""What XPM lets this connection do: each right tried by a run, and what the last such run found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from core.model import RunKind, RunState
from core.store.run_items import Item
from core.xpm.client import RightCheck
from core.xpm.scopes import SCOPES, describe_scopes, find_surplus_scopes

if TYPE_CHECKING:
    from core.workspace import Workspace

THERE, LACKING = "there", "lacking"


@dataclass(frozen=True)
class Found:
    """What a run found: how many rights were tried and how many are lacking, and one sentence."""

    counts: dict[str, int]
    message: str


@dataclass(frozen=True)
class Tested:
    """The last test. `at` is UTC text; `rights` has index n, columns right, purpose, ok, sentence; no rows, no answer.

    `state` tells a test that is under way, or that ended before it found anything; `message` says why.
    """

    at: str
    by: str
    state: RunState
    message: str
    rights: pd.DataFrame


class Rights:
    """The rights of one practice's connection."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def try_all(self, run_id: str) -> Found:
        """Try each right, seven reads, and keep what was found with the run. Raises what the network and limits do."""
        ws = self._ws
        row = ws.connection.signin.connection()
        granted = row.scopes if row is not None else ""
        checks = ws.connection.client().self_test(granted)
        items = [_to_item(n, check) for n, check in enumerate(checks)]
        ws.store.run_items.replace(run_id, ws.practice_id, items)
        lacking = [check.name for check in checks if not check.ok]
        return Found(
            {"rights": len(checks), LACKING: len(lacking)}, _say(lacking, find_surplus_scopes(SCOPES, granted))
        )

    def tell_granted(self) -> str:
        """What the connection may do by its consent, in words, and whether that is more than is needed."""
        granted = self._ws.connection.view().scopes
        more = "; more than is needed" if find_surplus_scopes(SCOPES, granted) else ""
        return (describe_scopes(granted) or "Xero did not say") + more

    def last(self) -> Tested | None:
        """The newest test, under way or over; None when there was none."""
        runs = self._ws.store.runs.list(self._ws.practice_id, RunKind.CHECK, limit=1)
        run = next(runs.itertuples(), None)
        if run is None:
            return None
        at = str(run.ended_at or run.asked_at)
        return Tested(at, str(run.actor), RunState(run.state), str(run.message), self._read(str(run.Index)))

    def _read(self, run_id: str) -> pd.DataFrame:
        items = self._ws.store.run_items.read(run_id)
        return pd.DataFrame(
            {
                "right": [str(content["right"]) for content in items["content"]],
                "purpose": [str(content["purpose"]) for content in items["content"]],
                "ok": items["outcome"].eq(THERE).to_numpy(),
                "sentence": items["words"].to_numpy(),
            }
        )


def _to_item(n: int, check: RightCheck) -> Item:
    content = {"right": check.name, "purpose": check.purpose}
    return Item(f"{n:02d}", THERE if check.ok else LACKING, check.sentence, content=content)


def _say(lacking: list[str], surplus: list[str]) -> str:
    told = f"Missing: {', '.join(lacking)}." if lacking else "Every right that is needed is there."
    more = f" More is granted than is needed: {', '.join(surplus)}." if surplus else ""
    return told + more
