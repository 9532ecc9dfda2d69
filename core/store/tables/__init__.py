"""Every table Tieout keeps, in SQLAlchemy Core, for SQLite and PostgreSQL alike.

Instants are UTC text (sortable, equal on both databases), dates are dates, minutes are integers, money is decimal
text. The tables of APPEND_ONLY never change: the database itself refuses it. Each row carries its practice.
"""

from core.store.tables.base import Money, metadata
from core.store.tables.gate import gate, gate_call
from core.store.tables.jobs import cost_preset, job_batch, job_draft, job_step, pack, pack_event
from core.store.tables.ledger import (
    attempt,
    attempt_outcome,
    bundle,
    bundle_entry,
    bundle_event,
    hold_choice,
    pusher,
    waiting,
)
from core.store.tables.links import (
    candidate_set,
    decision,
    event,
    learned,
    process_rule,
    proposal,
    proposal_record,
    task_look,
)
from core.store.tables.practices import connection, consent, practice, source_part
from core.store.tables.runs import run, run_item, saved_rule, signature, worker_beat
from core.store.tables.sides import LOCAL, XPM
from core.store.tables.timers import timer, timer_entry

__all__ = [
    "APPEND_ONLY",
    "LOCAL",
    "XPM",
    "Money",
    "attempt",
    "attempt_outcome",
    "bundle",
    "bundle_entry",
    "bundle_event",
    "candidate_set",
    "connection",
    "consent",
    "cost_preset",
    "decision",
    "event",
    "gate",
    "gate_call",
    "hold_choice",
    "job_batch",
    "job_draft",
    "job_step",
    "learned",
    "metadata",
    "pack",
    "pack_event",
    "practice",
    "process_rule",
    "proposal",
    "proposal_record",
    "pusher",
    "run",
    "run_item",
    "saved_rule",
    "signature",
    "source_part",
    "task_look",
    "timer",
    "timer_entry",
    "waiting",
    "worker_beat",
]

#: Tables whose rows may never be changed or removed; triggers enforce it.
APPEND_ONLY = ("decision", "event", "bundle_event", "attempt_outcome", "hold_choice", "signature", "pack_event")
