"""Starting and stopping: the line that says where, the files that can be named, and a clean end."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.sandbox.__main__ import main, parse_options
from core.sandbox.serve import ServeOptions, build_sandbox, start_in_thread
from core.sandbox.snapshot import dump_state
from tests.sandbox.caller import NOON, make_caller


@contextmanager
def start_process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A sandbox as a process of its own, and its first line."""
    command = [sys.executable, "-m", "core.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_json_line_is_all_it_says_and_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with start_process("--json") as (process, line):
        told = json.loads(line)
        headers = {"authorization": f"Bearer {told['access_token']}"}
        assert len(httpx.get(told["connections_url"], headers=headers).json()) == len(told["tenants"])
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_the_line_holds_what_scripts_need() -> None:
    with start_process("--json", "--limits", "off") as (_, line):
        told = json.loads(line)
    assert set(told) == {
        "base_url",
        "identity_url",
        "connections_url",
        "control_url",
        "client_id",
        "client_secret",
        "access_token",
        "tenants",
    }
    assert told["base_url"].endswith("/practicemanager/3.1")
    assert set(told["tenants"][0]) == {"id", "name", "type"}


def test_without_json_the_addresses_are_for_people() -> None:
    with start_process() as (process, line):
        assert line == "Sandbox of Practice Manager 3.1, stop with Ctrl+C\n"
        assert process.stdout
        assert process.stdout.readline().startswith("base_url         http://127.0.0.1:")


def test_a_data_file_is_served_instead_of_a_made_up_practice(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    path.write_text(json.dumps({"clock": "2026-03-01T00:00:00Z", "tenants": [{"id": "t9", "name": "Tawa"}]}))
    with start_in_thread(ServeOptions(data=path)) as running:
        assert running.tenants == [{"id": "t9", "name": "Tawa", "type": "PRACTICEMANAGER"}]
        assert httpx.get(f"{running.control_url}/clock").json()["now"].startswith("2026-03-01T00:0")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ('{"tenants": [{"id": "t9"}]}', r"tenants[0] has no name"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_a_sentence_and_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, words: str
) -> None:
    path = tmp_path / "practice.json"
    if content is not None:
        path.write_text(content)
    assert main(["--data", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_options_are_read_from_the_command_line() -> None:
    arguments = "--port 8123 --size medium --seed 7 --limits off --latency-ms 40 --clock 2026-03-01T08:00 --json"
    options = parse_options(arguments.split())
    assert (options.port, options.size, options.seed, options.limits) == (8123, "medium", 7, False)
    assert (options.latency_ms, options.as_json) == (40, True)
    assert options.clock
    assert options.clock.isoformat() == "2026-03-01T08:00:00+00:00"


def test_an_option_that_makes_no_sense_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse_options(["--size", "huge"])
    assert "invalid choice" in capsys.readouterr().err


def test_only_the_loopback_address_is_served() -> None:
    with start_in_thread(ServeOptions()) as running:
        assert running.base_url.startswith("http://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        httpx.get(running.base_url)


def test_a_sandbox_stopped_in_the_middle_of_a_hanging_call_still_ends() -> None:
    with start_in_thread(ServeOptions(faults={"rules": [{"fault": "drop_before", "wire": "hang"}]})) as running:
        headers = {"authorization": f"Bearer {running.access_token}", "xero-tenant-id": running.tenants[1]["id"]}
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{running.base_url}/staff.api/list", headers=headers, timeout=0.05)


def run_history(seed: int) -> tuple[Any, list[Any]]:
    """The same calls under faults; what was answered, and what the practice then holds."""
    caller = make_caller(seed=seed, faults={"seed": seed, "rates": "default"})
    seen = []
    for minutes in range(1, 40):
        delivery = caller.add_time(minutes)
        seen.append((delivery.wire, delivery.answer and (delivery.answer.status, delivery.answer.body)))
        caller.sandbox.clock.advance(20)
    return dump_state(caller.sandbox.tenants.values(), NOON), seen


def test_one_seed_repeats_a_whole_history_byte_for_byte() -> None:
    assert run_history(3) == run_history(3)


def test_another_seed_is_another_history() -> None:
    assert run_history(3)[1] != run_history(4)[1]


def test_a_sandbox_that_goes_on_from_what_was_saved_draws_other_ids() -> None:
    """An id drawn twice would be another timesheet's, and whoever pushes would have to stop."""
    first = build_sandbox(ServeOptions(clock=NOON, freeze=True))
    drawn = {first.new_uuid() for _ in range(5)}
    saved = json.loads(json.dumps(dump_state(first.tenants.values(), first.clock.now())))
    again = build_sandbox(ServeOptions(data=saved))
    assert drawn.isdisjoint({again.new_uuid() for _ in range(5)})


def test_a_seed_gives_the_same_credentials() -> None:
    first, second = (build_sandbox(ServeOptions(seed=5, clock=NOON, freeze=True)) for _ in range(2))
    assert first.tenants == second.tenants
    assert first.new_uuid() == second.new_uuid()
