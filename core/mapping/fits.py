"""Whether a linked pair, as it was seen, is one the rules could mean: same client, same kind of work, no other period.

The question is put to the very function that proposes, so that what it learns to read is read here too. Each task gets
a world of its own that holds nothing but its job task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.mapping.labels import Conventions
from core.mapping.looks import LocalFacts, Look, XpmFacts
from core.mapping.tasks import propose_tasks
from core.model import LOCAL_FRAMES, XPM_FRAMES, Band, Verdict, shape_frame

_NOBODY = "-"


@dataclass(frozen=True)
class Agreement:
    """How pairs agree now compared with the former look, as ids of tasks.

    fits: the rules could mean the pair now. parted: its client, or by the rules its work, was the same and is not any
    more. joined: the other way round.
    """

    fits: frozenset[str] = frozenset()
    parted: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()


def compare_fits(
    before: Mapping[str, Look],
    now: Mapping[str, Look],
    clients: Mapping[str, str],
    types: Mapping[str, str],
    conventions: Conventions,
    ruled: Mapping[str, str] | None = None,
) -> Agreement:
    """The agreement of these pairs at two looks, both by the links there are now; see `list_fitting`.

    A pair that the rules never could have meant, for a person had linked it, still parts when its client does.
    """
    fitted, fits = (list_fitting(looks, clients, types, conventions, ruled) for looks in (before, now))
    owned, owns = _list_owned(before, clients), _list_owned(now, clients)
    return Agreement(fits, (fitted - fits) | (owned - owns), (fits - fitted) | (owns - owned))


def _list_owned(looks: Mapping[str, Look], clients: Mapping[str, str]) -> frozenset[str]:
    """The tasks whose job is one of the XPM client that their own client is linked to."""
    pairs = {one: (look.local, look.xpm) for one, look in looks.items()}
    return frozenset(
        one for one, (here, there) in pairs.items() if here and there and clients.get(here.client_id) == there.client_id
    )


def list_fitting(
    looks: Mapping[str, Look],
    clients: Mapping[str, str],
    types: Mapping[str, str],
    conventions: Conventions,
    ruled: Mapping[str, str] | None = None,
) -> frozenset[str]:
    """The tasks whose job task the rules would not rule out by these looks; none with a side gone is among them.

    clients, types: local client -> XPM client, local process -> task type, as they are linked. ruled: task -> task type
    where a process rule decides in place of the process's own link.
    """
    pairs = {one: (look.local, look.xpm) for one, look in looks.items() if look.local and look.xpm}
    if not pairs:
        return frozenset()
    chosen = ruled or {}
    owns = {one: clients.get(here.client_id, _NOBODY) == there.client_id for one, (here, there) in pairs.items()}
    kinds = {one: chosen.get(one, types.get(here.process_id, "")) for one, (here, _) in pairs.items()}
    found = propose_tasks(
        _make_tasks({one: here for one, (here, _) in pairs.items()}),
        _link({one: one if is_own else _NOBODY for one, is_own in owns.items()}),
        _link(kinds),
        _make_jobs({one: there for one, (_, there) in pairs.items()}),
        _make_job_tasks({one: there for one, (_, there) in pairs.items()}),
        conventions,
        frozenset(),
        set(),
    )
    return frozenset(found.loc[found["band"].ne(Band.POSSIBLE), "local_id"])


def _link(pairs: dict[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame({"verdict": Verdict.LINKED.value, "xpm_id": pd.Series(pairs, dtype="str")})
    return frame.assign(broken=False)


def _make_tasks(sides: Mapping[str, LocalFacts]) -> pd.DataFrame:
    rows = {
        one: {
            "client_id": one,
            "process_id": one,
            "name": facts.name,
            "period": facts.period,
            "start": pd.Timestamp(facts.start) if facts.start else pd.NaT,
            "due": pd.Timestamp(facts.due) if facts.due else pd.NaT,
        }
        for one, facts in sides.items()
    }
    return _shape(rows, "tasks")


def _make_jobs(sides: Mapping[str, XpmFacts]) -> pd.DataFrame:
    rows = {
        one: {
            "client_id": one,
            "name": facts.job_name,
            "start": pd.Timestamp(facts.start) if facts.start else pd.NaT,
            "due": pd.Timestamp(facts.due) if facts.due else pd.NaT,
        }
        for one, facts in sides.items()
    }
    return _shape(rows, "jobs")


def _make_job_tasks(sides: Mapping[str, XpmFacts]) -> pd.DataFrame:
    rows = {one: {"job": one, "task_type_id": facts.task_type_id, "name": facts.name} for one, facts in sides.items()}
    return _shape(rows, "job_tasks")


def _shape(rows: Mapping[str, Mapping[str, object]], name: str) -> pd.DataFrame:
    contract = LOCAL_FRAMES[name] if name == "tasks" else XPM_FRAMES[name]
    return shape_frame(pd.DataFrame.from_dict(rows, orient="index"), contract)
