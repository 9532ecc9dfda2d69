"""`tieout connect` from the first call to the test of the rights, against a real sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from core.cli.main import app
from core.cli.terminal import run_guarded
from core.demo import SHIPPED
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    """The demo's XPM, and an empty installation that is told of it."""
    with start_in_thread(ServeOptions(data=SHIPPED / "xpm.json", limits=False)) as running:
        for name, value in {
            "DATA_DIR": tmp_path,
            "XPM_URL": running.base_url,
            "IDENTITY_URL": running.identity_url,
            "CONNECTIONS_URL": running.connections_url,
            "CLIENT_ID": running.client_id,
            "CLIENT_SECRET": running.client_secret,
        }.items():
            monkeypatch.setenv(f"TIEOUT_{name}", str(value))
        for name in ("DATABASE_URL", "PRACTICE", "DEMO"):
            monkeypatch.delenv(f"TIEOUT_{name}", raising=False)
        yield running


@pytest.fixture
def run(sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = run_guarded(lambda: app([str(one) for one in arguments], standalone_mode=False))
        said = capsys.readouterr()
        return code, said.out, said.err

    assert sandbox.tenants
    return call


def consent(run: Call) -> str:
    """The address the browser comes back with, after the person allowed every account."""
    code, out, _ = run("connect", "--practice", "birds", "--json")
    url = json.loads(out)["consent_url"]
    assert (code, bool(url)) == (0, True)
    return str(httpx.get(f"{url}&auto=1", follow_redirects=False, trust_env=False).headers["location"])


def test_of_several_accounts_one_is_named_and_then_it_is_connected(run: Call) -> None:
    back = consent(run)
    code, _, err = run("connect", "--practice", "birds", "--code", back)
    assert code == 1
    assert "Wharf Street Bookkeeping" in err
    code, out, _ = run("connect", "--practice", "birds", "--code", back, "--account", "Wharf Street Bookkeeping")
    assert (code, out.strip()) == (0, "birds is connected to Wharf Street Bookkeeping.")


def test_an_account_that_was_not_opened_is_not_guessed(run: Call) -> None:
    code, _, err = run("connect", "--practice", "birds", "--code", consent(run), "--account", "Wharf")
    assert code == 1
    assert "--account" in err


def test_the_rights_are_tested_one_by_one(run: Call, sandbox: RunningSandbox) -> None:
    run("connect", "--practice", "birds", "--code", consent(run), "--account", "Wharf Street Bookkeeping")
    code, out, _ = run("connect", "--check", "--json")
    rights = json.loads(out)["rights"]
    assert (code, len(rights), all(one["ok"] for one in rights)) == (0, 9, True)
    rules = {"rules": [{"fault": "forbidden", "path": "template.api/list", "times": 1}]}
    httpx.post(f"{sandbox.control_url}/faults", json=rules, trust_env=False)
    code, out, err = run("connect", "--check")
    assert (code, err.strip()) == (1, "Missing: read templates.")
    assert re.search(r"LOOK  read templates +The right to read templates is missing", out)
