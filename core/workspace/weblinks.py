"""Links into XPM's own pages: learned at a sync from one client and one job, then told for any of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from core.xpm.calls import AccessLost, CallRefused, XpmFailed
from core.xpm.transport import AnswerLost, AnswerTooBig
from core.xpm.weblinks import ID, UUID, fill_pattern, is_safe, learn_pattern
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable

if TYPE_CHECKING:
    from core.workspace import Workspace

log = logging.getLogger("tieout.workspace")

#: Where the patterns lie in the practice's `xpm` settings.
WEB = "web"
#: XPM's addresses seldom change; a missing one is asked for again the next day.
_GOOD_FOR = timedelta(days=30)
_FAULTS = (AccessLost, CallRefused, XpmFailed, AnswerLost, AnswerTooBig, AnswerUnreadable, AnswerNotWhole)


class AddressSource(Protocol):
    """What learning needs of XPM; `core.xpm.client.XpmClient` is one."""

    def get_client_address(self, uuid: str) -> str:
        """The address of one client; empty when XPM tells none."""
        ...

    def get_job_address(self, number: str) -> str:
        """The address of one job; empty when XPM tells none."""
        ...


class Weblinks:
    """The addresses of one practice's records in XPM."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def client(self, xpm_id: str) -> str:
        """The address of an XPM client; empty while it is not known."""
        return self.clients([xpm_id])[0]

    def job(self, number: str) -> str:
        """The address of an XPM job; empty while it is not known."""
        return self.jobs([number])[0]

    def clients(self, xpm_ids: Iterable[str]) -> list[str]:
        """The address of each of these XPM clients, in their order; empty texts for no id and while none is known."""
        pattern = self._read("client")
        return [self._check(fill_pattern(pattern, {ID: one})) for one in xpm_ids]

    def jobs(self, numbers: Iterable[str]) -> list[str]:
        """The address of each of these XPM jobs, in their order; empty texts for no number and while none is known."""
        pattern = self._read("job")
        uuids = self._ws.xpm("jobs")["uuid"].to_dict() if UUID in pattern else {}
        return [self._check(fill_pattern(pattern, {UUID: uuids.get(one, ""), ID: one})) for one in numbers]

    def learn(self, xpm: AddressSource) -> None:
        """Ask XPM for one client and one job when the patterns are missing, old, or those of another account.

        Two calls at most, and none where both are known. What cannot be had is asked for again the next day. Raises
        what the limits, the sign-in and the network raise, as a sync does.
        """
        today, kept = self._ws.clock.now().date(), self._kept()
        if (kept and not _is_due(kept, today)) or self._ws.xpm("clients").empty:
            return
        found = {"client": self._learn_client(xpm), "job": self._learn_job(xpm)}
        learned = {name: pattern or str(kept.get(name, "")) for name, pattern in found.items()}
        self._keep({**learned, "of": self._account(), "at": today.isoformat()})

    def _learn_client(self, xpm: AddressSource) -> str:
        clients = self._ws.xpm("clients")
        live = clients.index[~clients["archived"] & ~clients["deleted"]]
        if live.empty:
            return ""
        xpm_id = str(min(live))
        try:
            url = xpm.get_client_address(xpm_id)
        except _FAULTS as fault:
            log.warning("the address of a client was not told: %s", fault)
            return ""
        return learn_pattern(url, {ID: xpm_id}, sandbox=self._ws.settings.is_sandbox)

    def _learn_job(self, xpm: AddressSource) -> str:
        jobs = self._ws.xpm("jobs")
        if jobs.empty:
            return ""
        # The longest number is the least likely to stand in an address by chance.
        number = str(min(jobs.index, key=lambda one: (-len(one), one)))
        try:
            url = xpm.get_job_address(number)
        except _FAULTS as fault:
            log.warning("the address of a job was not told: %s", fault)
            return ""
        own = {UUID: str(jobs.loc[number, "uuid"]), ID: number}
        return learn_pattern(url, own, sandbox=self._ws.settings.is_sandbox)

    def _kept(self) -> dict[str, Any]:
        """What was learned; nothing when that was of another account, or of a sandbox elsewhere."""
        kept = dict(self._ws.practice.settings.xpm.get(WEB) or {})
        return kept if kept.get("of") == self._account() else {}

    def _account(self) -> str:
        return f"{self._ws.connection.view().tenant_id} {self._ws.settings.xpm_url}"

    def _read(self, name: str) -> str:
        return str(self._kept().get(name, ""))

    def _check(self, url: str) -> str:
        return url if url and is_safe(url, sandbox=self._ws.settings.is_sandbox) else ""

    def _keep(self, web: dict[str, str]) -> None:
        practice = self._ws.practice
        xpm = {**practice.settings.xpm, WEB: web}
        self._ws.store.practices.save_settings(practice.id, practice.settings.with_values(xpm=xpm))


def _is_due(kept: dict[str, Any], today: date) -> bool:
    asked = date.fromisoformat(kept["at"])
    if not kept.get("client") or not kept.get("job"):
        return asked != today
    return today - asked >= _GOOD_FOR
