"""A worker killed with SIGKILL while it sends a pack: the letter goes once, or a person is asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.jobs.mail import MailServer
from core.jobs.packs import PackState
from core.model import RunState
from core.store import Store, open_engine
from core.work import perform_run
from core.workspace import Workspace
from tests.jobs.mail_house import Desk, open_house
from tests.workspace.paper_practice import fill_pack, make_paper_practice

WORKER = (
    "import sys; from core.work import perform_run; from core.workspace import Workspace; "
    "perform_run(Workspace.open('p'), sys.argv[1], 'killed')"
)


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[Workspace, Desk, MailServer]]:
    (tmp_path / "tieout.db").write_bytes(sqlite_template.read_bytes())
    store = Store(open_engine(f"sqlite:///{tmp_path / 'tieout.db'}"), SystemClock())
    with open_house(tmp_path) as (server, desk):
        yield make_paper_practice(store, SystemClock(), tmp_path, server), desk, server
    store.close()


def kill_at(ws: Workspace, desk: Desk, server: MailServer, run: str, where: str) -> None:
    """Let a process of its own carry the run out, and kill it once the mail server keeps it waiting there."""
    desk.behaves = where
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIEOUT_")}
    named = {"HOST": server.host, "PORT": server.port, "FROM": server.sender, "USER": server.user}
    named |= {"PASSWORD": server.password, "CA": server.ca}
    given = {f"TIEOUT_SMTP_{name}": str(value) for name, value in named.items()}
    environment = clean | given | {"TIEOUT_DATA_DIR": str(ws.settings.data_dir)}
    with subprocess.Popen([sys.executable, "-c", WORKER, run], env=environment) as worker:
        assert desk.waiting.wait(60), "the worker never came as far"
        worker.send_signal(signal.SIGKILL)
    desk.behaves = "takes"
    ws.store.runs.give_back(run, "killed")


def test_killed_while_the_server_has_the_letter_it_asks_a_person(site: tuple[Workspace, Desk, MailServer]) -> None:
    ws, desk, server = site
    stored = fill_pack(ws)
    run = ws.mailing.request_send(stored.id, stored.revision)
    kill_at(ws, desk, server, run.id, "waits after")
    assert perform_run(ws, run.id, "next").state is RunState.STOPPED
    assert (ws.packs.get(stored.id).state, len(desk.letters)) == (PackState.IN_DOUBT, 1)


def test_killed_before_the_letter_is_over_it_is_sent_once(site: tuple[Workspace, Desk, MailServer]) -> None:
    ws, desk, server = site
    stored = fill_pack(ws)
    run = ws.mailing.request_send(stored.id, stored.revision)
    kill_at(ws, desk, server, run.id, "waits before")
    assert perform_run(ws, run.id, "next").state is RunState.DONE
    assert (ws.packs.get(stored.id).state, len(desk.letters)) == (PackState.DELIVERED, 1)
