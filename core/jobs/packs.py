"""A pack: files of one client that are handed over together, and what shall happen when they are.

Names of files come from people and from tables, and go into ZIPs, mails and XPM. So a name is a plain name or it is
refused, and what a file is called and what it is must agree.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from core.jobs.draft import Attachment
from core.model import TieoutError

LARGEST_FILE = 25 * 1024 * 1024
LARGEST_PACK = 100 * 1024 * 1024
MOST_FILES = 100
MOST_RECIPIENTS = 20
LONGEST_NAME = 150
#: What a message may hold, with what stands there.
PLACEHOLDERS: Mapping[str, str] = {
    "client": "the client's name",
    "period": "the period of the pack",
    "practice": "the practice's name",
    "sender": "who sends it",
}

_PLACEHOLDER = re.compile(r"\{\s*([^{}\n]*?)\s*\}")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
#: Names that Windows keeps for devices, whatever their ending.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)}
_UNSAFE = re.compile(r'[<>:"/\\|?*]')


class PackState(StrEnum):
    """Where a pack is."""

    DRAFT = "draft"  # being put together; nobody has it
    ENDING = "ending"  # the mail server is about to have the whole letter
    IN_DOUBT = "in doubt"  # the letter left whole and nobody knows whether it was taken; a person says
    DELIVERED = "delivered"  # downloaded or mailed; its files stay as they are
    DISCARDED = "discarded"


class FileUnfit(TieoutError):
    """A file cannot be packed."""

    def __init__(self, name: str, what: str, next_step: str) -> None:
        super().__init__(f"{_show(name)} was not added: {what}. {next_step}")


class PackFull(TieoutError):
    """The pack would become larger than what can be handed over."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The pack would have {what}. Make a second pack, or leave something out.")


class BadAddress(TieoutError):
    """A recipient is no address that a letter can go to."""

    def __init__(self, address: str, why: str = "is no e-mail address") -> None:
        super().__init__(f"{_show(address)} {why}. Write it like name@client.example; commas between several.")


class UnknownBlank(TieoutError):
    """A message asks for something that nobody can fill in."""

    def __init__(self, name: str) -> None:
        known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
        super().__init__(f"The message has the placeholder {{{name}}}, which is not known. Known are {known}.")


@dataclass(frozen=True)
class PackFile:
    """One file. `sha256` finds its bytes among the kept files; `origin` says where it came from; `size` in bytes."""

    key: str
    file_name: str
    title: str
    sha256: str
    size: int
    origin: str

    @property
    def ending(self) -> str:
        """The file name's ending in small letters, with its dot."""
        return PurePosixPath(self.file_name).suffix.casefold()


@dataclass(frozen=True)
class Pack:
    """What is handed over, and how. Ids are local; `to` and `cc` as typed; subject and body may hold placeholders.

    as_one: as one PDF rather than a ZIP. attaches: the files are attached to the job in XPM too.
    """

    client_id: str = ""
    period: str = ""
    files: tuple[PackFile, ...] = ()
    as_one: bool = False
    attaches: bool = True
    to: str = ""
    cc: str = ""
    subject: str = ""
    body: str = ""

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def may_be_one(self) -> bool:
        """Whether all files are named as PDFs, so that they may become one."""
        return bool(self.files) and all(file.ending == ".pdf" for file in self.files)

    def to_json(self) -> str:
        """The stored form."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Pack:
        """Read the stored form back; missing fields keep their defaults."""
        raw: dict[str, Any] = json.loads(text)
        return cls(**raw | {"files": tuple(PackFile(**one) for one in raw.get("files", ()))})

    def attachments(self) -> tuple[Attachment, ...]:
        """The files as a job draft names them."""
        return tuple(Attachment(one.key, one.file_name, one.title, one.sha256, one.size) for one in self.files)


def add_files(pack: Pack, files: Iterable[PackFile]) -> Pack:
    """The pack with these files behind its own; a name that is taken gets a number. Raises PackFull.

    The same file under the same name, added again, changes nothing.
    """
    kept = list(pack.files)
    for file in files:
        if any((one.sha256, one.title) == (file.sha256, file.title) for one in kept):
            continue
        taken = {one.file_name.casefold() for one in kept}
        kept.append(replace(file, file_name=_name_apart(file.file_name, taken)))
    if len(kept) > MOST_FILES:
        raise PackFull(f"{len(kept)} files; at most {MOST_FILES} go together")
    size = sum(file.size for file in kept)
    if size > LARGEST_PACK:
        raise PackFull(f"{size / 1e6:.0f} MB; at most {LARGEST_PACK // 1024 // 1024} MB go together")
    return replace(pack, files=tuple(kept))


def remove_files(pack: Pack, keys: Iterable[str]) -> Pack:
    """The pack without these files."""
    gone = set(keys)
    return replace(pack, files=tuple(file for file in pack.files if file.key not in gone))


def move_file(pack: Pack, key: str, places: int) -> Pack:
    """The pack with one file so many places further down, or up when negative."""
    files = list(pack.files)
    at = next(place for place, file in enumerate(files) if file.key == key)
    files.insert(min(max(at + places, 0), len(files) - 1), files.pop(at))
    return replace(pack, files=tuple(files))


def name_file(client: str, period: str, ending: str) -> str:
    """What the pack is called as one file: `Acme Pty Ltd – Sep Qtr 2026.zip`."""
    told = " – ".join(part for part in (client, period) if part) or "Documents"
    safe = " ".join(_UNSAFE.sub(" ", "".join(c for c in told if c.isprintable())).split()).strip(". ")
    return f"{safe[: LONGEST_NAME - len(ending)].rstrip('. ') or 'Documents'}{ending}"


def title_of(file_name: str) -> str:
    """What people call a file, from its name: `annual_accounts-2026.pdf` is `annual accounts-2026`."""
    return " ".join(PurePosixPath(file_name).stem.replace("_", " ").split())


def judge_file(name: str, data: bytes) -> str:
    """The plain name under which this content may be packed. Raises FileUnfit."""
    plain = judge_name(name)
    ending = PurePosixPath(plain).suffix.casefold()
    if not data:
        raise FileUnfit(name, "it is empty", "Check the file.")
    if len(data) > LARGEST_FILE:
        told = f"it has {len(data) / 1e6:.0f} MB, and at most {LARGEST_FILE // 1024 // 1024} MB can be packed"
        raise FileUnfit(name, told, "Make it smaller or share it in another way.")
    if not KINDS[ending](data):
        raise FileUnfit(name, f"its content is no {ending[1:].upper()}", "Save it again in its program.")
    return plain


def judge_name(name: str) -> str:
    """The name in one normal form, when it is a plain name of a kind that is packed. Raises FileUnfit."""
    plain = unicodedata.normalize("NFC", name).strip()
    stem, ending = PurePosixPath(plain).stem, PurePosixPath(plain).suffix.casefold()
    if not plain.isprintable() or _UNSAFE.search(plain) or any(unicodedata.category(c) == "Cf" for c in plain):
        raise FileUnfit(name, "its name holds characters that no file name has", "Rename it.")
    if ending not in KINDS:
        known = ", ".join(kind[1:].upper() for kind in KINDS)
        raise FileUnfit(name, f"files of this kind are not packed ({known} are)", "Save it as PDF.")
    if plain.startswith(".") or stem.endswith((".", " ")) or stem.split(".")[0].strip().casefold() in _DEVICES:
        raise FileUnfit(name, "Windows cannot keep a file of this name", "Rename it.")
    if len(plain) > LONGEST_NAME:
        raise FileUnfit(name, f"its name has {len(plain)} characters, more than {LONGEST_NAME}", "Shorten its name.")
    return plain


def read_addresses(text: str) -> tuple[str, ...]:
    """The addresses typed into a field, each once; commas, semicolons or new lines between them. Raises BadAddress."""
    typed = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    for one in typed:
        if len(one) > 254 or not _ADDRESS.fullmatch(one):
            raise BadAddress(one)
    if len(typed) > MOST_RECIPIENTS:
        raise BadAddress(typed[MOST_RECIPIENTS], f"is one recipient more than {MOST_RECIPIENTS}")
    kept: dict[str, str] = {}
    for one in typed:
        kept.setdefault(one.casefold(), one)
    return tuple(kept.values())


def fill_message(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with its placeholders filled in; what has no value is left out. Raises UnknownBlank."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1).casefold()
        if name not in PLACEHOLDERS:
            raise UnknownBlank(match.group(1))
        return values.get(name, "")

    return _PLACEHOLDER.sub(fill, pattern)


def list_gaps(pack: Pack) -> list[str]:
    """What the pack lacks before it can be handed over at all, a sentence each."""
    gaps = [("Choose the client.", not pack.client_id), ("Add at least one file.", not pack.files)]
    return [sentence for sentence, is_open in gaps if is_open]


def _name_apart(name: str, taken: set[str]) -> str:
    path, number, apart = PurePosixPath(name), 2, name
    while apart.casefold() in taken:
        apart = f"{path.stem} ({number}){path.suffix}"
        number += 1
    return apart


def _show(name: str) -> str:
    """A name as it may stand in a sentence, whatever it holds."""
    told = "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else "?" for c in name)
    return f"'{told[:80]}...'" if len(told) > 80 else f"'{told}'"


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(marks)


def _is_text(data: bytes) -> bool:
    """Text of any usual encoding has no NUL, but for UTF-16 with its mark."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in data


def _is_office(part: str) -> Callable[[bytes], bool]:
    def judge(data: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        # Macros under the name of a file without them are no slip.
        return any(name.startswith(part) for name in names) and not any("vbaProject" in name for name in names)

    return judge


#: Endings of the files that are packed, and how their content must look.
KINDS: Mapping[str, Callable[[bytes], bool]] = {
    ".pdf": lambda data: b"%PDF-" in data[:1024],
    ".docx": _is_office("word/"),
    ".xlsx": _is_office("xl/"),
    ".pptx": _is_office("ppt/"),
    ".png": _begins(b"\x89PNG\r\n\x1a\n"),
    ".jpg": _begins(b"\xff\xd8\xff"),
    ".jpeg": _begins(b"\xff\xd8\xff"),
    ".tif": _begins(b"II*\x00", b"MM\x00*"),
    ".tiff": _begins(b"II*\x00", b"MM\x00*"),
    ".csv": _is_text,
    ".txt": _is_text,
}


def list_kinds() -> Sequence[str]:
    """The endings of the files that are packed, without their dots."""
    return [kind[1:] for kind in KINDS]
