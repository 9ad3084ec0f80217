"""The system tables, as SQLAlchemy tables. The migrations create them; a test proves that both agree.

Object tables (one an object) live in the schema `data` and are made at run time by `metadata.ddl`. There are no foreign
keys into them from here, because they come and go; `doctor` looks for orphans instead. History, outbox and import rows
have none among themselves either: they are written by COPY, thousands at a time.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TSVECTOR

DATA_SCHEMA = "data"
"""The PostgreSQL schema of the object tables."""

system = sa.MetaData()

record_id = sa.Sequence("record_id", start=1, metadata=system)
"""The one sequence of ids, unique over all objects."""


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _moment(name: str, *, nullable: bool = False, now: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=sa.func.now() if now else None)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, server_default=default)


meta_version = sa.Table(
    "meta_version",
    system,
    sa.Column(
        "id",
        sa.Integer,
        sa.CheckConstraint("id = 1", name="meta_version_one_row"),
        primary_key=True,
        autoincrement=False,
    ),
    _number("metadata", default="0"),
    _number("access", default="0"),
)
"""One row: the versions by which every process knows that its registry or its principals are stale."""

definition = sa.Table(
    "definition",
    system,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("body", JSONB, nullable=False),
    _text("package", nullable=True),
)
"""Objects and option sets as they are in force; `package` is the package that brought them, null for the company's."""

credential = sa.Table(
    "credential",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("password_hash", nullable=True),
    _text("totp_secret", nullable=True),
    sa.Column("failed_logins", sa.Integer, nullable=False, server_default="0"),
    _moment("locked_until", nullable=True),
    _moment("changed_at", nullable=True),
    _moment("totp_since", nullable=True),
    _number("totp_step", nullable=True),
)
"""What proves a user. It is no part of the `user` object, so that no list, export or history can show it.

`totp_secret` is sealed (storage.sealing); it holds from `totp_since` on, null until its owner has confirmed it.
`totp_step` is the time step of the last code that was accepted: no code of it or before it is taken again."""

recovery_code = sa.Table(
    "recovery_code",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("code_hash", BYTEA, primary_key=True),
)
"""The codes that let a user in once each without the second factor; a used one is deleted."""

session = sa.Table(
    "session",
    system,
    sa.Column("token_hash", BYTEA, primary_key=True),
    _number("user_id"),
    _text("csrf"),
    _moment("created_at", now=True),
    _moment("expires_at"),
    _moment("last_seen_at", now=True),
    _text("ip", nullable=True),
    _text("user_agent", nullable=True),
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), nullable=False),
    sa.Index("session_user_id", "user_id"),
    sa.Index("session_expires_at", "expires_at"),
)

api_token = sa.Table(
    "api_token",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    sa.Column("token_hash", BYTEA, nullable=False, unique=True),
    _number("user_id"),
    _text("name"),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False, server_default="{}"),
    _moment("created_at", now=True),
    _moment("expires_at", nullable=True),
    _moment("last_used_at", nullable=True),
    _moment("revoked_at", nullable=True),
    sa.Index("api_token_user_id", "user_id"),
)

login_attempt = sa.Table(
    "login_attempt",
    system,
    _identity(),
    _text("login"),
    _text("ip", nullable=True),
    _moment("at", now=True),
    sa.Column("ok", sa.Boolean, nullable=False),
    sa.Index("login_attempt_login_at", "login", "at"),
    sa.Index("login_attempt_ip_at", "ip", "at"),
)

change = sa.Table(
    "change",
    system,
    _identity(),
    _moment("at", now=True),
    _number("actor_id", nullable=True),
    _text("via"),
    _text("reason", nullable=True),
    _text("object", nullable=True),
    _text("action"),
    sa.Column("size", sa.Integer, nullable=False, server_default="1"),
    sa.Index("change_at", "at"),
    sa.Index("change_actor_id", "actor_id", "at"),
)
"""One act of somebody: a batch written in one transaction. `actor_id` null: the product itself, for `reason`."""

history = sa.Table(
    "history",
    system,
    _identity(),
    _number("change_id"),
    _text("object"),
    _number("record_id"),
    _text("action"),
    sa.Column("changes", JSONB, nullable=False, server_default="{}"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("history_change_id", "change_id"),
)
"""What one change did to one record: {field: [old, new]}. `action`: create, update, delete, restore or purge."""
sa.Index("history_record", history.c.record_id, history.c.id.desc())

outbox = sa.Table(
    "outbox",
    system,
    _identity(),
    _number("change_id"),
    _text("object"),
    _text("action"),
    sa.Column("record_ids", ARRAY(sa.BigInteger), nullable=False),
    _moment("created_at", now=True),
    _moment("sent_at", nullable=True),
    sa.Index("outbox_change_id", "change_id"),
)
"""Events to be sent, written in the transaction that caused them."""
sa.Index("outbox_unsent", outbox.c.id, postgresql_where=outbox.c.sent_at.is_(None))

auto_number = sa.Table(
    "auto_number",
    system,
    sa.Column("object", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    _number("next", default="1"),
)
"""The next number of an auto-number field in a period (for example 202611); the row lock makes it free of gaps."""

file = sa.Table(
    "file",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    _text("name"),
    _text("content_type"),
    _number("size"),
    sa.Column("sha256", BYTEA, nullable=False),
    _text("object", nullable=True),
    _number("record_id", nullable=True),
    _number("created_by_id", nullable=True),
    _moment("created_at", now=True),
    sa.Index("file_record", "record_id"),
)
"""A stored file; `object` and `record_id` name the record whose visibility it shares, null until it is attached."""

file_chunk = sa.Table(
    "file_chunk",
    system,
    sa.Column(
        "file_id", sa.BigInteger, sa.ForeignKey("file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("bytes", BYTEA, nullable=False),
)

search_entry = sa.Table(
    "search_entry",
    system,
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("object"),
    _text("text"),
    sa.Column("grams", TSVECTOR, nullable=False),
    sa.Index("search_entry_grams", "grams", postgresql_using="gin"),
    sa.Index("search_entry_object", "object"),
)
"""The searchable text of a record, cut into grams so that a substring is found without pg_trgm."""

job = sa.Table(
    "job",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    _text("kind"),
    _number("owner_id", nullable=True),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("progress", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=True),
    sa.Column("params", JSONB, nullable=False, server_default="{}"),
    sa.Column("result", JSONB, nullable=True),
    sa.Column("error", JSONB, nullable=True),
    _number("file_id", nullable=True),
    _number("result_file_id", nullable=True),
    _moment("created_at", now=True),
    _moment("started_at", nullable=True),
    _moment("finished_at", nullable=True),
    sa.Column("cancel_requested", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""An import or export that a person started and watches; the queue that runs it is procrastinate's."""
sa.Index("job_owner_id", job.c.owner_id, job.c.id.desc())

import_row = sa.Table(
    "import_row",
    system,
    sa.Column("job_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
    _number("record_id", nullable=True),
    _text("action"),
    _number("change_id", nullable=True),
    sa.Index("import_row_record_id", "record_id"),
)
"""What an import did with each row of its file, so that the whole import can be undone."""
