"""A first map of a live database: which tables are of people, what their columns hold, how a row reaches them.

Everything in it is a guess for a person to read: with how sure it is, and never with a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from troth.estate import guess as g
from troth.estate.database import Database, LiveColumn, LiveTable, quoted
from troth.estate.guess import Guess, guess, words_of
from troth.estate.model import PLAIN, Column, Given, Link, Map, Table
from troth.language.model import Policy
from troth.language.origins import ORIGIN

SAMPLE = 200  # rows of each table
PEOPLE = {
    *("customer", "user", "contact", "person", "people", "employee", "member", "client", "patient"),
    *("student", "teacher", "subscriber", "lead", "guest", "visitor", "staff", "driver", "owner"),
    *("applicant", "candidate", "passenger", "tenant", "donor", "buyer", "seller", "account"),
    *("profile", "participant", "attendee", "caller", "agent", "author", "volunteer", "doctor"),
}
WHEN = (
    "created",
    "signed",
    "registered",
    "joined",
    "ordered",
    "placed",
    "given",
    "received",
    "sent",
)
WHEN_TOO = ("date", "day", "time", "timestamp", "on", "at", "when")
# a word of the policy that stands for a category, where none says so itself
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    g.EMAIL: ("email", "e-mail", "mail"),
    g.PHONE: ("phone", "telephone"),
    g.NAME: ("name",),
    g.ADDRESS: ("postal-address", "address", "postal"),
    g.CARD: ("card-number", "card", "payment"),
    g.BANK: ("bank-account", "payment"),
    g.BIRTH: ("birth", "birthday", "date-of-birth", "identity-secrets"),
    g.GOVERNMENT: ("government-id",),
    g.IP: ("ip-address", "ip"),
    g.COOKIE: ("cookie-code", "cookie"),
    g.DEVICE: ("browser", "device"),
    g.PASSWORD: ("password",),
    g.CONTENT: ("message", "content"),
    g.LOCATION: ("precise-location", "location"),
    g.WORKPLACE: ("employer", "company"),
    g.PURCHASES: ("product-info", "purchase", "purchases", "orders"),
    g.BROWSING: ("pages-viewed", "visits"),
}


@dataclass
class Draft:
    """A drafted map. `notes` says of a column what is guessed and why; `unmapped` are those for which the
    policy has no word: they cannot be read until somebody says what they are."""

    map: Map
    notes: dict[tuple[str, str], Guess] = field(default_factory=dict)
    unmapped: dict[tuple[str, str], Guess] = field(default_factory=dict)

    @property
    def personal(self) -> set[tuple[str, str]]:
        """Table and column of everything taken for personal."""
        return set(self.notes) | set(self.unmapped)


def draft(database: Database, policy: Policy, name: str) -> Draft:
    """The map of every table, for somebody to read and correct."""
    live = {n: t for n, t in database.tables().items() if not t.is_view and not t.unread}
    live = {name: table for name, table in live.items() if not _is_written(table)}
    guesses = {name: _guessed(database, table) for name, table in live.items()}
    links = _links(live, guesses)
    found = Draft(Map(name, policy.name, {}))
    tables: dict[str, Table] = {}
    for table in live.values():
        tables[table.name] = _table(table, guesses[table.name], links, policy, found)
    found.map = Map(name, policy.name, tables)
    return found


def _is_written(table: LiveTable) -> bool:
    """By a query of ours, which mapped it."""
    return any(column.name.startswith(ORIGIN) for column in table.columns)


def _guessed(database: Database, table: LiveTable) -> dict[str, Guess]:
    """What each column seems to hold, from its name and a few rows."""
    columns = ", ".join(quoted(column.name) for column in table.columns)
    source = f"{quoted(database.schema)}.{quoted(table.name)}"
    rows = list(database.rows(f"select {columns} from {source} limit {SAMPLE}"))
    found = {}
    for place, column in enumerate(table.columns):
        one = guess(column.name, column.type, (row[place] for row in rows))
        if one is not None:
            found[column.name] = one
    return found


def is_of_people(table: LiveTable, guesses: Mapping[str, Guess]) -> bool:
    """Each row is a person: called so, or has the name and the address of one."""
    sure = {one.category for one in guesses.values() if one.always and one.confidence >= 0.8}
    called = {word.rstrip("s") for word in words_of(table.name)[-1:]} & PEOPLE
    called |= {word for word in words_of(table.name)[-1:] if word in PEOPLE}
    identity = {g.EMAIL, g.NAME, g.PHONE, g.BIRTH, g.GOVERNMENT, g.PASSWORD}
    return bool(called and (sure or guesses)) or len(sure & identity) >= 2


# -- paths -----------------------------------------------------------------------------------------


def _links(
    live: Mapping[str, LiveTable], guesses: Mapping[str, Mapping[str, Guess]]
) -> dict[str, tuple[Link, ...]]:
    """How each table reaches people: itself, or through references, in as many steps as it takes."""
    people = {name for name, table in live.items() if is_of_people(table, guesses[name])}
    references = {name: _references(table, live) for name, table in live.items()}
    links: dict[str, tuple[Link, ...]] = {}
    for name in people:
        mine = _found_by(live[name], guesses[name])
        others = tuple(
            Link(own, "", to, column, "mentioned")
            for own, to, column in references[name]
            if to in people
        )
        links[name] = (mine, *others)
    reached = set(people)
    while True:
        fresh = {}
        for name in live.keys() - reached:
            steps = [ref for ref in references[name] if ref[1] in reached]
            if steps:
                fresh[name] = _owned_first(steps, people)
        if not fresh:
            return links
        links |= fresh
        reached |= fresh.keys()


def _owned_first(steps: list[tuple[str, str, str]], people: set[str]) -> tuple[Link, ...]:
    """One reference says whose the row is; people referred to beside her are mentioned."""
    ordered = sorted(
        steps, key=lambda step: (step[1] not in people, _staff(step[0]) or _staff(step[1]))
    )
    first, *others = ordered
    found = [Link(first[0], "", first[1], first[2])]
    found += [Link(own, "", to, column, "mentioned") for own, to, column in others if to in people]
    return tuple(found)


def _staff(column: str) -> bool:
    """Who handled a row is not whose it is."""
    words = set(words_of(column))
    return bool(
        words
        & {"rep", "employee", "employees", "staff", "agent", "handled", "created", "updated", "by"}
    )


def _found_by(table: LiveTable, guesses: Mapping[str, Guess]) -> Link:
    """By what the store finds a person of this table."""
    kinds = {g.EMAIL: "email", g.PHONE: "phone"}
    for category, kind in kinds.items():
        for column, one in guesses.items():
            if one.category == category and "fax" not in words_of(column):
                return Link(column, kind)
    return Link(table.key[0] if table.key else table.columns[0].name, "account")


def _references(table: LiveTable, live: Mapping[str, LiveTable]) -> list[tuple[str, str, str]]:
    """The declared references, and those that names tell: `customer_id` of a table `customers`."""
    by_name = {name.lower(): name for name in live}
    found = [(own, by_name.get(to.lower(), to), column) for own, to, column in table.references]
    declared = {own for own, _, _ in found}
    for column in table.columns:
        *words, last = words_of(column.name) or ("",)
        if column.name in declared or last != "id" or not words:
            continue
        stems = ("".join(words[start:]) for start in range(len(words)))
        to = next((name for stem in stems for name in _called(stem, live)), "")
        if to and to != table.name:
            found.append((column.name, to, live[to].key[0]))
    return found


def _called(stem: str, live: Mapping[str, LiveTable]) -> Iterator[str]:
    """The tables with one key that are called so, or so in the plural."""
    names = (stem, f"{stem}s", f"{stem}es", f"{stem[:-1]}ies")
    return (n for n, t in live.items() if "".join(words_of(n)) in names and len(t.key) == 1)


# -- one table -------------------------------------------------------------------------------------


def _table(
    table: LiveTable,
    guesses: Mapping[str, Guess],
    links: Mapping[str, tuple[Link, ...]],
    policy: Policy,
    found: Draft,
) -> Table:
    mine = links.get(table.name, ())
    keys = {*table.key, *(link.column for link in mine if link.to)}
    keys |= {own for own, _, _ in table.references}
    columns = []
    for column in table.columns:
        one = guesses.get(column.name)
        personal = one is not None and column.name not in keys and (bool(mine) or one.always)
        if not personal or one is None:
            columns.append(Column(column.name, PLAIN))
            continue
        word = word_for(one.category, policy) if mine else ""
        if word:
            found.notes[table.name, column.name] = one
            columns.append(Column(column.name, word))
        else:
            found.unmapped[table.name, column.name] = one
    if not mine and len(columns) == len(table.columns):
        return Table(table.name, plain=True)
    row = "" if any(c.personal for c in columns) or not mine else word_for(g.PURCHASES, policy)
    given = Given(_given(table)) if mine else Given()
    return Table(table.name, tuple(columns), mine, given, row)


def _given(table: LiveTable) -> str:
    """The column that says when a row was given."""
    dated = [c for c in table.columns if _may_be_moment(c)]
    for wanted in (WHEN, WHEN_TOO):
        for column in dated:
            words = words_of(column.name)
            if set(words) & set(wanted) and not set(words) & {
                "birth",
                "updated",
                "modified",
                "due",
            }:
                return column.name
    return ""


def _may_be_moment(column: LiveColumn) -> bool:
    kind = column.type.lower()
    return any(part in kind for part in ("date", "time", "text", "char")) or not kind


def word_for(category: str, policy: Policy) -> str:
    """The data word of the policy for a category: by the standard key it names, or called so; or none."""
    named = {w.standard: w.name for w in policy.words.values() if w.kind == "data" and w.standard}
    if category in named:
        return named[category]
    for name in SYNONYMS.get(category, ()):
        if ("data", name) in policy.words:
            return name
    wider = category.rpartition(".")[0]
    return named.get(wider, "") if wider.count(".") >= 1 else ""
