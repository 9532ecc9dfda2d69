"""Workers killed with SIGKILL while they create jobs: the next one goes on, and everything is in XPM once."""

from __future__ import annotations

from pathlib import Path

from tests.work.job_kills import play_rounds


def test_every_job_and_cost_is_in_xpm_once_after_some_kills(tmp_path: Path) -> None:
    found = play_rounds(6, 3, tmp_path)
    assert (found.doubles, found.lost, found.stuck) == (0, 0, 0)
    assert found.kills >= 4
