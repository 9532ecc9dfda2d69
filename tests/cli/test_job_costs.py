"""`tieout jobs costs` on the assembled demo: read, written to a table, edited there, and sent after a diff."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.cli.main import app
from core.cli.terminal import run_guarded
from core.jobs import CostLine, JobDraft
from core.model import RunState
from core.sandbox.state import JobCost
from tests.workspace.storm import Storm, prepare

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("costs") / "demo", unpushed=0)


@pytest.fixture
def storm(prepared: Path, tmp_path: Path) -> Iterator[Storm]:
    opened = Storm(prepared, tmp_path / "demo")
    yield opened
    opened.close()


@pytest.fixture
def job(storm: Storm) -> str:
    """A job with two costs."""
    ws, day = storm.workspace, date(2026, 11, 20)
    lines = [CostLine(key, day, words, Decimal(1), Decimal(10), Decimal(15)) for key, words in LINES.items()]
    client = str(ws.xpm("jobs")["client_id"].iloc[0])
    stored = ws.jobs.new_draft(JobDraft(client_id=client, name="Costs", start=day, due=day, costs=tuple(lines)))
    assert storm.follow(ws.jobs.request(stored.id)).state is RunState.DONE
    return ws.jobs.get(stored.id).job


LINES = {"k1": "Search fee", "k2": "=Courier"}


@pytest.fixture
def run(storm: Storm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    for name, value in storm.demo.settings.model_dump().items():
        if name in ("data_dir", "xpm_url", "client_id", "identity_url", "connections_url", "user", "redirect_uri"):
            monkeypatch.setenv(f"TIEOUT_{name.upper()}", str(value))
    monkeypatch.setenv("TIEOUT_CLIENT_SECRET", storm.demo.settings.client_secret.get_secret_value())

    def call(*arguments: object) -> tuple[int, str, str]:
        code = run_guarded(lambda: app([str(one) for one in arguments], standalone_mode=False))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def costs_of(storm: Storm, job: str) -> dict[str, JobCost]:
    return {cost.description: cost for cost in storm.tenant.jobs[job].costs}


def test_the_costs_of_a_job_are_read_with_their_totals(run: Command, job: str) -> None:
    code, out, _ = run("jobs", "costs", job, "--json")
    told = json.loads(out)
    assert (code, told["job"], [one["description"] for one in told["costs"]]) == (0, job, list(LINES.values()))
    assert told["totals"]["billable_price"] == "30.00"
    assert f"{job}: 2 costs, cost 20.00, charged 30.00." in run("jobs", "costs", job)[1]


def test_a_table_is_edited_shown_dry_and_sent_once(run: Command, storm: Storm, job: str, tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    assert run("jobs", "costs", job, "--out", table)[0] == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1]["description"] == "'=Courier"
    rows[0]["unit price"] = "40"
    write(table, [*rows, dict.fromkeys(rows[0], "") | {"description": "Travel", "unit price": "5"}])
    code, out, _ = run("jobs", "costs", job, "--from", table, "--dry-run", "--json")
    changes = [{"what": "changed", "line": "Search fee", "how": "unit price 15.00 → 40.00"}]
    changes.append({"what": "new", "line": "Travel", "how": "1 × 5.00"})
    assert (code, json.loads(out)["changes"], json.loads(out)["sent"]) == (0, changes, False)
    assert "Travel" not in costs_of(storm, job)
    assert run("jobs", "costs", job, "--from", table)[0] == 0
    held = {words: int(cost.unit_price) for words, cost in costs_of(storm, job).items()}
    assert held == {"Search fee": 40, "=Courier": 15, "Travel": 5}


def test_a_table_with_a_bad_cell_sends_nothing(run: Command, storm: Storm, job: str, tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("id,description,unit price\n,Travel,abc\n,Hotel,5\n")
    code, out, err = run("jobs", "costs", job, "--from", table)
    assert (code, set(costs_of(storm, job))) == (1, set(LINES.values()))
    assert "row 2  unit price: abc is not a number" in out
    assert "Nothing was sent" in err


def test_an_unknown_job_is_said(run: Command, tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("description\nTravel\n")
    code, _, err = run("jobs", "costs", "J999999", "--from", table)
    assert code != 0
    assert "J999999" in err


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
