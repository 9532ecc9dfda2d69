"""The command line keeps its exit codes, prints one document with --json, and never shows a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import app
from core.cli.terminal import run_guarded


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TIEOUT_DATABASE_URL", "TIEOUT_XPM_URL", "TIEOUT_PRACTICE", "TIEOUT_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TIEOUT_DATA_DIR", str(tmp_path / "data"))


def run(*arguments: object) -> int:
    return run_guarded(lambda: app([str(a) for a in arguments], standalone_mode=False))


def write_lists(folder: Path) -> tuple[Path, Path]:
    left, right = folder / "left.csv", folder / "right.csv"
    left.write_text("id,name\nL1,Tui & Tawa Bakery Pty Ltd\nL2,Smith Family Trust\n", encoding="utf-8")
    right.write_text("id,name\nR1,TUI AND TAWA BAKERY P/L\nR2,Smith Family Super Fund\n", encoding="utf-8")
    return left, right


def test_two_files_are_matched_without_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left, right = write_lists(tmp_path)
    out = tmp_path / "pairs.csv"
    assert run("match", left, right, "--kind", "clients", "--out", out) == 0
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "left_id,right_id,score,band,explanation"
    assert lines[1].startswith("L1,R1,")
    assert not (tmp_path / "data").exists()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["match", "a.csv", "b.csv", "--kind", "colours", "--out", "o.csv"], "no kind 'colours'"),
        (["match", "nowhere.csv", "b.csv", "--kind", "clients", "--out", "o.csv"], "nowhere.csv"),
        (["mtach"], "tieout --help"),
        (["match"], "tieout --help"),
        (["status"], "There is no practice yet"),
        (["push", "--from", "yesterday"], "tieout --help"),
        (["report", "tieout"], "There is no practice yet"),
    ],
)
def test_wrong_usage_is_two_and_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert (said.out, "Traceback" in said.err) == ("", False)


def test_a_database_that_is_not_there_is_a_sentence_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_DATABASE_URL", "postgresql://tieout:hunter2@127.0.0.1:1/none")
    assert run("status") == 3
    said = capsys.readouterr().err
    assert "hunter2" not in said
    assert "Traceback" not in said


def test_a_wrong_setting_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_XPM_MODE", "yaml")
    assert run("doctor") == 2
    assert "TIEOUT_XPM_MODE" in capsys.readouterr().err


def test_doctor_shows_settings_without_their_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_SECRET", "s3cret-canary")
    assert run("doctor") == 0
    said = capsys.readouterr().out
    assert "TIEOUT_CLIENT_SECRET" in said
    assert "s3cret-canary" not in said


def test_connect_creates_a_practice_and_prints_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_ID", "an-app")
    assert run("connect", "--practice", "kowhai", "--zone", "Pacific/Auckland", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["practice"], document["connected"]) == ("kowhai", False)
    assert document["consent_url"].startswith("https://login.xero.com/identity/connect/authorize?")


def test_connecting_without_an_app_says_what_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("connect") == 2
    assert "TIEOUT_CLIENT_ID" in capsys.readouterr().err


def test_a_fault_of_ours_is_a_sentence_and_the_details_go_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("inner detail")

    assert run_guarded(broken) == 3
    said = capsys.readouterr().err
    assert ("inner detail" in said, "tieout.log" in said) == (False, True)
    assert "inner detail" in (tmp_path / "data" / "tieout.log").read_text(encoding="utf-8")
