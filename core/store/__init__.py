"""The store: every table Tieout keeps, in SQLite or PostgreSQL, behind one object with a part per subject.

    store = Store(open_engine("sqlite:///tieout.db"), SystemClock())
    store.frames.read("xpm", "clients", "demo")

Each method of a part is one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import Engine

from core.model import Clock
from core.store.candidate_sets import CandidateSets
from core.store.claims import Claims
from core.store.decisions import Decided, DecisionMovedOn, Decisions, NewDecision
from core.store.engine import DatabaseFailed, migrate, open_engine
from core.store.events import Events, NewEvent
from core.store.frames import Changes, Frames
from core.store.gate import GateCalls
from core.store.job_batches import JobBatches
from core.store.jobs import JobDrafts
from core.store.learned import KeptLesson, LearnedTable
from core.store.ledger import LedgerTable
from core.store.packs import Packs
from core.store.practices import Practice, Practices, UnknownPractice
from core.store.presets import Presets
from core.store.process_rules import KeptRule, ProcessRules, RulesMovedOn
from core.store.proposals import Proposals
from core.store.rules import Rules, SavedRule, UnknownRule
from core.store.run_items import Item, RunItems
from core.store.run_rows import RunRows
from core.store.runs import Run, RunNotStartable, Runs, RunTaken, UnknownRun
from core.store.samples import SampleMovedOn, Samples
from core.store.settings import Settings, settings_from_dict
from core.store.signatures import Signature, Signatures
from core.store.task_looks import KeptLook, TaskLooks
from core.store.timers import Edits, EntryChange, EntryMovedOn, StoredTimer, TimerMovedOn, Timers
from core.store.tokens import Tokens
from core.store.versions import Versions
from core.store.waiting import Waiting
from core.store.windows import Window, Windows
from core.store.workers import Beat, Workers

__all__ = [
    "Beat",
    "Changes",
    "DatabaseFailed",
    "Decided",
    "DecisionMovedOn",
    "Edits",
    "EntryChange",
    "EntryMovedOn",
    "Item",
    "KeptLesson",
    "KeptLook",
    "KeptRule",
    "NewDecision",
    "NewEvent",
    "Practice",
    "RulesMovedOn",
    "Run",
    "RunNotStartable",
    "RunTaken",
    "SampleMovedOn",
    "SavedRule",
    "Settings",
    "Signature",
    "Store",
    "StoredTimer",
    "TimerMovedOn",
    "UnknownPractice",
    "UnknownRule",
    "UnknownRun",
    "Window",
    "migrate",
    "open_engine",
    "settings_from_dict",
]


def _new_id() -> str:
    return uuid.uuid4().hex


class Store:
    """All parts of the store on one migrated database."""

    def __init__(self, engine: Engine, clock: Clock, new_id: Callable[[], str] = _new_id) -> None:
        self.engine = engine
        self.practices = Practices(engine, clock)
        self.frames = Frames(engine, clock)
        self.decisions = Decisions(engine, clock)
        self.proposals = Proposals(engine)
        self.candidate_sets = CandidateSets(engine)
        self.samples = Samples(engine)
        self.learned = LearnedTable(engine, clock)
        self.events = Events(engine, clock)
        self.runs = Runs(engine, clock, new_id)
        self.run_items = RunItems(engine)
        self.claims = Claims(engine)
        self.signatures = Signatures(engine, clock)
        self.run_rows = RunRows(engine)
        self.rules = Rules(engine, clock)
        self.process_rules = ProcessRules(engine, clock, new_id)
        self.waiting = Waiting(engine, clock)
        self.task_looks = TaskLooks(engine, clock)
        self.ledger = LedgerTable(engine, clock, new_id)
        self.windows = Windows(engine, self.frames, self.ledger)
        self.gate = GateCalls(engine, clock)
        self.jobs = JobDrafts(engine, clock)
        self.job_batches = JobBatches(engine, clock)
        self.presets = Presets(engine, clock)
        self.timers = Timers(engine, clock)
        self.packs = Packs(engine, clock)
        self.tokens = Tokens(engine)
        self.versions = Versions(engine)
        self.workers = Workers(engine, clock)

    def close(self) -> None:
        """Close the database's connections; the store is of no use afterwards."""
        self.engine.dispose()
