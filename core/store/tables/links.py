"""Proposals and decisions, rules that narrow a process, what linked tasks looked like last, and who did what."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, Table, Text

from core.store.tables.base import metadata

proposal = Table(
    "proposal",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("local_id", Text, primary_key=True),
    Column("rank", Integer, primary_key=True, comment="1 is best"),
    Column("xpm_id", Text, nullable=False),
    Column("score", Integer, nullable=False, comment="probability in ten-thousandths, 0 to 10000"),
    Column("band", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("parts", Text, nullable=False, comment="JSON list of {part, local, xpm, verdict, weight}"),
)

proposal_record = Table(
    "proposal_record",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("local_id", Text, primary_key=True),
    Column("no_partner", Integer, nullable=False, comment="probability in ten-thousandths that XPM holds no partner"),
    Column("twin_of", Text, nullable=False, server_default="", comment="local id of the record it repeats"),
)

candidate_set = Table(
    "candidate_set",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("basis", Text, nullable=False, comment="versions of both sides and of the learned weights it was made from"),
    Column(
        "content", LargeBinary, nullable=False, comment="the pairs compared last, from which proposals are made anew"
    ),
)

learned = Table(
    "learned",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False, server_default="", comment="JSON of what was learned; empty after a reset"),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
Index(None, learned.c.practice, learned.c.kind)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("local_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("xpm_id", Text, nullable=False, server_default="", comment="empty for excluded and reopened"),
    Column("score", Integer, comment="of the proposal accepted, ten-thousandths"),
    Column("why", Text, nullable=False, server_default="", comment="explanation or note"),
    Column("by", Text, nullable=False, comment="a person, or rule:<name>"),
    Column("at", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, decision.c.practice, decision.c.kind, decision.c.local_id)

process_rule = Table(
    "process_rule",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("process_id", Text, nullable=False, comment="local process"),
    Column("position", Integer, nullable=False, comment="of the rules in force the lowest that fits decides"),
    Column("verdict", Text, nullable=False, comment="linked or excluded"),
    Column("xpm_id", Text, nullable=False, server_default="", comment="task type; empty for excluded"),
    Column("clients", Text, nullable=False, server_default="[]", comment="JSON list of local client ids; empty: all"),
    Column("groups", Text, nullable=False, server_default="[]", comment="JSON list of client groups; empty: all"),
    Column("staff", Text, nullable=False, server_default="[]", comment="JSON list of local staff ids; empty: all"),
    Column("start", Date),
    Column("end", Date),
    Column("words", Text, nullable=False, server_default="", comment="in the task's name or the entry's note"),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("ended_by", Text, nullable=False, server_default=""),
    Column("ended_at", Text, comment="no longer in force since then; rules are ended, never changed"),
)
Index(None, process_rule.c.practice, process_rule.c.process_id)

task_look = Table(
    "task_look",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("task_id", Text, primary_key=True, comment="local task"),
    Column("xpm_id", Text, nullable=False, comment="the job task it was linked to then"),
    Column("content", Text, nullable=False, comment="JSON of what both sides looked like"),
    Column("conflict", Text, nullable=False, server_default="", comment="one sentence; empty: none"),
    Column("seen_at", Text, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False, comment="what was done: linked, excluded, pushed, connected..."),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("before", Text, nullable=False, server_default=""),
    Column("after", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("run", Text, nullable=False, server_default=""),
    Column("former_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
Index(None, event.c.practice, event.c.id)
