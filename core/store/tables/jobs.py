"""Jobs before they exist (drafts, steps, batches, cost tables under a name), and packs of documents."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from core.store.tables.base import metadata

job_draft = Table(
    "job_draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("state", Text, nullable=False, comment="draft, queued, creating, created, incomplete, discarded"),
    Column("revision", Integer, nullable=False),
    Column("reference", Text, nullable=False, comment="marker of the job, last line of its description"),
    Column("content", Text, nullable=False, comment="JSON of core.jobs.draft.JobDraft"),
    Column("job", Text, nullable=False, server_default="", comment="job number once created"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
    Column("batch", Text, nullable=False, server_default="", comment="the job_batch it belongs to; empty: none"),
    UniqueConstraint("practice", "reference"),
)
Index("ix_job_draft_practice_batch", job_draft.c.practice, job_draft.c.batch)

job_step = Table(
    "job_step",
    metadata,
    Column("draft", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("op", Text, nullable=False, comment="a core.jobs.ports.StepOp"),
    Column("practice", Text, nullable=False),
    Column("payload", Text, nullable=False, comment="JSON of what is sent"),
    Column("marker", Text, nullable=False),
    Column("state", Text, nullable=False, comment="a core.jobs.ports.StepState"),
    Column("remote_id", Text, nullable=False, server_default=""),
    Column("xpm_words", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("absences", Integer, nullable=False, server_default="0", comment="times it was looked for and not found"),
    Column("deadline", Text),
    Column("changed_at", Text, nullable=False),
)

job_batch = Table(
    "job_batch",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False, comment="JSON: what all its jobs have in common, and each one's own"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, job_batch.c.practice)

cost_preset = Table(
    "cost_preset",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("template_id", Text, primary_key=True, comment="XPM's job template; empty: for every template"),
    Column("name", Text, primary_key=True),
    Column("content", Text, nullable=False, comment="JSON of core.jobs.draft.JobDraft; its cost table counts"),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

pack = Table(
    "pack",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False, comment="JSON: client, files, message, what shall happen"),
    Column("draft", Text, nullable=False, server_default="", comment="the job_draft of its job; empty: none wanted"),
    Column("job", Text, nullable=False, server_default="", comment="job number once created"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, pack.c.practice)

pack_event = Table(
    "pack_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("what", Text, nullable=False, comment="download, mail, job or attach"),
    Column("outcome", Text, nullable=False, comment="begun, done, refused or in doubt"),
    Column("words", Text, nullable=False, server_default="", comment="one sentence for the page"),
    Column("content", Text, nullable=False, server_default="{}", comment="JSON of further facts"),
)
Index(None, pack_event.c.practice, pack_event.c.pack)
