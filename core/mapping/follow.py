"""What became of linked tasks since the last look: which links follow, which break, and which conflict.

A link holds by the ids of its two records, so it follows a new name, another job of the client, another date. Where a
change makes the two contradict each other, a link that a rule made is opened again and proposed anew; one that a
person made is kept, and is a conflict for a person. Completion is carried over from the local side only, and only
while XPM's side is as it was seen last: what somebody changed there is never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from core.mapping.fits import Agreement
from core.mapping.looks import About, LocalFacts, Look, Wish, XpmFacts

_EMPTY: Mapping[str, str] = MappingProxyType({})

#: The facts by which a link is judged; the rest is told and changes nothing.
_LOCAL_IDENTITY = ("name", "client_id", "process_id", "period", "start", "due")
_XPM_IDENTITY = ("name", "job", "job_name", "client_id", "task_type_id")


class Became(StrEnum):
    """What became of a link; the values are the verbs of the activity log."""

    FOLLOWED = "followed"  # it holds as before
    OPENED = "opened again"  # a rule had made it, and no longer would
    BROKE = "broke"  # its record in XPM is gone
    CONFLICT = "conflict"  # a person has to look
    SETTLED = "settled"  # a conflict is over
    WISHED = "to be carried over"  # its completion, or reopening, goes to XPM


@dataclass(frozen=True)
class Finding:
    """One thing that happened to a linked task: `words` is the sentence for its history."""

    task_id: str
    became: Became
    words: str


@dataclass(frozen=True)
class Followed:
    """The outcome: looks to keep, by task id; what is told; and the links to be opened again, with the reason."""

    looks: dict[str, Look]
    findings: list[Finding]
    opened: dict[str, str]


@dataclass(frozen=True)
class Rulebook:
    """By what links are judged.

    by: task id -> who made its link (a person, or rule:<name>). agreement: of the tasks that `list_moved` names.
    successors: task id -> the job task the rules are certain of now. names: `client:<id>` and `process:<id>` of the
    local side -> name. complete, reopen: whether these are carried over to XPM. fresh: up to so many links that are
    new, and whose work is completed here already, are carried over too; more of them at once are no news but a past
    that nobody asked about.
    """

    by: Mapping[str, str] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=Agreement)
    successors: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    reopen: bool = False
    fresh: int = 0


@dataclass
class _Task:
    """One task while it is judged."""

    id: str
    before: Look
    now: Look
    rules: Rulebook
    look: Look = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    opened: str = ""

    def __post_init__(self) -> None:
        kept = self.before
        self.look = replace(self.now, by=kept.by, tries=kept.tries, conflict=kept.conflict, about=kept.about)

    def tell(self, became: Became, words: str) -> None:
        self.findings.append(Finding(self.id, became, words))

    def rest(self) -> None:
        """Nothing is to be carried over."""
        self.look = replace(self.look, wish=Wish.NONE, by="", sending="", tries=0)

    def hold(self, about: About, words: str) -> None:
        """Put a conflict before a person, once."""
        if self.look.conflict != words:
            self.tell(Became.CONFLICT, words)
        self.rest()
        self.look = replace(self.look, conflict=words, about=about)

    def settle(self, words: str) -> None:
        self.tell(Became.SETTLED, words)
        self.look = replace(self.look, conflict="", about=About.NOTHING)


def list_moved(before: Mapping[str, Look], now: Mapping[str, Look]) -> set[str]:
    """The tasks whose link has to be judged: something it goes by is other than at the last look, or in conflict."""
    known = ((one, before[one], look) for one, look in now.items() if one in before)
    return {one for one, old, new in known if old.about is About.LINK or (_is_same_link(old, new) and _moved(old, new))}


def follow_looks(before: Mapping[str, Look], now: Mapping[str, Look], rules: Rulebook) -> Followed:
    """Judge every task that is in both; one that is linked to another job task than before starts afresh.

    Only looks that differ from the kept ones come back, those of new links included.
    """
    followed = _begin({one: look for one, look in now.items() if one not in before}, rules)
    for one, look in now.items():
        if one not in before:
            continue
        if not _is_same_link(before[one], look):
            followed.looks[one] = look
            continue
        task = _Task(one, before[one], look, rules)
        _judge(task)
        if task.look != before[one]:
            followed.looks[one] = task.look
        followed.findings.extend(task.findings)
        if task.opened:
            followed.opened[one] = task.opened
    return followed


def _begin(looks: dict[str, Look], rules: Rulebook) -> Followed:
    """The first look at new links."""
    open_there = [one for one, look in looks.items() if look.ended and look.xpm and _is_open(look.xpm)]
    if not rules.complete or not 0 < len(open_there) <= rules.fresh:
        return Followed(looks, [], {})
    words = "It was completed here before it was linked. Its job task will be completed in XPM."
    wished = {one: replace(looks[one], wish=Wish.COMPLETE) for one in open_there}
    return Followed(looks | wished, [Finding(one, Became.WISHED, words) for one in open_there], {})


def _is_open(facts: XpmFacts) -> bool:
    return not facts.completed and not facts.closed


def _is_same_link(before: Look, now: Look) -> bool:
    return before.xpm_id == now.xpm_id


def _moved(before: Look, now: Look) -> bool:
    return _pick(before.local, _LOCAL_IDENTITY) != _pick(now.local, _LOCAL_IDENTITY) or _pick(
        before.xpm, _XPM_IDENTITY
    ) != _pick(now.xpm, _XPM_IDENTITY)


def _pick(facts: LocalFacts | XpmFacts | None, names: Iterable[str]) -> tuple[object, ...] | None:
    return None if facts is None else tuple(getattr(facts, name) for name in names)


def _judge(task: _Task) -> None:
    changes = describe_changes(task.before, task.now, task.rules.names)
    if task.now.xpm is None:
        _judge_gone(task, changes)
    elif task.now.local is None:
        task.rest()
        if changes:
            task.tell(Became.FOLLOWED, f"{_join(changes)} Its link is kept, and nothing changes in XPM.")
    else:
        _judge_link(task, changes)
        if not task.opened:
            _judge_status(task)
        told = _join([one.words for one in task.findings])
        left = [one for one in changes if one not in told]
        if left:
            task.findings.insert(0, Finding(task.id, Became.FOLLOWED, f"{_join(left)} The link holds."))


def _judge_gone(task: _Task, changes: list[str]) -> None:
    """The job task is gone: where a rule had made the link a certain successor takes its place, else it breaks."""
    if not changes:
        return
    successor = task.rules.successors.get(task.id, "")
    if _is_by_rule(task) and successor:
        task.opened = f"{_join(changes)} The rules are certain of another one, so the link was opened again."
        task.tell(Became.OPENED, task.opened)
        return
    task.tell(Became.BROKE, f"{_join(changes)} The link is broken.")


def _judge_link(task: _Task, changes: list[str]) -> None:
    agreement = task.rules.agreement
    if task.before.about is About.LINK and task.id in agreement.fits | agreement.joined:
        task.settle(_join([*changes, "Both sides agree again. The conflict is over."]))
    elif _moved(task.before, task.now) and task.id in agreement.parted:
        _part(task, changes)


def _part(task: _Task, changes: list[str]) -> None:
    """The two no longer agree about client, kind of work or period."""
    if _is_by_rule(task):
        task.opened = f"{_join(changes)} By the rules this is another piece of work, so the link was opened again."
        task.tell(Became.OPENED, task.opened)
    else:
        maker = task.rules.by.get(task.id, "") or "a person"
        task.hold(About.LINK, f"{_join(changes)} {maker} had linked the two, and they do not agree any more.")


def _is_by_rule(task: _Task) -> bool:
    return task.rules.by.get(task.id, "").startswith("rule:")


# -- completion -------------------------------------------------------------------------------------------------------


def _judge_status(task: _Task) -> None:
    before, now = task.before, task.now
    assert now.xpm is not None, "a task whose job task is gone is judged elsewhere"  # noqa: S101  see _judge
    wish = Wish.COMPLETE if now.ended else Wish.REOPEN
    if now.ended == now.xpm.completed:
        if before.about is About.STATUS:
            task.settle("Both sides say the same again. The conflict is over.")
        task.rest()
    elif now.xpm.closed or not _is_wanted(task, wish) or task.look.about is About.LINK:
        task.rest()
    elif is_untouched(before, now):
        task.look = replace(task.look, wish=wish, sending=before.sending)
        if before.wish is not wish:
            task.tell(Became.WISHED, f"{_SAYS[wish]} Its job task will be {_DONE[wish]} in XPM.")
    else:
        task.hold(
            About.STATUS, f"{_SAYS[wish]} Meanwhile XPM changed too. {_join(_changes_there(before, now))} {_NOTHING}"
        )


_SAYS = {Wish.COMPLETE: "It was completed here.", Wish.REOPEN: "It was reopened here."}
_DONE = {Wish.COMPLETE: "completed", Wish.REOPEN: "reopened"}
_NOTHING = "Nothing was written there."


def _is_wanted(task: _Task, wish: Wish) -> bool:
    """Whether the local side was completed or reopened since the last look, or that still waits to be carried over."""
    if task.before.wish is wish and task.before.by:
        return True
    option = task.rules.complete if wish is Wish.COMPLETE else task.rules.reopen
    return option and (task.before.ended != task.now.ended or task.before.wish is wish)


def is_untouched(before: Look, now: Look) -> bool:
    """Whether XPM's side is as it was seen last, in everything that says which work it is and whether it is done."""
    names = (*_XPM_IDENTITY, "completed", "closed")
    return _pick(before.xpm, names) == _pick(now.xpm, names)


# -- words ------------------------------------------------------------------------------------------------------------


def describe_changes(before: Look, now: Look, names: Mapping[str, str] = _EMPTY) -> list[str]:
    """What is other than at the last look, as sentences, the local side first. None: nothing is."""
    return [*_changes_here(before, now, names), *_changes_there(before, now)]


def _join(changes: list[str]) -> str:
    return " ".join(changes)


def _changes_here(before: Look, now: Look, names: Mapping[str, str]) -> list[str]:
    old, new = before.local, now.local
    if old is None or new is None:
        return [] if old is new else ["The task came back on the local side." if new else _GONE_HERE]
    told = []
    if old.name != new.name:
        told.append(f"It was renamed here from “{old.name}” to “{new.name}”.")
    if old.client_id != new.client_id:
        told.append(f"It belongs to {_name('client', new, names)} here now, before to {_name('client', old, names)}.")
    if old.process_id != new.process_id:
        told.append(f"It is {_name('process', new, names)} here now, before {_name('process', old, names)}.")
    if old.period != new.period:
        told.append(f"Its period here is {new.period or 'none'} now, before {old.period or 'none'}.")
    if (old.start, old.due) != (new.start, new.due):
        told.append(f"Its dates here are {_span(new)} now, before {_span(old)}.")
    if old.completed != new.completed:
        told.append("It was completed here." if new.completed else "It was reopened here.")
    return told


_GONE_HERE = "The task is gone from the local side."


def _name(kind: str, facts: LocalFacts, names: Mapping[str, str]) -> str:
    one: str = getattr(facts, f"{kind}_id")
    return f"“{names.get(f'{kind}:{one}', one)}”" if one else "nothing"


def _span(facts: LocalFacts) -> str:
    return f"{facts.start or 'open'} to {facts.due or 'open'}"


def _changes_there(before: Look, now: Look) -> list[str]:
    old, new = before.xpm, now.xpm
    if old is None and new is None:
        return []
    if new is None:
        assert old is not None, "one of the two is there"  # noqa: S101  the line above
        return [f"The job task “{old.name}” of job {old.job} {old.job_name} is no longer in XPM."]
    if old is None:
        return [f"The job task “{new.name}” of job {new.job} is in XPM again."]
    told = []
    if old.name != new.name:
        told.append(f"The job task was renamed in XPM from “{old.name}” to “{new.name}”.")
    if old.job != new.job:
        told.append(f"The job task was moved in XPM from job {old.job} to job {new.job} {new.job_name}.")
    elif old.job_name != new.job_name:
        told.append(f"Job {new.job} was renamed in XPM from “{old.job_name}” to “{new.job_name}”.")
    if old.client_id != new.client_id:
        told.append(f"Job {new.job} belongs to another client in XPM now.")
    if old.task_type_id != new.task_type_id:
        told.append("The job task is of another task type in XPM now.")
    if old.completed != new.completed:
        told.append("The job task was completed in XPM." if new.completed else "The job task was reopened in XPM.")
    if old.closed != new.closed:
        told.append(f"Job {new.job} was {'closed' if new.closed else 'opened again'} in XPM.")
    return told
