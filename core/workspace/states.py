"""Job states and the interface codes XPM wants for them.

XPM tells the names of a practice's states, but not their codes: those stand in XPM's own settings and are entered here
once. A code counts as checked when the first job that was set to it read back in the state it is meant for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs.sheet import fold
from core.model import TieoutError

if TYPE_CHECKING:
    from core.workspace import Workspace


class CodeWrong(TieoutError):
    """A code that cannot be one."""

    def __init__(self, state: str, code: str, why: str) -> None:
        super().__init__(f"The code {code!r} of the state {state!r} {why}. Nothing was saved.")


class States:
    """The states of one practice's jobs."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def table(self) -> pd.DataFrame:
        """Every state XPM named and every one that has a code: index name, columns code and checked (bool).

        Where XPM does not list its states, they are those of the jobs it told.
        """
        settings = self._ws.practice.settings
        told = self._ws.xpm("job_states")["name"]
        names = sorted(set(told if len(told) else self._ws.xpm("jobs")["state"]))
        known = dict.fromkeys([*(name for name in names if name), *settings.state_codes])
        codes = [settings.state_codes.get(name, "") for name in known]
        checked = [code in settings.states_checked for code in codes]
        return pd.DataFrame({"code": codes, "checked": checked}, index=pd.Index(list(known), name="state", dtype="str"))

    def codes(self) -> dict[str, str]:
        """Code -> what it is called in a list: its state, and whether XPM took it once as that."""
        rows = self.table()
        usable = rows[rows["code"].ne("")]
        return {
            str(row.code): str(state) if row.checked else f"{state} (not tried yet)"
            for state, row in zip(usable.index, usable.itertuples(), strict=True)
        }

    def save(self, codes: Mapping[str, str]) -> int:
        """Set the codes of these states, empty for none; how many changed. Raises CodeWrong.

        A code that has changed is to be checked anew.
        """
        settings = self._ws.practice.settings
        cleaned = {state: code.strip() for state, code in codes.items()}
        kept = {state: code for state, code in (settings.state_codes | cleaned).items() if code}
        _check_codes(kept)
        changed = [state for state, code in cleaned.items() if settings.state_codes.get(state, "") != code]
        if changed:
            still = {code for state, code in kept.items() if settings.state_codes.get(state) == code}
            checked = tuple(code for code in settings.states_checked if code in still)
            self._ws.options.change(state_codes=kept, states_checked=checked)
        return len(changed)

    def is_checked(self, code: str) -> bool:
        """Whether XPM took this code once as the state it is meant for."""
        return code in self._ws.practice.settings.states_checked

    def check(self, code: str, seen: str) -> str:
        """Note in which state a job read back after it was set by a code; one sentence when that was not the one meant.

        Empty when XPM took the code as meant: it counts as checked then. A code nobody entered is noted with its state.
        """
        settings = self._ws.practice.settings
        meant = next((state for state, known in settings.state_codes.items() if known == code), "")
        if not seen:
            return ""
        if meant and fold(meant) != fold(seen):
            return f"The code {code!r} stands for {meant!r} here, but XPM made it {seen!r}. Correct the code on Jobs."
        if code not in settings.states_checked:
            codes = settings.state_codes | {meant or seen: code}
            self._ws.options.change(state_codes=codes, states_checked=(*settings.states_checked, code))
        return ""


def _check_codes(codes: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for state, code in codes.items():
        if len(code.split()) != 1:
            raise CodeWrong(state, code, "has a blank in it; XPM's codes are one word")
        if code.casefold() in taken:
            raise CodeWrong(state, code, f"is that of {taken[code.casefold()]!r} already")
        taken[code.casefold()] = state
