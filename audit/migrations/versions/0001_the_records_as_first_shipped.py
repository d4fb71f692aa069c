"""The records as first shipped; journal and events can only be added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ADD_ONLY = ("journal", "events")


def make_findings() -> None:
    """The table `findings`."""
    op.create_table(
        "findings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("finds", sa.String(length=20), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=60), nullable=False),
        sa.Column("household", sa.String(length=60), nullable=True),
        sa.Column("programme", sa.String(length=40), nullable=True),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("money", sa.BigInteger(), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_digest", sa.String(length=64), nullable=False),
        sa.Column("excess", sa.JSON(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("rank", sa.BigInteger(), nullable=True),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("work_state", sa.String(length=20), nullable=False),
        sa.Column("conclusion", sa.String(length=20), nullable=True),
        sa.Column("disposal", sa.String(length=30), nullable=True),
        sa.Column("first_seen", sa.String(length=32), nullable=False),
        sa.Column("first_run", sa.String(length=60), nullable=False),
        sa.Column("last_seen", sa.String(length=32), nullable=False),
        sa.Column("last_run", sa.String(length=60), nullable=False),
        sa.Column("cleared_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_household", "findings", ["household"])
    op.create_index("ix_findings_rank_id", "findings", ["rank", "id"])
    op.create_index("ix_findings_question_cleared_at", "findings", ["question", "cleared_at"])
    op.create_index("ix_findings_region", "findings", ["region"])


def make_instructions() -> None:
    """The table `instructions`."""
    op.create_table(
        "instructions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("issuer_name", sa.String(length=80), nullable=False),
        sa.Column("issuer_role", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("given_at", sa.String(length=32), nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("original_due_on", sa.String(length=10), nullable=True),
        sa.Column("due_by", sa.String(length=20), nullable=True),
        sa.Column("done_when", sa.JSON(), nullable=True),
        sa.Column("anchor", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("then_now", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_instructions_year_serial")),
    )
    op.create_index("ix_instructions_state", "instructions", ["state"])


def make_journal() -> None:
    """The table `journal`."""
    op.create_table(
        "journal",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_subject", "journal", ["subject"])
    op.create_index("ix_journal_who", "journal", ["who"])


def make_sign_ins() -> None:
    """The table `sign_ins`."""
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_login_at", "sign_ins", ["login", "at"])


def make_users() -> None:
    """The table `users`."""
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("disabled_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )


def make_api_keys() -> None:
    """The table `api_keys`."""
    op.create_table(
        "api_keys",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_api_keys_user")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_api_keys")),
    )
    op.create_index("ix_api_keys_user", "api_keys", ["user"])


def make_assignments() -> None:
    """The table `assignments`."""
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instruction", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("original_due_on", sa.String(length=10), nullable=True),
        sa.Column("dispatched_at", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.String(length=32), nullable=True),
        sa.Column("reported_at", sa.String(length=32), nullable=True),
        sa.Column("accepted_at", sa.String(length=32), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("redos", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instruction"], ["instructions.id"], name=op.f("fk_assignments_instruction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "instruction", "position", name=op.f("uq_assignments_instruction_position")
        ),
    )
    op.create_index("ix_assignments_department_state", "assignments", ["department", "state"])


def make_cohort() -> None:
    """The table `cohort`."""
    op.create_table(
        "cohort",
        sa.Column("instruction", sa.String(length=40), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("finds", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=60), nullable=False),
        sa.Column("household", sa.String(length=60), nullable=True),
        sa.Column("programme", sa.String(length=40), nullable=True),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=True),
        sa.Column("became", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["instruction"], ["instructions.id"], name=op.f("fk_cohort_instruction")
        ),
        sa.PrimaryKeyConstraint("instruction", "finding", name=op.f("pk_cohort")),
    )
    op.create_index("ix_cohort_finding", "cohort", ["finding"])


def make_episodes() -> None:
    """The table `episodes`."""
    op.create_table(
        "episodes",
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_digest", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.String(length=32), nullable=False),
        sa.Column("began_run", sa.String(length=60), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name=op.f("fk_episodes_finding")),
        sa.PrimaryKeyConstraint("finding", "number", name=op.f("pk_episodes")),
    )


def make_finding_departments() -> None:
    """The table `finding_departments`."""
    op.create_table(
        "finding_departments",
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding"], ["findings.id"], name=op.f("fk_finding_departments_finding")
        ),
        sa.PrimaryKeyConstraint("finding", "department", name=op.f("pk_finding_departments")),
    )
    op.create_index("ix_finding_departments_department", "finding_departments", ["department"])


def make_outcomes() -> None:
    """The table `outcomes`."""
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("conclusion", sa.String(length=20), nullable=True),
        sa.Column("disposal", sa.String(length=30), nullable=True),
        sa.Column("application_number", sa.String(length=60), nullable=True),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name=op.f("fk_outcomes_finding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index("ix_outcomes_finding_episode", "outcomes", ["finding", "episode"])


def make_sessions() -> None:
    """The table `sessions`."""
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sessions_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])


def make_events() -> None:
    """The table `events`."""
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instruction", sa.String(length=40), nullable=False),
        sa.Column("assignment", sa.String(length=40), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment"], ["assignments.id"], name=op.f("fk_events_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["instruction"], ["instructions.id"], name=op.f("fk_events_instruction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_instruction", "events", ["instruction"])


def refuse_change(table: str) -> None:
    """Let rows be added to this table, never changed or removed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} can only be added to'); END"
            )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} can only be added to'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_add_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
        )


def upgrade() -> None:
    """Make every table, those that others name first."""
    make_findings()
    make_instructions()
    make_journal()
    make_sign_ins()
    make_users()
    make_api_keys()
    make_assignments()
    make_cohort()
    make_episodes()
    make_finding_departments()
    make_outcomes()
    make_sessions()
    make_events()
    for table in ADD_ONLY:
        refuse_change(table)


def downgrade() -> None:
    """Drop every table."""
    for table in reversed(
        (
            "findings",
            "instructions",
            "journal",
            "sign_ins",
            "users",
            "api_keys",
            "assignments",
            "cohort",
            "episodes",
            "finding_departments",
            "outcomes",
            "sessions",
            "events",
        )
    ):
        op.drop_table(table)
