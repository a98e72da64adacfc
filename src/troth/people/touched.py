"""How many people a change touches: those who gave some of this data under an earlier version."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from troth.people.stamps import load_stamps
from troth.store import Session
from troth.store import tables as t


def touched(session: Session, version: str, data: Collection[str]) -> int:
    """People of whom a field of these words is held that was given under the version (its document id), in
    our own right. What is derived from such data counts by what it is called."""
    under = [
        number
        for number, stamp in load_stamps(session).items()
        if stamp.role == "own" and version in stamp.versions[:1]
    ]
    asked = (
        select(func.count(t.record_people.c.person.distinct()))
        .join(t.fields, t.fields.c.record == t.record_people.c.record)
        .where(
            t.fields.c.stamp.in_(under),
            t.fields.c.data.in_(sorted(data)),
            t.fields.c.replaced_by.is_(None),
            t.fields.c.value.is_not(None),
        )
    )
    return int(session.execute(asked).scalar_one())
