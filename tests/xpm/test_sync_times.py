from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pandas as pd
import pytest

from core.store.engine import open_engine
from core.store.frames import Frames
from core.xpm.client import XpmClient
from core.xpm.snapshot import Snapshot
from core.xpm.sync_times import month_part, next_month, read_month
from core.xpm.transport import Answer, AnswerTooBig, Request
from tests.fakes import FakeClock
from tests.xpm.conftest import TENANT, SignInOver
from tests.xpm.fakes import MemoryGate, Script
from tests.xpm.test_wire_xml import TIME_RECORD, TIME_XML

NOVEMBER = date(2026, 11, 1)


class HeavyTime:
    """A network that gives at most so many days of time in one answer; one entry lies on 20 November."""

    def __init__(self, most_days: int) -> None:
        self.most_days = most_days
        self.windows: list[tuple[date, date]] = []

    def send(self, request: Request) -> Answer:
        query = httpx.URL(request.url).params
        first, last = (datetime.strptime(query[name], "%Y%m%d").date() for name in ("from", "to"))  # noqa: DTZ007
        if (last - first).days >= self.most_days:
            raise AnswerTooBig("https://api.xero.com:443")
        self.windows.append((first, last))
        rows = TIME_XML if first <= TIME_RECORD.date <= last else ""
        return Answer(200, {}, f"<Response><Status>OK</Status><Times>{rows}</Times></Response>".encode())


@pytest.fixture
def snapshot(sqlite_template: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Snapshot]:
    path = tmp_path / "tieout.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    yield Snapshot(Frames(engine, clock), "p1")
    engine.dispose()


def client_over(network: HeavyTime, sign_in_over: SignInOver, clock: FakeClock) -> XpmClient:
    return XpmClient(network, MemoryGate(clock), sign_in_over(Script([])), TENANT, clock=clock)


def test_a_month_is_asked_for_with_a_margin_in_one_piece(
    snapshot: Snapshot, sign_in_over: SignInOver, clock: FakeClock
) -> None:
    network = HeavyTime(most_days=60)
    assert read_month(client_over(network, sign_in_over, clock), snapshot, NOVEMBER, {}) == 1
    assert network.windows == [(date(2026, 10, 25), date(2026, 12, 7))]


def test_a_month_too_big_for_one_answer_is_read_in_pieces(
    snapshot: Snapshot, sign_in_over: SignInOver, clock: FakeClock
) -> None:
    network = HeavyTime(most_days=12)
    assert read_month(client_over(network, sign_in_over, clock), snapshot, NOVEMBER, {}) == 1
    assert (network.windows[0][0], network.windows[-1][1]) == (date(2026, 10, 25), date(2026, 12, 7))
    assert len(network.windows) == 4


def test_pieces_do_not_get_smaller_for_ever(snapshot: Snapshot, sign_in_over: SignInOver, clock: FakeClock) -> None:
    with pytest.raises(AnswerTooBig):
        read_month(client_over(HeavyTime(0), sign_in_over, clock), snapshot, NOVEMBER, {})


def test_an_entry_met_in_a_later_months_window_is_not_missed(
    snapshot: Snapshot, sign_in_over: SignInOver, clock: FakeClock
) -> None:
    early = TIME_RECORD.model_copy(update={"uuid": "f2", "date": date(2026, 11, 3)})
    read_month(client_over(HeavyTime(60), sign_in_over, clock), snapshot, NOVEMBER, {"f2": early})
    assert snapshot.read("times").loc["f2", "date"] == pd.Timestamp(2026, 11, 3)


def test_months_have_names_and_successors() -> None:
    assert month_part(NOVEMBER) == "times:2026-11"
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
