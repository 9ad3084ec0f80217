"""The system tables, as SQLAlchemy tables. The migrations create them; a test proves that both agree.

Object tables (one an object) live in the schema `data` and are made at run time by `metadata.ddl`. There are no foreign
keys into them from here, because they come and go; `doctor` looks for orphans instead. History, outbox and import rows
have none among themselves either: they are written by COPY, thousands at a time.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TSVECTOR

from dougong.storage.samples import gin_in_two

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

deleted_definition = sa.Table(
    "deleted_definition",
    system,
    _identity(),
    _text("object"),
    _text("field", nullable=True),
    sa.Column("body", JSONB, nullable=False),
    sa.Column("columns", JSONB, nullable=False, server_default="{}"),
    sa.Column("counters", JSONB, nullable=False, server_default="[]"),
    sa.Column("records", JSONB, nullable=False, server_default="{}"),
    _number("filled", default="0"),
    _number("within_id", nullable=True),
    _moment("deleted_at", now=True),
    _text("deleted_by"),
    sa.Index("deleted_definition_deleted_at", "deleted_at"),
)
"""Objects (`field` null) and fields that were deleted; their data is kept apart for a while (`metadata.bin`).

`columns` maps the columns of a field to the names under which they are kept, `records` the objects of configuration
records that went with it to their ids. `within_id` is the deleted object that a field went into the bin with."""

KEPT_SCHEMA = "gone_"
"""A deleted object's table lies in a schema of its own, named by this and the id of its entry in the bin."""

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
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""What proves a user. It is no part of the `user` object, so that no list, export or history can show it.

`totp_secret` is sealed (storage.sealing); it holds from `totp_since` on, null until its owner has confirmed it.
`totp_step` is the time step of the last code that was accepted: no code of it or before it is taken again.
`must_change`: somebody else knows the password, so that its owner chooses another with the next sign-in."""

password_history = sa.Table(
    "password_history",
    system,
    _identity(),
    _number("user_id"),
    _text("password_hash"),
    _moment("at", now=True),
    sa.Index("password_history_user_id", "user_id", "id"),
)
"""Passwords that a user had, as hashes: the policy may forbid to take one of the last again."""

recovery_code = sa.Table(
    "recovery_code",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("code_hash", BYTEA, primary_key=True),
)
"""The codes that let a user in once each without the second factor; a used one is deleted."""

invitation = sa.Table(
    "invitation",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token_hash", BYTEA, nullable=False, unique=True),
    _number("created_by_id", nullable=True),
    _moment("created_at", now=True),
    _moment("expires_at"),
)
"""The one link by which a user may set a password at present."""

habit = sa.Table(
    "habit",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("object", sa.Text, primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False, server_default="0"),
    sa.Column("body", JSONB, nullable=False, server_default="{}"),
    _moment("at", now=True),
)
"""What the screens keep for each person: `kind` says what (`records.habits`); 0 is no record."""

notification = sa.Table(
    "notification",
    system,
    _identity(),
    _number("user_id"),
    _moment("at"),
    _text("code"),
    sa.Column("params", JSONB, nullable=False, server_default="{}"),
    _text("object", nullable=True),
    _number("record_id", nullable=True),
    _moment("read_at", nullable=True),
)
"""What somebody is told (storage.notifications): the sentence of `code` with `params`, about a record or about none."""
sa.Index("notification_user_id", notification.c.user_id, notification.c.id.desc())
sa.Index("notification_unread", notification.c.user_id, postgresql_where=notification.c.read_at.is_(None))
sa.Index("notification_at", notification.c.at)

calendar_feed = sa.Table(
    "calendar_feed",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token_hash", BYTEA, nullable=False, unique=True),
    _moment("created_at"),
    _moment("last_read_at", nullable=True),
)
"""The secret address of a person's calendar (access.feeds)."""

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
    _number("viewing_id", nullable=True),
    _moment("viewing_until", nullable=True),
    sa.Column("idle_seconds", sa.Integer, nullable=False, server_default="43200"),
    sa.Index("session_user_id", "user_id"),
    sa.Index("session_expires_at", "expires_at"),
)
"""`viewing_id`: the user as whom an administrator sees the product in this session, until `viewing_until`.
`idle_seconds`: how long it may go unused, by the policy of the day on which it was opened or last changed."""

api_token = sa.Table(
    "api_token",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    sa.Column("token_hash", BYTEA, nullable=False, unique=True),
    _number("user_id"),
    _text("name"),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("objects", JSONB),
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

rate = sa.Table(
    "rate",
    system,
    _identity(),
    _text("scope"),
    _moment("at", now=True),
    sa.Index("rate_scope_at", "scope", "at"),
)
"""Each use of something that strangers may do only so often (`access.rates`); gone when it no longer counts."""

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

audit = sa.Table(
    "audit",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    _text("area"),
    _text("event"),
    _number("actor_id", nullable=True),
    _text("actor_name"),
    _text("via"),
    _text("ip", nullable=True),
    _text("device", nullable=True),
    _text("reason", nullable=True),
    _text("object_name", nullable=True),
    _number("record_id", nullable=True),
    *(
        sa.Column(f"{name}_{lang}", sa.Text, nullable=False, server_default="")
        for name in ("subject", "details")
        for lang in ("zh", "en")
    ),
    _number("change_id", nullable=True),
    sa.Index("audit_at", "at", "id"),
    sa.Index("audit_actor_id", "actor_id", "at"),
    sa.Index("audit_record", "object_name", "record_id", "at"),
    sa.Index("audit_change_id", "change_id"),
)
"""The audit log (storage.audit), append-only by a trigger; `data.audit_entry` is the view of it that queries read."""

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

SEARCH_INDEX = "search_entry_grams"

search_entry = sa.Table(
    "search_entry",
    system,
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("object"),
    sa.Column("grams", TSVECTOR, nullable=False),
    *gin_in_two(SEARCH_INDEX, "record_id", "grams", pending_kib=16384),
    sa.Index("search_entry_object", "object"),
)
"""The searchable text of a record, cut into lexemes so that a substring is found without pg_trgm."""

search_state = sa.Table(
    "search_state",
    system,
    sa.Column("object", sa.Text, primary_key=True),
    _text("signature"),
    sa.Column("position", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("total", sa.BigInteger),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
)
"""Of what the entries of an object's records are made, and how far a rebuilding of them is: up to the id `position`."""

search_waiting = sa.Table(
    "search_waiting",
    system,
    sa.Column("change_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("object"),
)
"""Large batches of new records whose searchable text is still to be stored: an import does not wait for it."""

REGISTRY_INDEX = "registry_company_grams"

registry_company = sa.Table(
    "registry_company",
    system,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    _number("provider_id"),
    _number("load_id"),
    _text("name"),
    _text("name_key"),
    _text("credit_code", nullable=True),
    sa.Column("details", JSONB, nullable=False),
    sa.Column("grams", TSVECTOR, nullable=False),
    *gin_in_two(REGISTRY_INDEX, "id", "grams", pending_kib=4096),
    sa.Index("registry_company_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
    sa.Index("registry_company_load", "provider_id", "load_id"),
)
"""The companies of a registry file that an administrator has loaded (`records.companies`), by provider and loading."""

registry_load = sa.Table(
    "registry_load",
    system,
    sa.Column("provider_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _number("load_id"),
    _number("companies"),
    _text("file_name"),
    _moment("loaded_at", now=True),
)
"""Which loading of a provider's file is in force: the others are being stored or taken away."""

registry_secret = sa.Table(
    "registry_secret",
    system,
    sa.Column("provider_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("sealed"),
    _moment("changed_at", now=True),
)
"""The secret of a provider of company data, sealed (storage.sealing); no record, so that nothing ever shows it."""

registry_use = sa.Table(
    "registry_use",
    system,
    sa.Column("provider_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, primary_key=True),
    _number("calls", default="0"),
    _number("failures", default="0"),
)
"""How often a provider was asked on each day (of the company's calendar), for its quota."""

registry_fill = sa.Table(
    "registry_fill",
    system,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    _number("user_id"),
    _text("name_key"),
    _moment("at", now=True),
    sa.Index("registry_fill_user", "user_id", "at"),
)
"""Which company a person has lately taken from a registry: the record that gets its name is marked as registered."""

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

summary_state = sa.Table(
    "summary_state",
    system,
    sa.Column("object", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    _text("state"),
    _number("position", default="0"),
    _number("done", default="0"),
    _number("total", nullable=True),
    _moment("created_at", now=True),
    _moment("finished_at", nullable=True),
)
"""How far a roll-up is filled in. `state`: building (records up to the id `position` are right, those behind it are
blank until they are reached or a child of theirs is written) or complete."""

catching_up = sa.Table(
    "catching_up",
    system,
    sa.Column("name", sa.Text, primary_key=True),
    _number("position", default="0"),
    _number("done", default="0"),
    _number("total", nullable=True),
    _moment("created_at", now=True),
    _moment("finished_at", nullable=True),
)
"""How far records of before a release have been given what it keeps in them (`records.catching_up`): those up to the id
`position` have it."""

sharing_generation = sa.Table(
    "sharing_generation",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    _number("rule_id"),
    _text("object"),
    sa.Column("body", JSONB, nullable=False),
    _text("state"),
    _number("position", default="0"),
    _number("done", default="0"),
    _number("total", nullable=True),
    sa.Column("restate", ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
    _moment("created_at", now=True),
    _moment("finished_at", nullable=True),
    sa.Index("sharing_generation_rule_id", "rule_id"),
)
"""A meaning that a sharing rule has or had: `body` says which records it covers, and they carry the token of its id.

`state`: building (records are being given the token; nobody reads by it yet), current (readers of an active rule hold
it), leaving (the token is being taken from records). `position`: the records up to this id are done. `restate`: people
whose records have to be looked at again, because they came into or left the source of a current generation."""

sharing_source = sa.Table(
    "sharing_source",
    system,
    sa.Column(
        "generation_id",
        sa.BigInteger,
        sa.ForeignKey("sharing_generation.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
)
"""The people whose records a generation by owner covers."""

configuration_change = sa.Table(
    "configuration_change",
    system,
    _identity(),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    _number("actor_id", nullable=True),
    _text("actor_name"),
    _text("via"),
    _text("reason", nullable=True),
    _text("occasion"),
    _text("package", nullable=True),
    _number("reverted_id", nullable=True),
    sa.Column("notes", JSONB(none_as_null=True), nullable=True),
    sa.Index("configuration_change_at", "at"),
)
"""One act that changed the configuration (metadata.journal): who, when, by which way, and on what `occasion`: change,
install, upgrade, package, removal (of a package), revert (of the change `reverted_id`), start. `notes`: where the
company's own settings stayed although the change brought others."""

configuration_part = sa.Table(
    "configuration_part",
    system,
    sa.Column(
        "change_id",
        sa.BigInteger,
        sa.ForeignKey("configuration_change.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("before", JSONB(none_as_null=True), nullable=True),
    sa.Column("after", JSONB(none_as_null=True), nullable=True),
    sa.Index("configuration_part_thing", "kind", "name", "key", "change_id"),
)
"""What a change did to one thing: its text before and after, null where it was not there. `kind` and `name` are the
folder and the file of the text (objects, account); `key` is a JSON list, the record's key, empty for definitions."""

duplicate_term = sa.Table(
    "duplicate_term",
    system,
    _identity(),
    _text("object"),
    _text("field"),
    _text("kind"),
    _text("state"),
    _number("position", default="0"),
    _number("done", default="0"),
    _number("total", nullable=True),
    _moment("created_at", now=True),
    _moment("finished_at", nullable=True),
    sa.UniqueConstraint("object", "field", "kind", name="duplicate_term_of"),
)
"""What records of `object` are recognised by, as far as duplicate rules need it: a field, compared in a way (`kind`).

`state`: building (the records up to the id `position` have their keys, and all that were written since) or complete."""

duplicate_key = sa.Table(
    "duplicate_key",
    system,
    sa.Column("term_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("told", sa.Text),
    sa.Index("duplicate_key_record_id", "record_id"),
)
"""The keys under which a record is looked for, as hashes; records with a common key are then compared whole. `told`:
enough of a similar name to see without reading the record that it is not like another; blank: it has to be read."""

duplicate_pair = sa.Table(
    "duplicate_pair",
    system,
    sa.Column("low_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("high_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("low_object"),
    _text("high_object"),
    _number("rule_id"),
    sa.Column("score", sa.Integer, nullable=False),
    _text("state"),
    _moment("found_at", now=True),
    _number("decided_by_id", nullable=True),
    _moment("decided_at", nullable=True),
    sa.Index("duplicate_pair_high_id", "high_id"),
)
"""Two records that a rule takes for the same. `state`: open, or different (somebody has said that they are)."""
sa.Index(
    "duplicate_pair_best",
    duplicate_pair.c.state,
    duplicate_pair.c.score.desc(),
    duplicate_pair.c.low_id,
    duplicate_pair.c.high_id,
)

duplicate_question = sa.Table(
    "duplicate_question",
    system,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _moment("asked_at", now=True),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    _moment("answered_at", nullable=True),
    sa.Index("duplicate_question_record_id", "record_id"),
)
"""When somebody last asked the owner of a record that they may not see about it, and when that was settled."""

record_merge = sa.Table(
    "record_merge",
    system,
    sa.Column("id", sa.BigInteger, record_id, server_default=record_id.next_value(), primary_key=True),
    _text("object"),
    _number("winner_id"),
    sa.Column("loser_ids", ARRAY(sa.BigInteger), nullable=False),
    _moment("at", now=True),
    _number("actor_id", nullable=True),
    sa.Column("body", JSONB, nullable=False),
    _moment("undone_at", nullable=True),
    _number("undone_by_id", nullable=True),
    sa.Index("record_merge_winner_id", "winner_id"),
    sa.Index("record_merge_loser_ids", "loser_ids", postgresql_using="gin"),
)
"""Records that became one: `body` has what is needed to take it back (`records.merging`)."""
