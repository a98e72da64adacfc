"""Duties about what people chose: a refusal ends a use, makes no difference elsewhere, and every mail carries the way out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from troth import campaigns, mail
from troth.duties.figure import LATELY, Binding, Figure, Ground, judged
from troth.duties.visitor import HERE
from troth.language.model import Unless
from troth.store import tables as t

MAILS = 200  # the newest that are composed anew and looked through


def stop(ground: Ground, binding: Binding) -> Figure:
    """The refusals that stand, and what was allowed after one of them all the same."""
    standing = _standing(ground, binding.duty.slot("choices"))
    wanted = ground.leaves("purpose", binding.duty.slot("purposes"))
    by_person: dict[int, list[tuple[str, datetime]]] = {}
    for (person, _, cell), at in standing.items():
        by_person.setdefault(person, []).append((cell, at))
    allowed = refused = 0
    for entry in ground.entries("asked", ground.at - LATELY):
        said = entry.payload or {}
        cells = by_person.get(entry.person or 0, ())
        if said.get("purpose") not in wanted or not _meets(ground, said, cells, entry.at):
            continue
        allowed += said.get("verdict") == "yes"
        refused += said.get("verdict") != "yes"
    people = len(by_person)
    return judged(
        not allowed,
        f"{people} people said it; of what was asked about them since, {refused} were refused and "
        f"{allowed} allowed, in {LATELY.days} days",
        "the ledger's entries name the clause that allowed it; take it out, or except the choice",
        people=people,
        refused=refused,
        allowed_after=allowed,
    )


def _standing(ground: Ground, choices: tuple[str, ...]) -> dict[tuple[int, str, str], datetime]:
    """What stands of these choices: (person, choice, cell) and since when."""
    c = t.choices.c
    rows = ground.session.rows(
        t.choices, c.choice.in_(choices), c.at <= ground.at, order=[c.at, c.id]
    )
    last = {(row.person, row.choice, row.cell): row for row in rows}
    return {
        key: row.at
        for key, row in last.items()
        if row.standing and (row.until is None or row.until > ground.at)
    }


def _meets(
    ground: Ground, said: dict[str, Any], cells: Iterable[tuple[str, datetime]], at: datetime
) -> bool:
    """Whether an ask falls into a cell that was refused before it."""
    reach = ground.company.gate.words.leaves
    covered = {
        *reach("purpose", (said["purpose"],), True),
        *reach("data", (str(said.get("data", "")),), True),
    }
    return any(
        since < at and all(part in covered for part in cell.split("/") if part)
        for cell, since in cells
    )


def no_effect(ground: Ground, binding: Binding) -> Figure:
    """The clauses for these purposes: none asks for the choice, and nobody who made it was refused by it."""
    choices = set(binding.duty.slot("choices"))
    wanted = ground.leaves("purpose", binding.duty.slot("purposes"))
    mine = [c for c in binding.text.clauses if wanted & ground.leaves("purpose", c.purposes)]
    asking = [
        c.name
        for c in mine
        if any(isinstance(x, Unless) and choices & set(x.names) for x in c.conditions)
    ]
    people = {person for person, _, _ in _standing(ground, binding.duty.slot("choices"))}
    refused = sum(
        entry.person in people
        and (entry.payload or {}).get("purpose") in wanted
        and any(str(c).endswith(tuple(asking)) for c in (entry.payload or {}).get("clauses", ()))
        for entry in ground.entries("asked", ground.at - LATELY)
        if asking
    )
    return judged(
        not asking,
        f"{len(asking)} of {len(mine)} clauses for these purposes ask for it; {len(people)} people "
        f"chose it, {refused} of them were refused by it",
        f"take the choice out of {', '.join(asking)}",
        clauses=len(mine),
        asking=len(asking),
        people=len(people),
        refused=refused,
    )


# -- mail ------------------------------------------------------------------------------------------


def carry(ground: Ground, binding: Binding) -> Figure:
    """The newest mails for these purposes, composed anew: those with a way out that works."""
    wanted = ground.leaves("purpose", binding.duty.slot("purposes"))
    written = ground.session.rows(t.mailings)
    about = [f"mailing:{row.id}" for row in written if row.purpose in wanted]
    return _of_mails(ground, [t.outbox.c.about.in_(about)])


def carry_every(ground: Ground, _: Binding) -> Figure:
    """The newest mails of every kind, composed anew: those with a way out that works."""
    return _of_mails(ground, [])


def _way_out(ground: Ground, row: Any) -> bool | None:
    """Whether a mail of the outbox carries a way out that works; None: it can be composed no more."""
    company, kind = ground.company, {**mail.KINDS, **campaigns.KINDS}.get(row.kind)
    letter = kind.compose(company, ground.session, row, HERE) if kind else None
    if letter is None:
        return None
    sent = mail.with_way_out(company, letter, row.person, HERE, ground.at)
    return mail.works(company, row.person, sent)


def _of_mails(ground: Ground, which: list[Any]) -> Figure:
    c = t.outbox.c
    rows = ground.session.rows(
        t.outbox, c.created_at <= ground.at, *which, order=[c.id.desc()], limit=MAILS
    )
    looked = [_way_out(ground, row) for row in rows]
    found = [one for one in looked if one is not None]  # a link that is over is composed no more
    without = sum(not one for one in found)
    return judged(
        not without,
        f"{len(found) - without} of {len(found)} mails carry a way out that works, in one click "
        f"and in their text; {len(rows) - len(found)} can no longer be composed"
        if rows
        else "no such mail was written",
        "a choice must end mails of this purpose, and the mail must name it",
        mails=len(found),
        with_way_out=len(found) - without,
        over=len(rows) - len(found),
    )
