"""What matching keeps between runs: what became of each local record, the pairs compared, and what was learned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "proposal_record",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("local_id", sa.Text(), nullable=False),
        sa.Column("no_partner", sa.Integer(), nullable=False),
        sa.Column("twin_of", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("practice", "kind", "local_id", name="pk_proposal_record"),
    )
    op.create_table(
        "candidate_set",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("practice", "kind", name="pk_candidate_set"),
    )
    op.create_table(
        "learned",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, server_default=""),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learned"),
    )
    op.create_index("ix_learned_practice", "learned", ["practice", "kind"])


def downgrade() -> None:
    op.drop_index("ix_learned_practice", "learned")
    op.drop_table("learned")
    op.drop_table("candidate_set")
    op.drop_table("proposal_record")
