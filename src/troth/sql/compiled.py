"""The same filters as SQL for a warehouse with a copy of the store: each view with the predicate itself in it.

A view is made for a day: what the calendar decides stands in it as a literal, and past that day it shows nothing,
nor past the time for which the copy holds. What is said counts as soon as it is in the copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path as FilePath

from sqlglot import exp

from troth.estate import Map
from troth.facts.calendar import written
from troth.language.meaning import Meaning
from troth.sql.aims import Aim
from troth.sql.copied import COPIED, NOTE, STORE
from troth.sql.judged import Aimed, NotCompiled, compiled
from troth.sql.permits import Basis, Reckoning
from troth.store import Session

# dialect → what is said of it, and what has to be run before the views are made
DIALECTS = {
    "spark": "for Spark 4.3, on which `make spark` runs such views",
    "snowflake": "compiled, not run",
    "bigquery": "compiled, not run",
    "trino": "compiled, not run",
}
BEFORE = {
    "spark": (
        "set spark.sql.variable.substitute = false;",  # it would read ${…} inside a text
        "set spark.sql.session.timeZone = UTC;",
    )
}
__all__ = ["DIALECTS", "Aimed", "NotCompiled", "compile_all", "compiled", "script"]


def compile_all(
    session: Session,
    basis: Basis,
    map: Map | str | FilePath,
    aims: Sequence[Aim],
    now: datetime,
    dialect: str,
) -> Iterator[str]:
    """The statements for these aims. ValueError for another dialect, `MapWrong` for a map that does not fit."""
    from troth.sql.connect import mapped

    if dialect not in DIALECTS:
        raise ValueError(f"`{dialect}` is not compiled for; there are {', '.join(DIALECTS)}")
    found = mapped(basis.meaning.policy, "", map)[0].kept
    reckoning = Reckoning(basis, session, now)
    asked = {aim.called: reckoning.asked_for(aim) for aim in aims}
    until = reckoning.holds_until()
    aimed = {
        called: Aimed(session.company, one.ask, now, basis.zone, one.party, one.others, until)
        for called, one in asked.items()
    }
    yield from script(basis.meaning, found, aimed, dialect)


def script(meaning: Meaning, found: Map, aims: Mapping[str, Aimed], dialect: str) -> Iterator[str]:
    """A view of each table for each aim, named after both."""
    yield f"-- {dialect}: {DIALECTS[dialect]}"
    yield f"-- the schema {STORE} has the copy of the store: {', '.join(COPIED)}, {NOTE}"
    yield from BEFORE.get(dialect, ())
    for called, aimed in aims.items():
        assert aimed.until is not None
        yield f"-- {aimed.ask.purpose}: holds until {written(aimed.until)}"
        for table in found.tables.values():
            name = exp.to_identifier(f"troth_{called}_{table.name}", quoted=True).sql(
                dialect=dialect
            )
            if table.personal:
                body = compiled(meaning, found, table, aimed, dialect)
                text = body.sql(dialect=dialect, identify=True, pretty=True)
                yield f"create or replace view {name} as\n{text};"
