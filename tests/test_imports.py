"""The direction of imports: model, rooms, workspace, then work, command line and pages; and who may know what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROOMS = ("local", "xpm", "matching", "mapping", "push", "jobs", "reports", "store")
#: What a room may import of ours beside itself and what every room may: model, and the clock.
SIBLINGS = {"mapping": {"matching"}, "reports": {"push.standing"}}
COMMON = {"model", "clock"}

#: Who may import an outside package that is kept in one place.
KEEPERS = {
    "streamlit": ("dashboard.py", "pages/"),
    "httpx": ("core/xpm/transport.py",),
    "dbos": ("core/work/engine.py",),
    "sqlalchemy": ("core/store/", "core/local/sql", "core/work/engine.py"),
    "alembic": ("core/store/",),
    "lxml": ("core/xpm/", "core/sandbox/", "core/local/"),
    "typer": ("core/cli/",),
    "uvicorn": ("core/sandbox/",),
    "smtplib": ("core/jobs/mail.py",),
    "pypdf": ("core/jobs/paper",),
}


def list_sources() -> list[Path]:
    folders = [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "dashboard.py"]
    return [path for path in folders if path.exists()]


def list_imports(path: Path) -> Iterator[str]:
    """Every module imported anywhere in a file, in full; relative ones resolved."""
    package = list(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: -node.level] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "core" and len(parts) > 2 else ""


def find_foreign(path: Path, room: str) -> set[str]:
    """What a file of a room imports of ours that it may not."""
    foreign = set()
    for name in list_imports(path):
        if name.split(".")[0] != "core":
            continue
        inner = name.removeprefix("core").lstrip(".")
        allowed = {room, *COMMON, *SIBLINGS.get(room, set())}
        if not any(inner == one or inner.startswith(f"{one}.") for one in allowed):
            foreign.add(name)
    return foreign


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_model_itself_and_its_allowed_sibling(room: str) -> None:
    files = [path for path in list_sources() if room_of(path) == room]
    assert files, f"core/{room} has no files"
    assert {str(path.relative_to(ROOT)): found for path in files if (found := find_foreign(path, room))} == {}


def test_the_sandbox_imports_nothing_else_of_ours() -> None:
    files = [path for path in list_sources() if room_of(path) == "sandbox"]
    foreign = {
        str(p): n for p in files for n in list_imports(p) if n.startswith("core") and not n.startswith("core.sandbox")
    }
    assert foreign == {}


def test_the_model_imports_nothing_of_ours() -> None:
    assert [name for name in list_imports(ROOT / "core/model.py") if name.startswith("core")] == []


def test_the_workspace_knows_no_page_no_command_and_no_worker() -> None:
    files = [path for path in list_sources() if room_of(path) == "workspace"]
    above = ("core.cli", "core.work.", "core.demo", "pages", "dashboard")
    assert {str(p): n for p in files for n in list_imports(p) if n.startswith(above) or n == "core.work"} == {}


@pytest.mark.parametrize("package", sorted(KEEPERS))
def test_an_outside_package_is_imported_only_where_it_is_kept(package: str) -> None:
    strangers = [
        str(path.relative_to(ROOT))
        for path in list_sources()
        if not str(path.relative_to(ROOT)).startswith(KEEPERS[package])
        and any(name.split(".")[0] == package for name in list_imports(path))
    ]
    assert strangers == []


def test_pages_import_of_core_only_the_doorway_and_the_words() -> None:
    allowed = (
        "core.workspace",
        "core.model",
        "core.settings",
        "core.reports",
        "core.jobs",
        "core.push.rules",
        "core.running",
    )
    pages = [path for path in list_sources() if path.relative_to(ROOT).parts[0] == "pages"]
    strangers = {
        str(p): n for p in pages for n in list_imports(p) if n.startswith("core") and not n.startswith(allowed)
    }
    assert strangers == {}
