"""Looks over the core's shoulder as requests about jobs leave: the durable intent, the owner, the halt."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.xpm.client import XpmClient
from tests.simulation.process import Process
from tests.simulation.scene import PRACTICE

if TYPE_CHECKING:
    from tests.simulation.jobs.site import JobScene

_WRITES = ("add_job", "add_job_cost", "update_job_cost", "assign_job", "set_job_state", "add_job_document")
_ADDS = ("add_job", "add_job_cost", "add_job_document")
_SENDING = "select draft, n, marker from job_step where state = 'sending' and op = ? and practice = ?"
_OPS = {"add_job": "job", "add_job_cost": "cost_add", "add_job_document": "document", "update_job_cost": "cost_update"}
_OPS |= {"assign_job": "assign", "set_job_state": "state"}


class WatchedClient:
    """The client of one process. Each call is a safe place of its run; each write is looked at as it leaves."""

    def __init__(self, client: XpmClient, scene: JobScene, process: Process) -> None:
        self._client = client
        self._scene = scene
        self._process = process

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name == "read_skew":
            return call

        def run(*args: Any, **kwargs: Any) -> Any:
            self._process.step()
            if name in _WRITES:
                args = (*args[:-1], self._watch(name, args[:-1], args[-1]))
            return call(*args, **kwargs)

        return run

    def _watch(self, name: str, asked: tuple[Any, ...], refuse: Callable[[], str]) -> Callable[[], str]:
        def leave() -> str:
            why = refuse()
            if not why:
                self._check(name, asked)
            return why

        return leave

    def _check(self, name: str, asked: tuple[Any, ...]) -> None:
        """I7: an intent in the database and in the journal; I10: nobody else's run, and no halt."""
        scene = self._scene
        text = " ".join(str(getattr(one, field, "")) for one in asked for field in ("description", "note", "text"))
        rows = scene.ask_ledger(_SENDING, _OPS[name], PRACTICE)
        ours = [row for row in rows if name not in _ADDS or f"~{row[2]}" in text]
        if not ours:
            scene.watch.report("I7", f"{name} leaves without an intent")
        elif name in _ADDS and f'"marker": {json.dumps(ours[0][2])}' not in _read(scene):
            scene.watch.report("I7", f"{name} of {ours[0][2]} leaves without a line in the journal")
        owners = {
            owner
            for draft, _, _ in ours
            for (owner,) in scene.ask_ledger(
                "select r.owner from run r join job_draft d on d.run = r.id where d.id = ? and r.state = 'running'",
                draft,
            )
        }
        if ours and self._process.owner not in owners:
            scene.watch.report("I10", f"{self._process.owner} sends while the run is {sorted(owners)}")
        if any(reason for (reason,) in scene.ask_ledger("select halt_reason from pusher")):
            scene.watch.report("I10", f"{name} leaves in a halt")


def _read(scene: JobScene) -> str:
    path = scene.folder / "push.journal"
    return path.read_text(encoding="utf-8") if path.exists() else ""
