"""What became of a write. The one place that decides whether XPM carried something out.

XPM has no way to send the same write twice safely, and it says business errors with status 200. So nothing here is
inferred: a write was applied only when a whole answer says so, was not applied only where XPM or the network says so,
and is in doubt in every other case, listed or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from core.xpm.drafts import JobDraft, TimeDraft
from core.xpm.headers import read_correlation_id, read_problem, read_retry_after
from core.xpm.records import JobRecord, Nothing, Record, TimeRecord, normalise_uuid
from core.xpm.transport import Answer, NotSent
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable, Parsed, clean_text, find_words


class OutcomeKind(StrEnum):
    """The four things a write can have come to; the values are the ledger's words."""

    NOT_SENT = "not_sent"  # it never left; send again when the cause is gone
    NOT_APPLIED = "not_applied"  # XPM refused it
    APPLIED = "applied"  # XPM did it and told the result
    IN_DOUBT = "in_doubt"  # it may have been done; read back before anything else


class Cause(StrEnum):
    """Why an outcome is not a plain success."""

    NONE = ""
    NETWORK = "network"
    LIMIT = "limit"
    TOKEN = "token"  # noqa: S105  (a word, no credential)
    FORBIDDEN = "forbidden"
    BUSINESS = "business"
    REDIRECT = "redirect"
    SERVER = "server"
    UNREADABLE = "unreadable"
    UNLISTED = "unlisted"
    WITHHELD = "withheld"  # the caller's own last check said no


@dataclass(frozen=True)
class Outcome:
    """What became of one write.

    `record` is what XPM says it holds now: a TimeRecord, JobRecord or other record, a UUID for new job tasks and
    costs, None when XPM tells nothing. `words` are XPM's own, word for word, or ours when it said none. `retry_after`
    is seconds, for limits. `differs` names the fields in which XPM's echo is not what was sent: applied, but wrong.
    `cleaned` names the fields that lost characters the wire cannot carry.
    """

    kind: OutcomeKind
    record: Record | str | None = None
    words: str = ""
    http_status: int | None = None
    correlation_id: str = ""
    cause: Cause = Cause.NONE
    retry_after: float | None = None
    differs: tuple[str, ...] = ()
    cleaned: tuple[str, ...] = ()


#: The body of a 200, parsed to its end, or why it could not be; None for every other status.
Reading: TypeAlias = "Parsed[Record] | AnswerUnreadable | AnswerNotWhole | None"


@dataclass(frozen=True)
class Rule:
    """One line of the table: the statuses it is about, and what they mean."""

    statuses: Callable[[int], bool]
    kind: OutcomeKind
    cause: Cause
    words: str


#: Statuses other than 200. The first rule that fits decides; what fits none is in doubt.
STATUS_RULES: tuple[Rule, ...] = (
    Rule(lambda s: s == 429, OutcomeKind.NOT_APPLIED, Cause.LIMIT, "XPM asked us to wait"),
    Rule(lambda s: s == 401, OutcomeKind.NOT_APPLIED, Cause.TOKEN, "XPM did not accept our token"),
    Rule(lambda s: s == 403, OutcomeKind.NOT_APPLIED, Cause.FORBIDDEN, "XPM refused access to this practice"),
    Rule(
        lambda s: s in (400, 404, 405, 409, 413, 415, 422),
        OutcomeKind.NOT_APPLIED,
        Cause.BUSINESS,
        "XPM refused the request",
    ),
    Rule(lambda s: 300 <= s <= 399, OutcomeKind.IN_DOUBT, Cause.REDIRECT, "XPM's address answered with a redirect"),
    Rule(lambda s: 500 <= s <= 599, OutcomeKind.IN_DOUBT, Cause.SERVER, "XPM failed while answering"),
)


def classify_fault(fault: Exception) -> Outcome:
    """The outcome when no whole answer came. Only NotSent proves that XPM cannot have seen the request."""
    kind = OutcomeKind.NOT_SENT if isinstance(fault, NotSent) else OutcomeKind.IN_DOUBT
    return Outcome(kind, words=str(fault), cause=Cause.NETWORK)


def classify_answer(answer: Answer, reading: Reading, now: datetime) -> Outcome:
    """The outcome of a whole answer; `now` turns a date in Retry-After into seconds."""
    outcome = _judge_body(reading) if answer.status == 200 else _judge_status(answer, now)
    return replace(outcome, http_status=answer.status, correlation_id=read_correlation_id(answer.headers))


def _judge_status(answer: Answer, now: datetime) -> Outcome:
    rule = next((rule for rule in STATUS_RULES if rule.statuses(answer.status)), None)
    if rule is None:
        return Outcome(OutcomeKind.IN_DOUBT, words=f"XPM answered with status {answer.status}", cause=Cause.UNLISTED)
    if rule.cause is Cause.LIMIT:
        problem = read_problem(answer.headers)
        words = f"{rule.words} ({problem} limit)" if problem else rule.words
        return Outcome(rule.kind, words=words, cause=rule.cause, retry_after=read_retry_after(answer.headers, now))
    words = find_words(answer.body) if answer.status >= 400 else ""
    return Outcome(rule.kind, words=words or rule.words, cause=rule.cause)


def _judge_body(reading: Reading) -> Outcome:
    if reading is None or isinstance(reading, AnswerUnreadable | AnswerNotWhole):
        return Outcome(OutcomeKind.IN_DOUBT, words=str(reading or "The answer was not read"), cause=Cause.UNREADABLE)
    if not reading.is_ok:
        words = reading.words or "XPM refused without saying why"
        return Outcome(OutcomeKind.NOT_APPLIED, words=words, cause=Cause.BUSINESS)
    record = reading.records[0] if reading.records else None
    if record is None:
        return Outcome(OutcomeKind.IN_DOUBT, words="XPM said OK without the record", cause=Cause.UNREADABLE)
    return Outcome(OutcomeKind.APPLIED, None if isinstance(record, Nothing) else record)


def echo_differs(draft: TimeDraft, record: TimeRecord) -> list[str]:
    """The fields in which the timesheet XPM holds is not the one sent.

    Billable is not compared: XPM takes it from the job task. Notes are compared as XML carries them: all newlines
    alike, outer blanks and unwritable characters gone.
    """
    sent = {
        "job": draft.job,
        "task": normalise_uuid(draft.task_id),
        "staff": normalise_uuid(draft.staff_id),
        "date": draft.date,
        "minutes": draft.minutes,
        "note": normalise_note(draft.note),
    }
    held = {
        "job": record.job,
        "task": record.task_id,
        "staff": record.staff_id,
        "date": record.date,
        "minutes": record.minutes,
        "note": normalise_note(record.note),
    }
    return [name for name, value in sent.items() if held[name] != value]


def job_echo_differs(draft: JobDraft, record: JobRecord) -> list[str]:
    """The header fields in which the job XPM holds is not the one sent."""
    pairs = {
        "name": (normalise_note(draft.name), normalise_note(record.name)),
        "description": (normalise_note(draft.description), normalise_note(record.description)),
        "client": (normalise_uuid(draft.client_id), record.client_id),
        "start": (draft.start, record.start),
        "due": (draft.due, record.due),
        "order number": (draft.client_order_number.strip(), record.client_order_number.strip()),
        "number": (draft.number, record.number if draft.number else ""),
    }
    return [name for name, (sent, held) in pairs.items() if sent != held]


def normalise_note(text: str) -> str:
    """A note as it looks after a trip through XML."""
    return re.sub(r"\r\n?", "\n", clean_text(text)).strip()
