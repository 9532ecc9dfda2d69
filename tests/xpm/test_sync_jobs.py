from core.xpm.sync_jobs import find_jobs
from tests.xpm.conftest import ClientOver
from tests.xpm.fakes import error, ok

NUMBERS = {f"J{n}" for n in range(20)}


def jobs(*numbers: int) -> str:
    return f"<Jobs>{''.join(f'<Job><ID>J{n}</ID></Job>' for n in numbers)}</Jobs>"


def test_a_few_jobs_are_asked_for_one_by_one(client_over: ClientOver) -> None:
    client, script = client_over(ok("<Job><ID>J0</ID></Job>"), error("Invalid job identifier"))
    found, gone = find_jobs(client, {"J0", "J1"})
    assert ([job.number for job in found], gone) == (["J0"], {"J1"})
    assert len(script.requests) == 2


def test_many_jobs_are_looked_for_by_year_and_the_rest_one_by_one(client_over: ClientOver) -> None:
    client, script = client_over(
        ok(jobs(0, 1, 2, 3, 4, 99)), ok(jobs(*range(5, 18))), ok("<Job><ID>J18</ID></Job>"), error("Invalid")
    )
    found, gone = find_jobs(client, NUMBERS)
    assert {job.number for job in found} == NUMBERS - {"J19"}
    assert gone == {"J19"}
    assert [request.url.path.rpartition("/")[2] for request in script.requests] == ["list", "list", "J18", "J19"]


def test_jobs_older_than_any_list_are_neither_found_nor_gone(client_over: ClientOver) -> None:
    client, script = client_over(ok("<Jobs />"))
    assert find_jobs(client, NUMBERS) == ([], set())
    assert len(script.requests) == 6


def test_nothing_wanted_asks_nothing(client_over: ClientOver) -> None:
    client, script = client_over(ok("<Jobs />"))
    assert find_jobs(client, set()) == ([], set())
    assert script.requests == []
