"""The command line keeps its exit codes, prints one document with --json, and never shows a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import app
from core.cli.terminal import run_guarded
from core.workspace import Workspace


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


def test_matching_says_in_words_and_in_json_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left, right = write_lists(tmp_path)
    command = ["match", left, right, "--kind", "clients", "--out", tmp_path / "pairs.csv"]
    assert run(*command) == 0
    assert " without a partner, 0 that look like a duplicate of another." in capsys.readouterr().out
    assert run(*command, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert sum(document["bands"].values()) + document["without"] == document["left"] == 2
    assert (document["duplicates"], document["empty_names"], document["notes"]) == (0, 0, [])


def test_a_list_without_ids_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left, right = write_lists(tmp_path)
    left.write_text("Client ID,Client Name\n1,Tui\n", encoding="utf-8")
    assert run("match", left, right, "--kind", "clients", "--out", tmp_path / "pairs.csv") == 2
    assert "Rename 'Client ID' to 'id' and 'Client Name' to 'name'." in capsys.readouterr().err
    assert not (tmp_path / "pairs.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["match", "a.csv", "b.csv", "--kind", "colours", "--out", "o.csv"], "no kind 'colours'"),
        (["match", "nowhere.csv", "b.csv", "--kind", "clients", "--out", "o.csv"], "nowhere.csv"),
        (["mtach"], "tieout --help"),
        (["match"], "tieout match --help"),
        (["report", "unsyncd"], "tieout report --help"),
        (["--port", "99999"], "tieout --help"),
        (["sandbox", "--port", "99999"], "tieout sandbox --help"),
        (["sandbox", "--faults", "/nowhere.json"], "cannot be read: No such file"),
        (["push", "--from", "03/04/2026"], "'03/04/2026' is no date. Write it as year-month-day"),
        (["status"], "There is no practice yet"),
        (["push", "--from", "yesterday"], "'yesterday' is no date"),
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


def test_a_group_without_a_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report") == 2
    said = capsys.readouterr()
    assert "unsynced" in said.out
    assert said.err == "A command is missing: name one of those above.\n"


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
    monkeypatch.setenv("TIEOUT_DATABASE_URL", "postgresql://tieout:hunter2@127.0.0.1:1/none")
    assert run("doctor") == 3
    said = capsys.readouterr().out
    assert "TIEOUT_CLIENT_SECRET" in said
    assert "postgresql://tieout:***@127.0.0.1:1/none" in said
    assert not {word for word in ("s3cret-canary", "hunter2") if word in said}


def test_connect_creates_a_practice_and_prints_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_ID", "an-app")
    assert run("connect", "--practice", "kowhai", "--zone", "Pacific/Auckland", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["practice"], document["connected"]) == ("kowhai", False)
    assert document["consent_url"].startswith("https://login.xero.com/identity/connect/authorize?")


def test_connecting_without_an_app_says_what_to_set_and_creates_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("connect") == 2
    assert "TIEOUT_CLIENT_ID" in capsys.readouterr().err
    assert run("status") == 2
    assert "There is no practice yet" in capsys.readouterr().err


def test_connecting_takes_the_folder_of_a_practice_that_is_there_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_ID", "an-app")
    assert run("connect", "--folder", tmp_path / "gone") == 3
    assert "gone' cannot be read" in capsys.readouterr().err
    (tmp_path / "clients.csv").write_text("id,name\n1,Acme\n", encoding="utf-8")
    assert run("connect", "--folder", tmp_path) == 0
    assert Workspace.open("practice").practice.settings.local == {"type": "folder", "path": str(tmp_path)}


def test_a_shrunken_export_is_asked_about_with_the_command_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_ID", "an-app")
    export = tmp_path / "clients.csv"
    export.write_text("id,name\n" + "".join(f"{n},Client {n}\n" for n in range(12)), encoding="utf-8")
    assert run("connect", "--folder", tmp_path) == 0
    assert run("sync") == 1
    export.write_text("id,name\n1,Client 1\n", encoding="utf-8")
    assert run("sync") == 1
    assert "clients had 12 rows and now has 1" in (said := capsys.readouterr().err)
    assert "To accept: tieout sync --accept-shrink" in said
    assert run("sync", "--accept-shrink") == 1
    assert "not connected to XPM" in capsys.readouterr().err


def test_of_several_practices_one_has_to_be_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_ID", "an-app")
    for name in ("kowhai", "rimu"):
        assert run("connect", "--practice", name) == 0
    for command in ("connect", "status"):
        assert run(command) == 2
        assert "none was named. Choose one of: kowhai, rimu" in capsys.readouterr().err


def test_a_data_folder_that_cannot_be_made_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TIEOUT_DATA_DIR", str(tmp_path / "file" / "data"))
    assert run("status") == 3
    assert "TIEOUT_DATA_DIR" in capsys.readouterr().err
    assert run_guarded(lambda: 1 // 0) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_names_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIEOUT_CLIENT_ID", "an-app")
    assert run("connect") == 0
    assert run("report", "unsynced", "--out", tmp_path / "gone" / "u.csv") == 3
    assert "u.csv cannot be written: no such file or directory" in capsys.readouterr().err
    assert run("links", "--out", tmp_path / "links.pdf") == 2
    assert run("links", "--state", "foo") == 2
    assert "Choose one of: linked, proposed" in capsys.readouterr().err


def test_a_fault_of_ours_is_a_sentence_and_the_details_go_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("inner detail")

    assert run_guarded(broken) == 3
    said = capsys.readouterr().err
    assert ("inner detail" in said, "tieout.log" in said) == (False, True)
    assert "inner detail" in (tmp_path / "data" / "tieout.log").read_text(encoding="utf-8")


def test_doctor_finds_what_needs_a_hand_and_says_so_by_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    needed = [one["name"] for one in document["findings"] if not one["ok"]]
    assert (needed, document["needs_a_person"]) == (["XPM"], 1)
