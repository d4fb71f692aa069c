"""The tables of the records, declared once; `migrations/` brings a database to this shape.

Times are RFC 3339 text in UTC and dates ISO text: every database keeps and compares them alike.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

USERS: Final = Table(
    "users",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(40), nullable=False),
    Column("region", String(20)),  # null: the whole jurisdiction
    Column("departments", JSON, nullable=False),  # []: all of them
    Column("password_hash", String(200)),  # null: signs in by key only
    Column("made_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("user", ForeignKey("users.id"), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Index(None, "user"),
)

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    Column("key_hash", String(64), primary_key=True),
    Column("user", ForeignKey("users.id"), nullable=False),
    Column("label", String(80), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("expires_at", String(32)),
    Column("revoked_at", String(32)),
    Index(None, "user"),
)

SIGN_INS: Final = Table(
    "sign_ins",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    Column("succeeded", Integer, nullable=False),
    Index(None, "login", "at"),
)

JOURNAL: Final = Table(
    "journal",
    METADATA,
    Column(
        "seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    Column("at", String(32), nullable=False),
    Column("who", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("resource", String(40), nullable=False),
    Column("subject", String(80)),
    Column("purpose", String(200)),
    Column("detail", Text, nullable=False),  # canonical JSON, as it was hashed
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "who"),
    Index(None, "subject"),
)

FINDINGS: Final = Table(
    "findings",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("question", String(80), nullable=False),
    Column("finds", String(20), nullable=False),
    Column("key", JSON, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("unit_id", String(60), nullable=False),
    Column("household", String(60)),
    Column("programme", String(40)),
    Column("departments", JSON, nullable=False),
    Column("region", String(20)),
    Column("money", BigInteger),  # fen
    Column("severity", String(10), nullable=False),
    Column("articles", JSON, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("evidence_digest", String(64), nullable=False),
    Column("excess", JSON, nullable=False),
    Column("details", Text),  # JSON text: what the question adds, shown as it is
    Column("months", Integer),
    Column("rank", BigInteger),
    Column("episode", Integer, nullable=False),
    Column("work_state", String(20), nullable=False),
    Column("conclusion", String(20)),
    Column("disposal", String(30)),
    Column("first_seen", String(32), nullable=False),
    Column("first_run", String(60), nullable=False),
    Column("last_seen", String(32), nullable=False),
    Column("last_run", String(60), nullable=False),
    Column("cleared_at", String(32)),
    Index(None, "question", "cleared_at"),
    Index(None, "region"),
    Index(None, "household"),
    Index(None, "rank", "id"),
)

FINDING_DEPARTMENTS: Final = Table(
    "finding_departments",
    METADATA,
    Column("finding", ForeignKey("findings.id"), primary_key=True),
    Column("department", String(60), primary_key=True),
    Index(None, "department"),
)

EPISODES: Final = Table(
    "episodes",
    METADATA,
    Column("finding", ForeignKey("findings.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("evidence", JSON, nullable=False),
    Column("evidence_digest", String(64), nullable=False),
    Column("began_at", String(32), nullable=False),
    Column("began_run", String(60), nullable=False),
    Column("ended_at", String(32)),
)

OUTCOMES: Final = Table(
    "outcomes",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("finding", ForeignKey("findings.id"), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", String(80), nullable=False),
    Column("action", String(20), nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("conclusion", String(20)),
    Column("disposal", String(30)),
    Column("application_number", String(60)),
    Column("until", String(10)),
    Column("note", Text),
    Index(None, "finding", "episode"),
)

INSTRUCTIONS: Final = Table(
    "instructions",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("year", Integer),
    Column("serial", Integer),
    Column("kind", String(20), nullable=False),
    Column("urgency", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("proposal", Text),
    Column("issuer", String(80), nullable=False),
    Column("issuer_name", String(80), nullable=False),
    Column("issuer_role", String(40), nullable=False),
    Column("region", String(20)),
    Column("made_at", String(32), nullable=False),
    Column("given_at", String(32)),
    Column("due_on", String(10)),
    Column("original_due_on", String(10)),
    Column("due_by", String(20)),  # "weekdays" where no table of holidays was held
    Column("done_when", JSON),
    Column("anchor", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("then_now", JSON),
    UniqueConstraint("year", "serial"),
    Index(None, "state"),
)

COHORT: Final = Table(
    "cohort",
    METADATA,
    Column("instruction", ForeignKey("instructions.id"), primary_key=True),
    Column("finding", String(40), primary_key=True),
    Column("finds", String(20), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("unit_id", String(60), nullable=False),
    Column("household", String(60)),
    Column("programme", String(40)),
    Column("region", String(20)),
    Column("episode", Integer, nullable=False),
    Column("money", BigInteger),
    Column("became", String(20)),  # written once, at close
    Index(None, "finding"),
)

ASSIGNMENTS: Final = Table(
    "assignments",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("instruction", ForeignKey("instructions.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("department", String(60), nullable=False),
    Column("region", String(20)),
    Column("part", String(10), nullable=False),
    Column("task", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("due_on", String(10)),
    Column("original_due_on", String(10)),
    Column("dispatched_at", String(32)),
    Column("received_at", String(32)),
    Column("reported_at", String(32)),
    Column("accepted_at", String(32)),
    Column("report", Text),
    Column("redos", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("instruction", "position"),
    Index(None, "department", "state"),
)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("instruction", ForeignKey("instructions.id"), nullable=False),
    Column("assignment", ForeignKey("assignments.id")),
    Column("at", String(32), nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", String(80), nullable=False),
    Column("action", String(30), nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("note", Text),
    Column("detail", JSON),
    Index(None, "instruction"),
)
