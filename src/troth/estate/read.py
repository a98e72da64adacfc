"""A map as it is written: YAML that a newcomer can write in minutes, every problem told with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode, SequenceNode, YAMLError, compose
from yaml import SafeLoader as Loader

from troth.estate.fides import fides_map, is_fides
from troth.estate.model import KINDS, PLAIN, ROLES, Column, Given, Link, Map, Role, Table
from troth.language.model import Policy, Span
from troth.language.origins import read_needs, written_needs
from troth.language.problem import Enough, Findings, Problem, did_you_mean

LONGEST = 2_000_000  # characters
TOP = ("map", "company", "tables", "zone")
OF_A_TABLE = ("people", "given", "row", "key", "from", "columns")
OF_GIVEN = ("at", "version", "place", "source", "like")
LINK = re.compile(
    r"(?P<column>\S+) (?:is (?P<kind>\S+?)|to (?P<to>[^\s.,]+)\.(?P<to_column>[^\s,]+))"
    r"(?:, (?P<role>\S+))?"
)
FORM = (
    "write `email is email` or `contact_id to contacts.id`, and `, mentioned` after it where she is"
)

NEEDS = "write `email of contacts`, or `email or name of contacts + purchase of orders`"


def read_map(
    text: str, file: str = "map.yaml", policy: Policy | None = None
) -> tuple[Map | None, tuple[Problem, ...]]:
    """The map of a text, and what is wrong with it; where something is, there is no map.

    With `policy`, a Fides dataset is read as well, in the words of that policy.
    """
    reader = _Reader(file)
    found: Map | None = None
    with suppress(Enough):
        node = _composed(text, reader)
        if policy is not None and node is not None and is_fides(node):
            return fides_map(node, policy, file), reader.findings.all()
        found = reader.map(node)
    problems = reader.findings.all()
    return (None if problems else found), problems


def _composed(text: str, reader: _Reader) -> Node | None:
    if len(text) > LONGEST:
        reader.wrong("M701", f"the map has more than {LONGEST} characters", None)
        return None
    try:
        node: Node | None = compose(text, Loader=Loader)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (
            Span(reader.file, mark.line + 1, mark.column + 1, 1) if mark else Span(reader.file, 1)
        )
        reader.findings.add("M701", f"this is no YAML: {error.problem}", place)
        return None
    except (YAMLError, RecursionError):
        reader.wrong("M701", "this is no YAML", None)
        return None
    if node is None:
        reader.wrong("M701", "the map is empty", None)
    return node


class _Reader:
    """Reads the nodes of one file and notes what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings = Findings(file)

    def wrong(self, code: str, message: str, node: Node | None, remedy: str = "") -> None:
        self.findings.add(code, message, self.span(node), remedy)

    def span(self, node: Node | None) -> Span:
        if node is None:
            return Span(self.file, 1, 1, 1)
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Span(self.file, start.line + 1, start.column + 1, max(1, length))

    # -- shapes ------------------------------------------------------------------------------

    def entries(self, node: Node | None, what: str) -> Iterator[tuple[str, Node, Node]]:
        """Key, its node and its value, of a mapping; a key given twice is told."""
        if not isinstance(node, MappingNode):
            if node is not None:
                self.wrong("M701", f"{what} must be lines `key: value`", node)
            return
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.wrong("M701", f"a key of {what} must be a word", key)
            elif key.value in seen:
                self.wrong("M701", f"`{key.value}` is given twice", key)
            else:
                seen.add(key.value)
                yield key.value, key, value

    def known(self, node: Node | None, what: str, keys: tuple[str, ...]) -> dict[str, Node]:
        found = {}
        for name, key, value in self.entries(node, what):
            if name in keys:
                found[name] = value
            else:
                remedy = did_you_mean(name, keys) or f"there are {', '.join(keys)}"
                self.wrong("M702", f"`{name}` is no key of {what}", key, remedy)
        return found

    def word(self, node: Node | None, what: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, ScalarNode) or not node.value.strip():
            self.wrong("M701", f"{what} must be one word", node)
            return ""
        return str(node.value).strip()

    # -- parts -------------------------------------------------------------------------------

    def map(self, node: Node | None) -> Map | None:
        if node is None:
            return None
        found = self.known(node, "a map", TOP)
        for key in ("map", "company", "tables"):
            if key not in found:
                self.wrong("M703", f"the map does not say its `{key}`", node)
        listed = self.entries(found.get("tables"), "the tables")
        tables = {name: self.table(name, at, value) for name, at, value in listed}
        zone = self.word(found.get("zone"), "the zone") or "UTC"
        if zone not in available_timezones():
            self.wrong("M706", f"there is no zone `{zone}`", found.get("zone"))
        named = self.word(found.get("map"), "the name of a map")
        company = self.word(found.get("company"), "the company")
        self.resolve(tables)
        return Map(named, company, tables, str(ZoneInfo(zone)) if zone else "UTC", self.file)

    def table(self, name: str, key: Node, node: Node) -> Table:
        span = self.span(key)
        if isinstance(node, ScalarNode):
            if node.value != PLAIN:
                self.wrong("M701", f"say `plain` or the columns of `{name}`", node)
            return Table(name, plain=True, span=span)
        found = self.known(node, f"the table {name}", OF_A_TABLE)
        if "from" in found:
            return self.written(name, key, found)
        columns = tuple(
            Column(column, self.word(value, f"the data word of {column}"), self.span(value))
            for column, _, value in self.entries(found.get("columns"), "the columns")
        )
        links = tuple(self.links(found.get("people")))
        row = self.word(found.get("row"), "the data word of a row")
        key_column = self.word(found.get("key"), "the key")
        given = self.given(found.get("given"))
        table = Table(name, columns, links, given, row, False, key_column, span)
        if table.personal and not any(link.role == "owned" for link in links):
            self.wrong("M707", f"nothing says whose the rows of `{name}` are", key, FORM)
        if links and not table.personal:
            self.wrong(
                "M703",
                f"`{name}` reaches people and names no data word",
                key,
                "say `row: WORD`: what it says of her that there is a row",
            )
        return table

    def written(self, name: str, key: Node, found: dict[str, Node]) -> Table:
        """A table that a query has written: of what its rows were made, and what each cell of it needs."""
        listed = found["from"]
        nodes = listed.value if isinstance(listed, SequenceNode) else [listed]
        origins = tuple(self.word(node, "an origin") for node in nodes)
        for said in ("people", "given", "key"):
            if said in found:
                self.wrong("M701", f"`{name}` has its `{said}` from where its rows came", key)
        columns = tuple(
            Column(column, self.needs(value, origins), self.span(value))
            for column, _, value in self.entries(found.get("columns"), "the columns")
        )
        row = self.needs(found.get("row"), origins)
        if row in ("", PLAIN):
            self.wrong("M703", f"`{name}` does not say what its rows need", key, NEEDS)
        return Table(name, columns, row=row, origins=origins, span=self.span(key))

    def needs(self, node: Node | None, origins: tuple[str, ...]) -> str:
        """What a cell needs, as it is written; or `plain`."""
        said = self.word(node, "what a cell needs")
        if said in ("", PLAIN):
            return said
        needs = read_needs(said)
        if needs is None:
            self.wrong("M704", f"`{said}` is nothing that a cell can need", node, NEEDS)
            return PLAIN
        for need in needs:
            if need.of not in origins:
                remedy = did_you_mean(need.of, origins)
                self.wrong("M705", f"`{need.of}` is none of the origins", node, remedy)
        return written_needs(needs)

    def links(self, node: Node | None) -> Iterator[Link]:
        listed = node.value if isinstance(node, SequenceNode) else [node] if node else []
        for one in listed:
            said = self.word(one, "a path to a person")
            found = LINK.fullmatch(" ".join(said.split()))
            if not said:
                continue
            if found is None:
                self.wrong("M704", f"`{said}` is no path to a person", one, FORM)
                continue
            role = found["role"] or "owned"
            if found["kind"] and found["kind"] not in KINDS:
                self.wrong(
                    "M704",
                    f"nobody is found by `{found['kind']}`",
                    one,
                    f"there are {', '.join(KINDS)}",
                )
            elif role not in ROLES:
                self.wrong("M704", f"`{role}` is none of {', '.join(ROLES)}", one)
            else:
                settled: Role = next(r for r in ROLES if r == role)
                yield Link(
                    found["column"],
                    found["kind"] or "",
                    found["to"] or "",
                    found["to_column"] or "",
                    settled,
                    self.span(one),
                )

    def given(self, node: Node | None) -> Given:
        if node is None:
            return Given()
        if isinstance(node, ScalarNode):
            at, day = self.moment(node)
            return Given(at, day, span=self.span(node))
        found = self.known(node, "`given`", OF_GIVEN)
        at, day = self.moment(found.get("at"))
        place, place_column, places = self.place(found.get("place"))
        return Given(
            at,
            day,
            self.word(found.get("version"), "the version") or "by date",
            place,
            place_column,
            places,
            self.word(found.get("source"), "the source"),
            self.word(found.get("like"), "`like`"),
            self.span(node),
        )

    def moment(self, node: Node | None) -> tuple[str, date | None]:
        """A column, or one day for all rows."""
        said = self.word(node, "the moment")
        try:
            return "", date.fromisoformat(said)
        except ValueError:
            return said, None

    def place(self, node: Node | None) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        if node is None or isinstance(node, ScalarNode):
            return self.word(node, "the place"), "", ()
        pairs = {
            key: self.word(value, "the place") for key, _, value in self.entries(node, "place")
        }
        column = pairs.pop("column", "")
        if not column:
            self.wrong("M703", "say `column: NAME` and what its values stand for", node)
        return "", column, tuple(pairs.items())

    # -- names among each other ----------------------------------------------------------------

    def resolve(self, tables: dict[str, Table]) -> None:
        for table in tables.values():
            for link in table.people:
                to = tables.get(link.to) if link.to else None
                if link.to and (to is None or to.plain):
                    remedy = did_you_mean(link.to, tables)
                    message = f"`{link.to}` is no table of this map that has people"
                    self.findings.add("M705", message, link.span, remedy)
                elif to is not None and not any(one.role == "owned" for one in to.people):
                    message = f"the rows of `{link.to}` are nobody's"
                    self.findings.add("M707", message, link.span)
            like = table.given.like
            if like and not any(link.column == like and link.to for link in table.people):
                message = f"`{like}` is no reference of `{table.name}` to another row"
                self.findings.add("M705", message, table.given.span)
            self._must_end(table, tables)

    def _must_end(self, table: Table, tables: dict[str, Table]) -> None:
        """Whose a row is must not depend on whose the row is."""

        def back(at: Table, seen: frozenset[str]) -> Iterator[Link]:
            for link in at.people:
                following = tables.get(link.to)
                if link.role != "owned" or following is None:
                    continue
                if link.to in seen:
                    yield link
                else:
                    yield from back(following, seen | {link.to})

        for link in back(table, frozenset({table.name})):
            message = f"the path from `{table.name}` comes back to `{link.to}`"
            self.findings.add("M708", message, link.span, "say `, mentioned` of one of them")
            return
