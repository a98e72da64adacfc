"""Publishing: the next version of a policy is started, then frozen with its words and signed off by name."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from troth.corpus import Corpus
from troth.language.days import ahead
from troth.language.model import Document, Policy
from troth.language.problem import printed
from troth.language.published import (
    LOCK,
    Published,
    check_published,
    sign,
    write_lock,
)

AHEAD = 30  # days that a new version is dated ahead, unless more was promised


class NotPublishedError(ValueError):
    """A version may not be published as it is; what stands in the way, as its writer should read it."""


def first_day(newest: Document, today: date) -> date:
    """As far ahead as the newest version promised, and at least as long as a person has to answer a notice."""
    promised = [
        ahead(today, int(duty.slot("number")[0]), duty.slot("unit")[0])
        for duty in newest.duties
        if duty.form == "post-changes" and duty.slot("number")
    ]
    return max(today + timedelta(days=AHEAD), *promised, date.min)


def start(newest: Document, day: date) -> Path:
    """Write the next version as a copy of the newest under its own day, not yet signed off; its file.
    FileExistsError where there is one."""
    file = Path(newest.path).with_name(f"{day}.md")
    text = Path(newest.path).read_text("utf-8")
    with file.open("x", encoding="utf-8") as new:
        new.write(_dated(text, day))
    return file


def publish(
    found: Corpus,
    policy: Policy,
    version: Document,
    on: date,
    by: str,
    reason: str,
    archived: bool = False,
) -> Published:
    """Freeze a version: its fingerprint, and those of the words it leans on, go into the lock beside it.

    `on` is the day it is published; `archived` leaves the text as it is, for one that was published long
    ago. NotPublishedError where it is published already, is not the newest, is in force before `on`, or
    sooner than the version before it promised; nothing is written then. Whoever calls this tells the
    people next: `predecessor` is the version they were given under.
    """
    if version.id in found.lock:
        entry = found.lock[version.id]
        raise NotPublishedError(f"{version.id} was published on {entry.published} by {entry.by}")
    if not by.strip() or not reason.strip():
        raise NotPublishedError("a publication is signed off by a name and with a reason")
    later = [v for v in policy.versions if v.id in found.lock and _after(policy, v, version)]
    if later:  # what is past is not rewritten
        raise NotPublishedError(f"{version.id} comes before {later[0].id}, published already")
    entry = sign(policy, version, on, by, reason)
    lock = found.lock | {version.id: entry}
    wrong = [p for p in check_published(policy, lock) if p.span.file == version.path]
    if wrong:
        raise NotPublishedError(f"{version.id} is not published\n\n{printed(wrong, found.sources)}")
    file = Path(version.path)
    if not archived:
        _write(file, _signed(file.read_text("utf-8"), by, reason))
    own = {name: one for name, one in lock.items() if name.startswith(f"{policy.name}/")}
    _write(file.with_name(LOCK), write_lock(own))
    return entry


def predecessor(policy: Policy, version: Document) -> Document | None:
    """The version before it, whose people are to be told; none before the first."""
    number = policy.versions.index(version)
    return policy.versions[number - 1] if number else None


def _after(policy: Policy, one: Document, other: Document) -> bool:
    return policy.versions.index(one) > policy.versions.index(other)


def _write(file: Path, text: str) -> None:
    """All of it or nothing: a file half written would be read as altered."""
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(file)


def _dated(text: str, day: date) -> str:
    """The same text under another first day, not yet signed off."""
    head, fence, rest = text.partition("\n---\n")
    head = re.sub(r"^in force:.*$", f"in force: {day}", head, flags=re.MULTILINE)
    head = re.sub(r"^(approved by|reason|ends):.*\n?", "", head, flags=re.MULTILINE).rstrip("\n")
    return f"{head}{fence}{rest}"


def _signed(text: str, by: str, reason: str) -> str:
    """The text with who signed it off, and why, in its front matter."""
    head, fence, rest = text.partition("\n---\n")
    head = re.sub(r"^(approved by|reason):.*\n?", "", head, flags=re.MULTILINE).rstrip("\n")
    return f"{head}\napproved by: {_flat(by)}\nreason: {_flat(reason)}{fence}{rest}"


def _flat(said: str) -> str:
    """On one line, and without what would begin a comment there."""
    return " ".join(said.replace("--", "–").split())
