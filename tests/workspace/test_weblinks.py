"""Links into XPM: learned from one client and one job, kept, and asked for again only when they are due."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from core.store import Store
from core.workspace import Workspace
from core.xpm.calls import CallRefused
from tests.fakes import FakeClock
from tests.workspace.ready_practice import make_practice

DAY = 86_400.0


@dataclass
class Addresses:
    """XPM that tells addresses below `root`; `asked` are the records asked for."""

    root: str = "https://practice.example"
    refuses: bool = False
    asked: list[str] = field(default_factory=list)

    def get_client_address(self, uuid: str) -> str:
        return self._tell(f"client/{uuid}", uuid)

    def get_job_address(self, number: str) -> str:
        return self._tell(f"job/{number}", number)

    def _tell(self, path: str, key: str) -> str:
        self.asked.append(key)
        if self.refuses:
            raise CallRefused("the record", "no", 400, "")
        return f"{self.root}/{path}" if self.root else ""


@pytest.fixture
def ws(store: Store, clock: FakeClock) -> Workspace:
    return make_practice(store, clock)


def test_one_client_and_one_job_teach_all_addresses(ws: Workspace) -> None:
    xpm = Addresses()
    ws.weblinks.learn(xpm)
    assert xpm.asked == ["XC1", "J1"]
    assert ws.weblinks.client("XC2") == "https://practice.example/client/XC2"
    assert ws.weblinks.jobs(["J2", ""]) == ["https://practice.example/job/J2", ""]


def test_what_is_known_is_asked_for_again_after_a_month(ws: Workspace, clock: FakeClock) -> None:
    xpm = Addresses()
    for days in (0, 29):
        clock.advance(days * DAY)
        ws.weblinks.learn(xpm)
    assert len(xpm.asked) == 2
    clock.advance(DAY)
    xpm.root = "https://other.example"
    ws.weblinks.learn(xpm)
    assert ws.weblinks.job("J1") == "https://other.example/job/J1"


def test_nothing_is_told_before_anything_was_learned(ws: Workspace) -> None:
    assert (ws.weblinks.client("XC1"), ws.weblinks.job("J1")) == ("", "")


@pytest.mark.parametrize("xpm", [Addresses(root=""), Addresses(refuses=True), Addresses(root="http://evil.example")])
def test_addresses_that_are_not_to_be_had_are_asked_for_once_a_day(
    ws: Workspace, clock: FakeClock, xpm: Addresses
) -> None:
    xpm.asked.clear()
    for _ in range(3):
        ws.weblinks.learn(xpm)
    assert (len(xpm.asked), ws.weblinks.client("XC1")) == (2, "")
    clock.advance(DAY)
    ws.weblinks.learn(xpm)
    assert len(xpm.asked) == 4


def test_a_month_later_a_silent_xpm_takes_nothing_away(ws: Workspace, clock: FakeClock) -> None:
    ws.weblinks.learn(Addresses())
    clock.advance(31 * DAY)
    ws.weblinks.learn(Addresses(refuses=True))
    assert ws.weblinks.client("XC1") == "https://practice.example/client/XC1"


def test_other_settings_of_the_xpm_side_stay(ws: Workspace) -> None:
    practice = ws.practice
    limits = practice.settings.with_values(xpm={"limits": {"per_day": 7}})
    ws.store.practices.save_settings(practice.id, limits)
    ws.weblinks.learn(Addresses())
    assert ws.practice.settings.xpm["limits"] == {"per_day": 7}


def test_nothing_is_asked_before_anything_was_read(ws: Workspace) -> None:
    ws.store.frames.forget_side("xpm", "p")
    xpm = Addresses()
    ws.weblinks.learn(xpm)
    assert (xpm.asked, ws.practice.settings.xpm) == ([], {})
