"""The choices a company offers a person: those of the version in force, of its house, and earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from troth.company import Company
from troth.language.model import Choice, Document
from troth.people import choices as said
from troth.people.choices import Said
from troth.people.same import same
from troth.site.cite import address_of
from troth.site.gist import effect, phrase, phrases
from troth.site.when import day_said, in_force, moment_said
from troth.store import Session
from troth.store import tables as t

CHANNELS = {"email": "by e-mail", "postal-address": "by post", "phone": "by telephone"}
WHOLE = "*"


@dataclass(frozen=True)
class Offered:
    """A choice with the text that offers it."""

    choice: Choice
    text: Document

    @property
    def address(self) -> str:
        return address_of(f"{self.text.id}#{self.choice.section}.{self.choice.name}")


def offered(company: Company, at: datetime, earlier: Sequence[str] = ()) -> list[Offered]:
    """Every choice that may be made now, each once; `earlier` are older versions that still bear on her."""
    current = in_force(company, at)
    older = [v for v in reversed(company.policy.versions) if v.id in earlier and v is not current]
    texts = [current, *([company.policy.house] if company.policy.house else []), *older]
    found: dict[str, Offered] = {}
    for text in texts:
        for choice in text.choices:
            found.setdefault(choice.name, Offered(choice, text))
    return list(found.values())


def versions_of(session: Session) -> dict[int, list[str]]:
    return {row.id: row.versions for row in session.rows(t.stamps)}


def earlier_versions(session: Session, person: int) -> list[str]:
    """The versions under which something of hers is held, in any of her joined records."""
    hers = t.record_people.c.person.in_(same(session, person))
    mine = [row.record for row in session.rows(t.record_people, hers)]
    rows = session.rows(t.fields, t.fields.c.record.in_(mine)) if mine else []
    stamps = versions_of(session)
    return list(dict.fromkeys(version for row in rows for version in stamps[row.stamp]))


def seen(
    company: Company, offer: Offered, at: datetime, session: Session | None, person: int | None
) -> dict[str, Any]:
    """A choice as its page shows it: what it stops, its cells, since when, and what was said before."""
    choice = offer.choice
    standing: dict[tuple[str, str], Said] = {}
    history: list[Said] = []
    if session is not None and person is not None:
        standing = said.standing(session, person, at)
        history = said.history(session, person, choice.name)
    mine = {cell: s for (name, cell), s in standing.items() if name == choice.name}
    texts = _texts(company)
    elsewhere = [way for way in choice.ways if way != "site"]  # here is the site
    return {
        "name": choice.name,
        "kind": choice.kind,
        "phrase": choice.phrase,
        "stops": effect(company, choice, texts),
        "href": offer.address,
        "ways": f"by {phrases(company, 'way', elsewhere, 'or')}" if elsewhere else "",
        "state": _state(company, choice, mine, standing),
        "since": day_said(company, max(s.at for s in mine.values())) if mine else "",
        "history": _history(company, choice, history),
        "for_good": choice.for_good,
        "named": bool(choice.names),
        **_table(company, choice, mine, session),
    }


def _texts(company: Company) -> list[Document]:
    house = [company.policy.house] if company.policy.house else []
    return [*reversed(company.policy.versions), *house]


def dimensions(
    company: Company, choice: Choice, session: Session | None
) -> tuple[tuple[str, ...], ...]:
    """The rows and columns of a choice; of a named consent the parties that may be named."""
    if not choice.names:
        return choice.for_each
    listed = session.rows(t.parties, order=[t.parties.c.name]) if session is not None else []
    kinds = {
        kind
        for text in _texts(company)
        for clause in text.clauses
        if any(choice.name in getattr(c, "consents", ()) for c in clause.conditions)
        for kind in company.gate.words.leaves("party", clause.parties, True)
    }
    return (tuple(row.id for row in listed if row.kind in kinds),)


def _table(
    company: Company, choice: Choice, mine: dict[str, Said], session: Session | None
) -> dict[str, Any]:
    lines = dimensions(company, choice, session)
    columns = lines[-1] if len(lines) > 1 else ()
    rows = [
        {
            "label": ", ".join(_label(company, item, session) for item in row),
            "cells": [
                {"value": cell, "label": label, "said": cell in mine or WHOLE in mine}
                for cell, label in _cells(company, row, columns, session)
            ],
        }
        for row in product(*(lines[:-1] if columns else lines))
    ]
    return {"columns": [_label(company, item, session) for item in columns], "rows": rows}


def _cells(
    company: Company, row: tuple[str, ...], columns: tuple[str, ...], session: Session | None
) -> list[tuple[str, str]]:
    every = [(*row, column) for column in columns] or [row]
    return [
        ("/".join(cell), ", ".join(_label(company, item, session) for item in cell))
        for cell in every
    ]


def _label(company: Company, item: str, session: Session | None) -> str:
    if item in CHANNELS:
        return CHANNELS[item]
    party = session.one(t.parties, id=item) if session is not None else None
    if party is not None:
        return str(party.name)
    kind = "purpose" if ("purpose", item) in company.policy.words else "data"
    return phrase(company, kind, item)  # type: ignore[arg-type]  # one of two kinds


def _state(
    company: Company,
    choice: Choice,
    mine: dict[str, Said],
    standing: dict[tuple[str, str], Said],
) -> str:
    done = "Agreed" if choice.kind == "consent" else "Stopped"
    cells = said.cells(choice) if not choice.names else ()
    if mine and len(cells) > 1:
        count = len(cells) if WHOLE in mine else len(set(mine) & set(cells))
        done = f"{done} for {'all' if count == len(cells) else count} of {len(cells)}"
    if mine:
        return done
    carried = [s for (name, _), s in standing.items() if name in choice.carries]
    if carried:
        first = min(carried, key=lambda s: s.at)
        return f"Holds where you said so under an earlier version, on {day_said(company, first.at)}"
    return "Not agreed" if choice.kind == "consent" else "Not stopped"


def _history(company: Company, choice: Choice, rows: list[Said]) -> list[dict[str, str]]:
    """What was said, one line for all cells said at one moment, newest first."""
    moments: dict[tuple[datetime, bool, str, bool], list[str]] = {}
    for row in rows:
        typed_in = row.by != "person"  # an operator wrote it down from a letter or a call
        moments.setdefault((row.at, row.standing, row.way, typed_in), []).append(row.cell)
    every = len(said.cells(choice)) if not choice.names else 0
    listed = []
    for (moment, standing, way, typed_in), cells in reversed(moments.items()):
        items = "" if len(cells) >= every > 0 or cells == [""] else f": {_spoken(company, cells)}"
        what = f"{'Said' if standing else 'Taken back'}{items}"
        said_by = phrase(company, "way", way) + (", noted by us" if typed_in else "")
        listed.append({"when": moment_said(company, moment), "what": what, "way": said_by})
    return listed


def _spoken(company: Company, cells: list[str]) -> str:
    said_so = [", ".join(_label(company, i, None) for i in cell.split("/")) for cell in cells]
    return "; ".join(said_so)
