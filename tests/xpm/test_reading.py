from datetime import UTC, date, datetime
from itertools import pairwise

import httpx

from core.xpm.reading import WINDOW_DAYS, cut_windows
from tests.xpm.conftest import ClientOver
from tests.xpm.fakes import ok
from tests.xpm.test_wire_xml import TIME_XML


def costs(*uuids: str) -> httpx.Response:
    rows = "".join(f"<Cost><UUID>{uuid}</UUID></Cost>" for uuid in uuids)
    return ok(f"<Records>{len(uuids)}</Records><Costs>{rows}</Costs>")


def test_the_cost_catalogue_is_read_until_a_page_is_empty(client_over: ClientOver) -> None:
    client, script = client_over(costs("p1", "p2"), costs("p3"), costs())
    assert [cost.uuid for cost in client.list_costs()] == ["p1", "p2", "p3"]
    assert [request.url.params["page"] for request in script.requests] == ["1", "2", "3"]


def test_a_page_that_repeats_itself_ends_the_catalogue(client_over: ClientOver) -> None:
    client, script = client_over(costs("p1", "p2"))
    assert len(client.list_costs()) == 2
    assert len(script.requests) == 2


def test_windows_stay_below_a_year_and_miss_no_day() -> None:
    windows = list(cut_windows(date(2024, 1, 1), date(2026, 11, 20)))
    assert all((last - first).days < WINDOW_DAYS for first, last in windows)
    assert (windows[0][0], windows[-1][1]) == (date(2024, 1, 1), date(2026, 11, 20))
    assert all((b[0] - a[1]).days == 1 for a, b in pairwise(windows))


def test_a_window_that_ends_before_it_starts_asks_nothing(client_over: ClientOver) -> None:
    client, script = client_over(ok("<Times />"))
    assert client.list_times(date(2026, 11, 2), date(2026, 11, 1)) == []
    assert script.requests == []


def test_a_record_in_two_windows_counts_once(client_over: ClientOver) -> None:
    client, script = client_over(ok(f"<Times>{TIME_XML}</Times>"))
    assert len(client.list_times(date(2024, 1, 1), date(2026, 11, 20))) == 1
    assert len(script.requests) == 3


def test_changes_are_asked_for_in_utc(client_over: ClientOver) -> None:
    client, script = client_over(ok("<Clients />"))
    client.list_clients(datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC))
    assert dict(script.requests[0].url.params) == {"detailed": "true", "modifiedsince": "2026-11-20T01:02:03"}


def test_open_jobs_come_with_their_tasks_in_one_call(client_over: ClientOver) -> None:
    client, script = client_over(ok("<Jobs />"))
    client.list_current_jobs()
    assert str(script.requests[0].url).endswith("/job.api/current?detailed=true")
