"""What the README and the changelog say stays true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from typer.main import get_command

from core.cli.main import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_quick_start_has_exactly_two_shell_blocks() -> None:
    part = re.search(r"^## Quick start$(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    assert part is not None
    assert len(re.findall(r"^```sh$", part.group(1), re.MULTILINE)) == 2


def test_every_command_the_readme_names_exists() -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]  # a group
    named = set(re.findall(r"`tieout ([a-z]+)", README))
    assert named
    assert named <= known


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_changelog_tells_of_the_present_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_pinned_files_name_no_index() -> None:
    for path in (ROOT / ".ci").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text.replace("pyproject.toml", "")
        assert "--index" not in text


def test_the_quick_start_installs_no_peer_of_the_benchmark() -> None:
    quick = [(ROOT / ".ci" / name).read_text(encoding="utf-8") for name in ("constraints.txt", "constraints-dev.txt")]
    for peer in ("splink", "string-grouper", "recordlinkage"):
        assert f"{peer}==" in (ROOT / ".ci/constraints-peers.txt").read_text(encoding="utf-8")
        assert not any(f"{peer}==" in text for text in quick)


def test_every_direct_dependency_has_a_lower_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    everything = [*project["project"]["dependencies"], *(d for g in project["dependency-groups"].values() for d in g)]
    assert [one for one in everything if ">=" not in one] == []
