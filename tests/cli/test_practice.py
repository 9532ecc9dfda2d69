"""The commands of a practice, in the order an unattended month end runs them, against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from core.cli.main import app
from core.cli.terminal import run_guarded
from core.demo import Demo, start_demo
from core.model import RunKind
from core.workspace.following import Answer

TIE_OUT = {
    "local",
    "synced",
    "ready",
    "waiting",
    "in_doubt",
    "excluded",
    "filtered",
    "draft",
    "unreadable",
    "remainder",
}
DRY_RUN = {"create", "update", "delete", "hold", "skip", "minutes", "calls", "quota_left", "finish_at", "fingerprint"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    running = start_demo(folder, fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False)
    settings = running.settings
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "DATA_DIR": settings.data_dir,
            "XPM_URL": settings.xpm_url,
            "IDENTITY_URL": settings.identity_url,
            "CONNECTIONS_URL": settings.connections_url,
            "CLIENT_ID": settings.client_id,
            "CLIENT_SECRET": settings.client_secret.get_secret_value(),
        }.items():
            patch.setenv(f"TIEOUT_{name}", str(value))
        for name in ("DATABASE_URL", "PRACTICE", "DEMO"):
            patch.delenv(f"TIEOUT_{name}", raising=False)
        yield running
    running.stop()


@pytest.fixture
def run(demo: Demo, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]  # a function of this module's tests
    def call(*arguments: object) -> tuple[int, str, str]:
        code = run_guarded(lambda: app([str(a) for a in arguments], standalone_mode=False))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    assert demo.workspace.practice_id == "demo"
    return call


def document(out: str) -> dict[str, Any]:
    """The one document on standard output."""
    assert out.count("\n") == 1
    found: dict[str, Any] = json.loads(out)
    return found


def test_sync_then_propose_then_status(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("sync", "--json")
    assert (code, document(out)["state"]) == (0, "done")
    code, out, _ = run("propose", "--accept-certain", "--json")
    assert code == 0
    assert document(out)["clients accepted"] > 200
    assert document(out)["client decisions learned from"] == 0
    code, out, _ = run("status", "--json")
    state = document(out)
    assert (code, state["complete"], state["connection"]["is_sandbox"]) == (0, True, True)
    assert state["standings"]["synced"]["entries"] > 3000


def test_a_dry_run_keeps_its_contract_and_sends_nothing(run, demo: Demo) -> None:  # type: ignore[no-untyped-def]
    before = len(demo.sandbox.sandbox.truth)
    code, out, _ = run("push", "--dry-run", "--json")
    plan = document(out)
    assert (code, set(plan)) == (0, DRY_RUN)
    assert plan["create"] > 0
    assert len(demo.sandbox.sandbox.truth) == before


def test_push_then_verify_then_a_second_push(run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("push", "--json")
    pushed = document(out)
    assert set(pushed) == {"run", "sent", "confirmed", "rejected", "in_doubt", "held"}
    assert (pushed["sent"] > 0, pushed["in_doubt"]) == (True, 0)
    code, out, _ = run("push", "--json")
    assert (code, document(out)["sent"]) == (0, 0)
    _, out, _ = run("verify", "--json")
    tie = document(out)
    assert (set(tie["tie_out"]), tie["tie_out"]["remainder"], tie["ties"]) == (TIE_OUT, 0, True)
    assert set(tie["xpm"]) == {"ours", "by_hand", "total"}
    assert tie["bridge"]["remainder"] == tie["bridge"]["gap"] == 0


def test_a_push_by_an_unknown_rule_names_those_there_are(run) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("push", "--rule", "Nonsense", "--dry-run")
    assert code == 2
    assert "This week's client work" in err


def test_reports_are_written_and_printed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run(
        "report", "tieout", "--from", "2026-11-01", "--to", "2026-11-20", "--out", tmp_path / "t.xlsx", "--json"
    )
    assert (code, document(out)["tie_out"]["remainder"]) == (0, 0)
    sheets = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).sheet_names
    assert sheets[:4] == ["Tie-out", "Entries", "Timesheets in XPM", "Verification"]
    code, out, _ = run("report", "unsynced", "--out", tmp_path / "u.csv", "--json")
    assert (code, document(out)["by_reason"]["drifted"]) == (0, 156)
    assert (tmp_path / "u.csv").read_bytes().startswith(b"\xef\xbb\xbf")


NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-20")


def test_a_verification_is_written_entry_by_entry(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "v.csv"
    _, out, _ = run("verify", *NOVEMBER, "--out", path, "--json")
    counts = document(out)["verified"]
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Result,Work date,Staff,Client")
    assert len(lines) - 1 >= sum(counts.values()) > 500
    assert sum(line.startswith("equal,") for line in lines) >= counts["equal"]


def test_a_period_is_signed_unattended_and_kept_as_a_document(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "t.html"
    code, out, err = run("report", "tieout", *NOVEMBER, "--sign", "--note", "agreed <b>", "--out", path, "--json")
    [signed] = document(out)["signatures"]
    assert (code, err, signed["note"], signed["now"]) == (0, "", "agreed <b>", "intact")
    assert "agreed &lt;b&gt;" in path.read_text(encoding="utf-8")
    code, out, _ = run("report", "tieout", *NOVEMBER)
    assert (code, "Signed by" in out, "intact" in out) == (0, True, True)


def test_a_period_that_was_never_read_is_reported_and_not_signed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "t.csv"
    period = ("--from", "2025-01-01", "--to", "2025-01-31")
    code, out, err = run("report", "tieout", *period, "--sign", "--out", path, "--json")
    assert (code, document(out)["signatures"]) == (1, [])
    assert "January 2025 was not read whole" in err
    assert path.exists()


def test_dates_that_are_no_period_and_files_of_no_known_kind_are_usage_errors(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("report", "tieout", "--from", "2026-11-20", "--to", "2026-11-01")[0] == 2
    assert run("report", "tieout", "--out", tmp_path / "t.pdf")[0] == 2


def test_links_say_by_exit_code_whether_something_is_left_to_decide(run) -> None:  # type: ignore[no-untyped-def]
    assert run("links", "--kind", "clients", "--state", "linked", "--json")[0] == 0
    code, out, _ = run("links", "--kind", "clients", "--json")
    assert (code, len(document(out)["rows"])) == (1, 300)


def test_jobs_from_a_file_are_created_once_however_often_it_runs(run, demo: Demo, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    client = (
        demo.workspace.xpm("clients").query("~archived & ~deleted").drop_duplicates("name", keep=False)["name"].iloc[0]
    )
    template = demo.workspace.xpm("templates")["name"].iloc[0]
    path = tmp_path / "jobs.csv"
    path.write_text(
        "client,name,template,start,due,cost description,unit price\n"
        f'"{client}",Year end 2026,"{template}",2026-11-20,2026-12-20,Courier,9.50\n'
        "Nobody,N,,2026-11-20,2026-12-20,,\n",
        encoding="utf-8",
    )
    code, out, _ = run("jobs", "create", "--from", path, "--dry-run", "--json")
    assert (code, [job["state"] for job in document(out)["jobs"]]) == (1, ["would create", "not usable"])
    numbers = set()
    for _ in range(2):
        _, out, _ = run("jobs", "create", "--from", path, "--json")
        made = document(out)["jobs"][0]
        assert made["state"] == "created", made
        numbers.add(made["job"])
    assert len(numbers) == 1
    costs = [cost.description for cost in demo.workspace.jobs.read_costs(numbers.pop())]
    assert costs.count("Courier") == 1


def test_an_undone_push_is_taken_back_whole_and_not_sent_again(run, demo: Demo) -> None:  # type: ignore[no-untyped-def]
    runs = demo.workspace.store.runs.list("demo", RunKind.PUSH)
    pushed = next(str(one) for one, row in runs[::-1].iterrows() if row["counts"].get("sent"))
    code, out, _ = run("undo", pushed[:10], "--dry-run", "--json")
    plan = document(out)
    assert (code, plan["delete"], plan["refusals"]) == (0, runs.loc[pushed, "counts"]["confirmed"], {})
    code, out, _ = run("undo", pushed[:10], "--json")
    undone = document(out)
    assert (code, undone["deleted"], undone["refused"], undone["in_doubt"]) == (0, plan["delete"], 0, 0)
    _, out, _ = run("push", "--missing", "--look-back", "90", "--dry-run", "--json")
    assert document(out)["create"] == 0


def test_missing_timesheets_and_drift_are_reported(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("report", "missing", "--out", tmp_path / "m.xlsx", "--json")
    told = document(out)
    assert (code, sum(told["by_staff"].values())) == (0, told["minutes"])
    sheets = CalamineWorkbook.from_path(str(tmp_path / "m.xlsx")).sheet_names
    assert sheets == ["By staff and day", "Missing time", "By staff"]
    code, out, _ = run("report", "drift", "--json")
    assert (code, document(out)["by_reason"]) == (0, {"deleted locally": 1, "drifted": 3})


def test_a_review_list_goes_out_and_comes_back_with_answers(run, demo: Demo, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "staff.csv"
    assert run("review", "export", "--kind", "staff", "--out", out)[0] == 0
    rows = pd.read_csv(out, dtype="str", keep_default_na=False)
    rows.loc[rows.index[rows["Standing"].eq("linked")][0], "Decision"] = "undo"
    rows.to_csv(out, index=False)
    code, text, _ = run("review", "import", out, "--kind", "staff", "--dry-run", "--json")
    found = document(text)
    assert (code, found["saved"], [one["after"] for one in found["changes"]]) == (0, 0, ["open"])


def test_sync_carries_over_what_is_to_be_completed_in_xpm(run, demo: Demo) -> None:  # type: ignore[no-untyped-def]
    following = demo.workspace.following
    following.take_up()
    [one, *_] = following.out_of_step().index
    following.answer(one, Answer.CARRY, following.mark(one))
    code, out, _ = run("sync", "--json")
    assert (code, document(out)["job_tasks"]) == (0, {"done": 1})
    code, out, _ = run("sync")
    assert (code, "Job tasks" in out) == (0, False)
