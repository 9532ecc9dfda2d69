"""What a sync does, stage by stage, in the words that people read while it goes on.

A run keeps one sentence about what it is doing. The sentences of a sync are made here, and told apart here, so that a
page can show all stages with the present one marked.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Kind

_LOADING = "Reading your own records"
_MATCHING = {
    Kind.CLIENT: "Matching clients by number, e-mail and name",
    Kind.STAFF: "Matching staff: the users of both systems, by e-mail and name",
    Kind.PROCESS: "Matching kinds of work with XPM's tasks",
    Kind.TASK: "Finding the job task of each task",
}
_READING, _FROM = "Reading ", " from XPM"
_COMPARING = "Looking for pushed time in what XPM holds"


@dataclass(frozen=True)
class Stage:
    """One stage: its title, and whether it is `done`, under way (`now`) or comes later (`next`)."""

    title: str
    state: str


STAGES: tuple[str, ...] = (
    "Read your own records",
    "Read XPM: staff, clients, jobs and time",
    "Match clients by number, e-mail and name",
    "Match staff: the users of both systems",
    "Match kinds of work with XPM's tasks",
    "Find the job task of each task",
)


def tell_loading() -> str:
    """The first stage."""
    return _LOADING


def tell_reading(part: str) -> str:
    """The second stage, with the part that is read, as people name it; without one everything was read."""
    return f"{_READING}{part}{_FROM}" if part else _COMPARING


def tell_matching(kind: Kind) -> str:
    """The stage in which this kind is matched."""
    return _MATCHING[kind]


def list_stages(message: str) -> list[Stage]:
    """All stages of a sync that says this; none is under way for other words."""
    place = _find(message)
    states = ["done" if n < place else "now" if n == place else "next" for n in range(len(STAGES))]
    return [Stage(title, state) for title, state in zip(STAGES, states, strict=True)]


def _find(message: str) -> int:
    if message == _LOADING:
        return 0
    if message in _MATCHING.values():
        return 2 + list(_MATCHING.values()).index(message)
    reads = message == _COMPARING or (message.startswith(_READING) and message.endswith(_FROM))
    return 1 if reads else -1
