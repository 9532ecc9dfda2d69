"""Where a client's documents lie: the documents table, and the folder beside it.

What a folder offers for a client leaves out what belongs to somebody else, as far as anybody can know: a slip of a
tick must not mail one client's papers, or the list of all clients, to another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs.packs import KINDS, title_of
from core.local.config import SourceConfig
from core.local.papers import is_table_file, list_papers, papers_folder, read_paper
from core.model import TieoutError
from core.workspace.sides import NoLocalSource

if TYPE_CHECKING:
    from core.workspace import Workspace

DOCUMENTS = ["name", "kind", "date", "task", "path"]
PAPERS = ["name", "folder", "size", "changed"]


class NoDocument(TieoutError):
    """A document that was chosen is no longer in the table."""

    def __init__(self) -> None:
        super().__init__("A chosen document is no longer in the documents table. Load the local side, then look again.")


class NotOfClient(TieoutError):
    """A file of the folder is another client's, or tells of all of them."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} was not added: it is a table of the local side, or your documents table says that it belongs to "
            "another client."
        )


@dataclass(frozen=True)
class Wanted:
    """A file that shall be packed. `read` gives its content or raises; `title` may be empty; `origin` in words."""

    name: str
    title: str
    read: Callable[[], bytes]
    origin: str


class PaperShelf:
    """The documents of one practice's clients, as the local side has them."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def documents(self, client_id: str) -> pd.DataFrame:
        """The client's documents of the local table, newest first; index document id, columns DOCUMENTS."""
        rows = self._ws.local("documents")
        rows = rows[rows["client_id"].eq(client_id)]
        tasks = look_up(rows["task_id"], self._ws.local("tasks")["name"])
        named = rows["name"].where(rows["name"].ne(""), rows["path"].map(title_of))
        return rows.assign(task=tasks, name=named).sort_values("date", ascending=False, kind="stable")[DOCUMENTS]

    def folder(self) -> str:
        """The folder of documents as it is set; raises NoLocalSource, FolderMissing."""
        return str(papers_folder(self._source()))

    def set_folder(self, path: str) -> str:
        """Take documents from this folder from now on; empty: the local side's own. Raises FolderMissing."""
        config = replace(self._source(), documents=path.strip())
        found = str(papers_folder(config))
        practice = self._ws.practice
        local = {**practice.settings.local, "documents": path.strip()}
        self._ws.store.practices.save_settings(practice.id, practice.settings.with_values(local=local))
        self._ws.store.events.add(practice.id, self._ws.actor, "set", "documents folder", "", after=path.strip())
        return found

    def in_folder(self, client_id: str) -> pd.DataFrame:
        """The files in the folder of documents that may be this client's, those that name the client first.

        Index path, columns PAPERS (size in bytes, changed a date). Left out are the tables of the local side, which
        tell of every client, and what the documents table says belongs to other clients alone.
        """
        config, owners, names = self._source(), self._find_owners(), self._list_names(client_id)
        known = list_papers(config, tuple(KINDS))
        listed = [one for one in known if _may_be_of(client_id, one.path, owners, config)]
        listed.sort(key=lambda one: not (_slashed(one.path) in owners or _is_named(one.path, names)))
        rows = [(*paper.path.rpartition("/")[::-2], paper.size, pd.Timestamp(paper.changed)) for paper in listed]
        index = pd.Index([paper.path for paper in listed], dtype="str", name="path")
        return pd.DataFrame(rows, columns=PAPERS, index=index)

    def take_documents(self, client_id: str, document_ids: Sequence[str]) -> list[Wanted]:
        """Documents of the client's, to be packed. Raises NoDocument, also for another client's, and NotOfClient."""
        known = self.documents(client_id)
        if not set(document_ids) <= set(known.index):
            raise NoDocument
        config, chosen = self._source(), known.loc[list(document_ids)]
        pairs = list(zip(chosen["path"].astype("str"), chosen["name"].astype("str"), strict=True))
        _require_no_table(config, [path for path, _title in pairs])
        return [
            Wanted(_base(path), title, partial(read_paper, config, path), f"documents: {path}") for path, title in pairs
        ]

    def take_papers(self, client_id: str, paths: Sequence[str]) -> list[Wanted]:
        """Files of the folder that `in_folder` offers, to be packed. Raises NotOfClient for any other."""
        config, owners = self._source(), self._find_owners()
        for path in paths:
            if not _may_be_of(client_id, path, owners, config):
                raise NotOfClient(path)
        return [Wanted(_base(path), "", partial(read_paper, config, path), f"folder: {path}") for path in paths]

    def _find_owners(self) -> dict[str, set[str]]:
        """Path -> the clients that the documents table says it belongs to."""
        owners: dict[str, set[str]] = {}
        documents = self._ws.local("documents")
        for path, client in zip(documents["path"], documents["client_id"], strict=True):
            owners.setdefault(_slashed(path), set()).add(str(client))
        return owners

    def _list_names(self, client_id: str) -> list[str]:
        """What a client's files or folders may be called: its id, its code, its name."""
        client = self._ws.local("clients").reindex([client_id]).fillna("").iloc[0]
        return [text.casefold() for text in (client_id, str(client["code"]), str(client["name"])) if text]

    def _source(self) -> SourceConfig:
        practice = self._ws.practice
        if not practice.settings.local:
            raise NoLocalSource(practice.id)
        return SourceConfig.from_dict(practice.settings.local, base=self._ws.settings.data_dir)


def look_up(keys: pd.Series, texts: pd.Series) -> pd.Series:
    """The text of each key, empty for one that has none."""
    return keys.map(texts).astype("object").fillna("").astype("str")


def _may_be_of(client_id: str, path: str, owners: Mapping[str, set[str]], config: SourceConfig) -> bool:
    known = owners.get(_slashed(path))
    return (not known or client_id in known) and not is_table_file(config, path)


def _require_no_table(config: SourceConfig, paths: Sequence[str]) -> None:
    for path in paths:
        if is_table_file(config, path):
            raise NotOfClient(path)


def _is_named(path: str, names: Sequence[str]) -> bool:
    """Whether a folder is called like the client, or the file's name holds one of its longer names."""
    *folders, name = path.casefold().split("/")
    return any(one in folders or (len(one) > 3 and one in name) for one in names)


def _slashed(path: str) -> str:
    return path.strip().replace("\\", "/").casefold()


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
