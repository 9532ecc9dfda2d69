"""A practice with a folder of documents, a client to send them to, and a mail server that runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.jobs import JobDraft
from core.jobs.mail import MailServer
from core.jobs.packs import Pack
from core.model import Clock, Kind
from core.settings import Settings
from core.store import Practice, Store
from core.store.packs import StoredPack
from core.store.settings import Settings as PracticeSettings
from core.workspace import Workspace
from tests.jobs.test_paper import make_pdf
from tests.workspace.ready_practice import link, write

PDF = make_pdf()
LOCAL: dict[str, dict[str, dict[str, Any]]] = {
    "clients": {
        "C1": {"name": "Acme & Sons", "email": "ann@acme.example"},
        "C2": {"name": "Bee"},
        "C3": {"name": "Gone", "archived": True},
    },
    "tasks": {"T1": {"client_id": "C1", "name": "Accounts 2026", "status": "open"}},
    "documents": {
        "D1": {"client_id": "C1", "task_id": "T1", "name": "Accounts", "path": "C1/accounts.pdf", "kind": "accounts"},
        "D2": {"client_id": "C1", "name": "Letter", "path": "C1/letter.txt", "date": "2026-11-02"},
        "D3": {"client_id": "C2", "name": "Tax return", "path": "C2/tax.pdf"},
        "D4": {"client_id": "C1", "name": "Lost", "path": "C1/lost.pdf"},
    },
}
XPM: dict[str, dict[str, dict[str, Any]]] = {
    "clients": {"XC1": {"name": "Acme Ltd"}, "XC2": {"name": "Bee Ltd", "email": "info@bee.example"}},
    "templates": {"TP1": {"name": "Annual accounts"}},
    "jobs": {"J1": {"name": "BAS", "client_id": "XC1", "state": "In progress"}},
}


def make_paper_practice(store: Store, clock: Clock, folder: Path, server: MailServer | None = None) -> Workspace:
    """The practice `p`, whose documents lie in `folder`/papers."""
    for name, data in {"C1/accounts.pdf": PDF, "C1/letter.txt": b"Dear Ann", "C2/tax.pdf": PDF}.items():
        place = folder / "papers" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    local = {"type": "folder", "path": "papers"}
    settings = PracticeSettings(local=local, mail_subject="{client}: {period}", mail_body="Hello,\n{sender}\n")
    store.practices.create(Practice("p", "Practice & Co", "Australia/Sydney", date(2026, 11, 20), settings))
    for side, tables in (("local", LOCAL), ("xpm", XPM)):
        for name, rows in tables.items():
            write(store, side, name, rows)
    link(store, Kind.CLIENT, {"C1": "XC1", "C2": "XC2"})
    return Workspace("p", Settings(data_dir=folder, client_id="app", user="Kim", **_name_server(server)), store, clock)


def _name_server(server: MailServer | None) -> dict[str, Any]:
    if server is None:
        return {}
    given = {"smtp_host": server.host, "smtp_port": server.port, "smtp_from": server.sender, "smtp_user": server.user}
    return given | {"smtp_password": SecretStr(server.password), "smtp_ca": str(server.ca)}


def fill_pack(ws: Workspace, *document_ids: str) -> StoredPack:
    """A pack for Acme with these documents, by default with all that are there."""
    stored = ws.packs.new("C1", "Sep Qtr 2026")
    return ws.packs.add_documents(stored.id, document_ids or ("D1", "D2"), stored.revision).stored


def fill_job(ws: Workspace, stored: StoredPack, name: str = "Accounts 2026") -> StoredPack:
    """The pack with a job whose form is complete."""
    stored = ws.packs.want_job(stored.id, stored.revision, wanted=True)
    draft = ws.jobs.get(stored.draft)
    content = JobDraft.from_json(draft.content)
    whole = replace(content, name=name, name_pattern=name, due=date(2026, 12, 20), review=False)
    ws.jobs.save(draft.id, whole, draft.revision)
    return stored


def read_pack(ws: Workspace, stored: StoredPack) -> Pack:
    """What the pack holds now."""
    return Pack.from_json(ws.packs.get(stored.id).content)
