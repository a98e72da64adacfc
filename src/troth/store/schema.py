"""All tables. Each starts with its company, and every key carries it.

Choices, tellings, adoptions, events and assertions are histories: rows are added, the latest stands.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from troth.store.numbers import next_number
from troth.store.types import Day, Json, Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

TEXT = String()
NUMBER = BigInteger()
TRUTH = Boolean()
MOMENT = Moment()
DAY = Day()
JSON = Json()
BYTES = LargeBinary()
PART = 65_536  # people in one part of the census


def _has(name: str, kind: TypeEngine[Any] = TEXT) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may_have(name: str, kind: TypeEngine[Any] = TEXT) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _one_of(name: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f'"{name}" in ({listed})', name=name)


def _to(table: str, column: str, key: str = "id") -> ForeignKeyConstraint:
    """A reference that stays inside the company."""
    return ForeignKeyConstraint(["company", column], [f"{table}.company", f"{table}.{key}"])


def _table(name: str, key: tuple[str, ...], *parts: SchemaItem) -> Table:
    company = Column("company", TEXT, ForeignKey("companies.company"), nullable=False)
    return Table(name, metadata, company, *parts, PrimaryKeyConstraint("company", *key))


def _kept(name: str, key: tuple[str, ...], *parts: SchemaItem) -> Table:
    """A table that only grows, in the order of its key: SQLite keeps its rows in the key itself."""
    company = Column("company", TEXT, ForeignKey("companies.company"), nullable=False)
    keyed = PrimaryKeyConstraint("company", *key)
    return Table(name, metadata, company, *parts, keyed, sqlite_with_rowid=False)


def _numbered(name: str, *parts: SchemaItem) -> Table:
    """A table whose rows are numbered for each company; an insert without `id` takes the next."""
    number = Column("id", NUMBER, nullable=False, autoincrement=False, default=next_number)
    return _table(name, ("id",), number, *parts)


companies = Table(
    "companies",
    metadata,
    Column("company", TEXT, nullable=False),
    _has("name"),
    _has("zone"),
    PrimaryKeyConstraint("company"),
)
numbers = _table("numbers", ("name",), _has("name"), _has("last", NUMBER))

# -- people and what they gave ---------------------------------------------------------------------

people = _numbered("people", _has("created_at", MOMENT), _may_have("erased_at", MOMENT))
identifiers = _numbered(
    "identifiers",
    _has("person", NUMBER),
    _has("kind"),
    _has("value"),
    _has("hash"),
    _has("since", MOMENT),
    _may_have("until", MOMENT),
    _one_of("kind", "email", "phone", "account", "name"),
    _to("people", "person"),
    Index(None, "company", "kind", "hash"),
    Index(None, "company", "person"),
)
stamps = _numbered(
    "stamps",
    _may_have("policy"),
    _may_have("version"),  # NULL: unstamped
    _has("versions", JSON),
    _may_have("place"),
    _may_have("notice"),
    _may_have("contract"),
    _has("source"),
    _has("role"),
    _may_have("customer"),
    _has("purposes", JSON),
    _has("digest"),
    _one_of("role", "own", "held"),
    UniqueConstraint("company", "digest"),
)
records = _numbered(
    "records",
    _has("given_at", MOMENT),
    _may_have("place"),
    _may_have("host"),
    _has("source"),
    _may_have("matter"),
    _one_of("source", "supplied", "tracked", "import"),
    _to("matters", "matter"),
    Index(None, "company", "given_at"),
)
record_people = _table(
    "record_people",
    ("record", "person"),
    _has("record", NUMBER),
    _has("person", NUMBER),
    _to("records", "record"),
    _to("people", "person"),
    Index(None, "company", "person", "record"),
)
fields = _numbered(
    "fields",
    _has("record", NUMBER),
    _has("stamp", NUMBER),
    _has("data"),
    _may_have("value", JSON),
    _may_have("label"),
    _may_have("replaced_by", NUMBER),
    _has("derived_from", JSON),
    _to("records", "record"),
    _to("stamps", "stamp"),
    _to("fields", "replaced_by"),
    Index(None, "company", "record", "data"),
    Index(None, "company", "data", "stamp"),
    Index(None, "company", "stamp"),
    Index(None, "company", "replaced_by"),
)
field_origins = (
    _table(  # of a derived field: the word and stamp of each of its sources, at any depth
        "field_origins",
        ("field", "data", "stamp"),
        _has("field", NUMBER),
        _has("data"),
        _has("stamp", NUMBER),
        _to("fields", "field"),
        _to("stamps", "stamp"),
    )
)

# -- what they said --------------------------------------------------------------------------------

choices = _numbered(
    "choices",
    _has("person", NUMBER),
    _has("choice"),
    _has("cell"),
    _has("standing", TRUTH),
    _has("kind"),
    _has("at", MOMENT),
    _may_have("until", MOMENT),
    _has("way"),
    _has("by"),
    _has("text_shown"),
    _has("complete", TRUTH),
    _may_have("carried_from"),
    _has("scope", JSON),
    _one_of("kind", "choice", "consent"),
    _to("people", "person"),
    Index(None, "company", "person", "choice", "cell", "at", "id"),
    Index(None, "company", "choice", "cell", "at"),
)
told = _numbered(
    "told",
    _has("person", NUMBER),
    _has("version"),
    _has("way"),
    _has("outcome"),
    _has("at", MOMENT),
    _one_of("outcome", "delivered", "bounced", "unreachable", "queued"),
    _to("people", "person"),
    Index(None, "company", "person", "version", "at"),
    Index(None, "company", "version", "outcome"),
)
adoptions = _numbered(
    "adoptions",
    _has("person", NUMBER),
    _has("clause"),
    _has("version"),
    _has("digest"),
    _has("answer"),
    _has("at", MOMENT),
    _has("way"),
    _has("text_shown"),
    _one_of("answer", "yes", "no"),
    _to("people", "person"),
    Index(None, "company", "person", "clause", "at", "id"),
)

# -- who may receive, what it is for ---------------------------------------------------------------

parties = _table("parties", ("id",), _has("id"), _has("kind"), _has("name"))
agreements = _numbered(
    "agreements",
    _has("party"),
    _has("names", JSON),
    _has("fields", JSON),
    _has("purposes", JSON),
    _may_have("matter"),
    _has("since", DAY),
    _may_have("until", DAY),  # the last day
    _to("parties", "party"),
    _to("matters", "matter"),
    Index(None, "company", "party"),
)
matters = _table(
    "matters",
    ("id",),
    _has("id"),
    _has("kind"),
    _has("opened_at", MOMENT),
    _may_have("ended_at", MOMENT),
    _may_have("ended_by"),
    _has("fields", JSON),
    _may_have("period_from", DAY),
    _may_have("period_until", DAY),
    Index(None, "company", "kind"),
)
matter_people = _table(
    "matter_people",
    ("matter", "person"),
    _has("matter"),
    _has("person", NUMBER),
    _to("matters", "matter"),
    _to("people", "person"),
    Index(None, "company", "person", "matter"),
)

# -- what is known of them -------------------------------------------------------------------------

attributes = _numbered(
    "attributes",
    _has("of"),
    _has("key"),
    _has("name"),
    _has("value"),
    _has("since", MOMENT),
    _may_have("until", MOMENT),
    _one_of("of", "person", "party", "matter", "record"),
    Index(None, "company", "of", "key", "name", "since"),
    Index(None, "company", "of", "name", "value"),
)
assertions = _numbered(
    "assertions",
    _has("fact"),
    _has("of"),
    _has("key"),
    _has("value", TRUTH),
    _has("at", MOMENT),
    _has("by"),
    _one_of("of", "person", "party", "matter", "record"),
    Index(None, "company", "of", "key", "fact", "at", "id"),
)
events = _numbered(
    "events",
    _has("person", NUMBER),
    _has("event"),
    _has("at", MOMENT),
    _to("people", "person"),
    Index(None, "company", "person", "event", "at"),
)

# -- who asks --------------------------------------------------------------------------------------

keys = _numbered(
    "keys",
    _has("name"),
    _has("hash"),
    _has("role"),
    _has("purposes", JSON),
    _has("may", JSON),
    _has("created_at", MOMENT),
    _may_have("ended_at", MOMENT),
    UniqueConstraint("company", "hash"),
)
operators = _numbered(
    "operators",
    _has("name"),
    _has("password"),
    _has("roles", JSON),
    _has("created_at", MOMENT),
    _may_have("ended_at", MOMENT),
    UniqueConstraint("company", "name"),
)
sessions = _table(
    "sessions",
    ("hash",),
    _has("hash"),
    _may_have("operator", NUMBER),
    _may_have("person", NUMBER),
    _has("created_at", MOMENT),
    _has("until", MOMENT),
    CheckConstraint("(operator is null) <> (person is null)", name="one_owner"),
    _to("operators", "operator"),
    _to("people", "person"),
    Index(None, "company", "operator"),
    Index(None, "company", "person"),
    Index(None, "company", "until"),
)
attempts = (
    _numbered(  # sign-ins tried of late, for the throttle; `name` is a hash of what was typed
        "attempts",
        _has("name"),
        _has("at", MOMENT),
        Index(None, "company", "name", "at"),
        Index(None, "company", "at"),
    )
)

# -- what is to be done, and what is sent ----------------------------------------------------------

jobs = _numbered(
    "jobs",
    _has("kind"),
    _has("key"),  # one job of a kind and key, whoever asks for it again
    _has("payload", JSON),
    _has("state"),
    _has("due_at", MOMENT),
    _has("tries", NUMBER),
    _may_have("lease"),  # who works on it, until when nobody else may
    _may_have("lease_until", MOMENT),
    _has("created_at", MOMENT),
    _may_have("ended_at", MOMENT),
    _may_have("problem"),
    _one_of("state", "waiting", "done", "failed"),
    UniqueConstraint("company", "kind", "key"),
    Index(None, "company", "state", "due_at"),
)
links = _numbered(  # sent to an address, to prove that whoever opens it has the address
    "links",
    _has("kind"),
    _has("person", NUMBER),
    _may_have("joins", NUMBER),  # the person who says that the address is hers too
    _may_have("next"),
    _has("nonce"),
    _has("hash"),
    _has("until", MOMENT),
    _may_have("used_at", MOMENT),
    _one_of("kind", "sign-in", "join"),
    _to("people", "person"),
    _to("people", "joins"),
    UniqueConstraint("company", "hash"),
    Index(None, "company", "person"),
    Index(None, "company", "joins"),
    Index(None, "company", "until"),
)
mailings = _numbered(
    "mailings", _has("purpose"), _has("subject"), _has("body"), _has("at", MOMENT), _has("by")
)
outbox = (
    _numbered(  # what a mail says is composed when it is sent: neither address nor text lie here
        "outbox",
        _has("kind"),
        _has("person", NUMBER),
        _has("identifier", NUMBER),
        _has("about"),
        _may_have("link", NUMBER),
        _has("state"),
        _has("created_at", MOMENT),
        _has("due_at", MOMENT),
        _may_have("until", MOMENT),
        _has("tries", NUMBER),
        _may_have("sent_at", MOMENT),
        _may_have("problem"),
        _one_of("state", "waiting", "sent", "bounced", "failed", "refused"),
        _to("people", "person"),
        _to("identifiers", "identifier"),
        _to("links", "link"),
        Index(None, "company", "state", "due_at"),
        Index(None, "company", "person"),
        Index(None, "company", "about", "state"),
        Index(None, "company", "identifier"),
        Index(None, "company", "link"),
    )
)
campaigns = _numbered(
    "campaigns",
    _has("version"),
    _has("mode"),
    _has("opened_at", MOMENT),
    UniqueConstraint("company", "version"),
)
campaign_people = _table(
    "campaign_people",
    ("campaign", "person"),
    _has("campaign", NUMBER),
    _has("person", NUMBER),
    _has("ways", JSON),  # by which she is told, the first that reaches her counts
    _may_have("way"),  # the one that is tried now; NULL: none is left
    _has("tries", NUMBER),  # of this way
    _has("state"),
    _has("at", MOMENT),
    _one_of("state", "waiting", "told", "bounced", "unreachable"),
    _to("campaigns", "campaign"),
    _to("people", "person"),
    Index(None, "company", "campaign", "state", "way"),
    Index(None, "company", "person"),
)

# -- what was done ---------------------------------------------------------------------------------

ledger = _kept(
    "ledger",
    ("seq",),
    _has("seq", NUMBER),
    _has("at", MOMENT),
    _has("kind"),
    _has("commitment"),
    _has("leaf"),
    Index(None, "company", "kind", "seq"),
)
ledger_events = _kept(
    "ledger_events",
    ("seq",),
    _has("seq", NUMBER),
    _may_have("salt"),  # NULL once forgotten, and the payload with it
    _may_have("payload", JSON),
    _may_have("person", NUMBER),
    _to("ledger", "seq", "seq"),
    Index(None, "company", "person", "seq"),
)
ledger_trees = _table(  # the edge of the tree, by which it grows
    "ledger_trees",
    (),
    _has("size", NUMBER),
    _has("at", MOMENT),  # of the last entry or checkpoint: nothing later is said to be before it
    _has("edge"),
    _has("said", NUMBER),  # the last entry that may have changed what may be done
)
ledger_nodes = _kept(  # of the nodes above the leaves every eighth level
    "ledger_nodes",
    ("level", "number"),
    _has("level", NUMBER),
    _has("number", NUMBER),
    _has("hash"),
)
checkpoints = _kept(
    "checkpoints", ("size",), _has("size", NUMBER), _has("at", MOMENT), _has("note")
)
census = _table(  # what is known of everybody, in columns; forgetting one removes her part
    "census",
    ("part", "section"),
    _has("part", NUMBER),
    _has("section"),
    _has("head", NUMBER),  # the last entry of the ledger it knows of
    _has("body", BYTES),
)
