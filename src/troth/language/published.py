"""What was published stays as it was: the fingerprints of each version, over its words as well, and what has been altered since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from .check_names import front_span
from .days import ahead
from .model import Choice, Document, Kind, Policy, Span, Statement, Word
from .problem import Problem
from .write_json import statement_to_json, to_json, words_to_json

LOCK = "versions.lock"
ASIDE = ("approved by", "reason", "related", "ends")  # said about a version, not in it


@dataclass(frozen=True, slots=True)
class Published:
    """One version as it was published: on which day, signed off by whom and why, and what it said."""

    published: date
    by: str
    reason: str
    text: str  # digest of all of it
    statements: Mapping[str, str]  # name → digest
    words: Mapping[str, str]  # kind and name → digest, of every word it leans on


Lock = dict[str, Published]


def sign(policy: Policy, version: Document, on: date, by: str, reason: str) -> Published:
    """A version frozen as it is now."""
    return Published(
        on,
        by,
        reason,
        _digest(_bare(to_json(_without_aside(version)))),
        {name: _digest(value) for name, value in _statements(version)},
        {
            f"{k} {n}": _word_digest(policy.words[k, n])
            for k, n in sorted(leaned_on(policy, version))
        },
    )


def read_lock(text: str) -> Lock:
    """The published versions by their ids. ValueError where it is not what `write_lock` writes."""
    try:
        rows = json.loads(text)
        return {
            name: Published(date.fromisoformat(row.pop("published")), **row)
            for name, row in rows.items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is not a lock of versions: {error}") from None


def write_lock(lock: Lock) -> str:
    """As kept beside the versions: a line for each statement and word, so that a change shows."""
    rows = {name: asdict(lock[name]) for name in sorted(lock)}
    for row in rows.values():
        row["published"] = row["published"].isoformat()
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


# -- what was altered ------------------------------------------------------------------------------


def check_published(policy: Policy, lock: Lock) -> Iterator[Problem]:
    """P402, P403, P406 and P407 of one company."""
    known = [version for version in policy.versions if version.id in lock]
    for version in known:
        entry = lock[version.id]
        yield from _altered(version, entry)
        yield from _words_altered(policy, version, entry)
        if version.in_force is not None and version.in_force < entry.published:
            yield _too_late(version, entry)
    for earlier, later in pairwise(known):
        yield from _too_soon(earlier, later, lock[later.id])


def _altered(version: Document, entry: Published) -> Iterator[Problem]:
    """P402: what was published is not edited."""
    now = dict(_statements(version))
    spans = {_name(statement): statement.span for statement in version.statements}
    found = False
    for name in (*now, *(n for n in entry.statements if n not in now)):
        if name not in now or _digest(now[name]) != entry.statements.get(name):
            found = True
            what = "is gone from" if name not in now else "reads otherwise than in"
            if name in now and name not in entry.statements:
                what = "was added to"
            yield _edited(version, entry, f"`{name}` {what}", spans.get(name))
    if not found and _digest(_bare(to_json(_without_aside(version)))) != entry.text:
        yield _edited(version, entry, "prose or front matter differs from that of", None)


def _edited(version: Document, entry: Published, what: str, span: Span | None) -> Problem:
    return Problem(
        "P402",
        f"{what} `{version.id}` as it was published on {entry.published}",
        span or front_span(version, "in force"),
        (),
        f"undo the edit, or start the next version: troth new-version {version.id.partition('/')[0]}",
    )


def _words_altered(policy: Policy, version: Document, entry: Published) -> Iterator[Problem]:
    """P403: a word's edit changes every clause that leans on it."""
    by_key: dict[tuple[str, str], Word] = {(k, n): w for (k, n), w in policy.words.items()}
    for key, digest in entry.words.items():
        kind, _, name = key.partition(" ")
        word = by_key.get((kind, name))
        if word is None or _word_digest(word) != digest:
            yield Problem(
                "P403",
                f"the {kind} `{name}` means something else than when `{version.id}` was published",
                word.span if word is not None else front_span(version, "in force"),
                (),
                "undo the edit, and give the new meaning a word of its own",
            )


def _too_late(version: Document, entry: Published) -> Problem:
    return Problem(
        "P406",
        f"`{version.id}` is in force before it was published, on {entry.published}",
        front_span(version, "in force"),
        (),
        "put the day in force after the publication",
    )


def _too_soon(earlier: Document, later: Document, entry: Published) -> Iterator[Problem]:
    """P407: the version before it promised to post a change some days ahead."""
    for duty in earlier.duties:
        if duty.form != "post-changes" or duty.effort or not duty.slot("number"):
            continue
        count, unit = int(duty.slot("number")[0]), duty.slot("unit")[0]
        first = ahead(entry.published, count, unit)
        if later.in_force is not None and later.in_force < first:
            yield Problem(
                "P407",
                f"`{later.id}` comes sooner than the {count} {unit} that `{earlier.id}` promised",
                front_span(later, "in force"),
                ((duty.span, "promised here"),),
                f"published on {entry.published}, it may be in force from {first} on",
            )


# -- fingerprints ----------------------------------------------------------------------------------


def leaned_on(policy: Policy, version: Document) -> set[tuple[Kind, str]]:
    """Every word that a version names, and all that these name in turn."""
    by_name: dict[str, list[tuple[Kind, str]]] = {}
    for key in policy.words:
        by_name.setdefault(key[1], []).append(key)
    found: set[tuple[Kind, str]] = set()
    named = {text for _, value in _statements(version) for text in _texts(value)}
    waiting = [key for name in named for key in by_name.get(name, ())]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            texts, _ = _said(policy.words[key])
            waiting += [other for text in texts for other in by_name.get(text, ())]
    return found


def _statements(version: Document) -> Iterator[tuple[str, Any]]:
    for statement in version.statements:
        yield _name(statement), _bare(statement_to_json(statement))


def _name(statement: Statement) -> str:
    return f"choice {statement.name}" if isinstance(statement, Choice) else statement.name


def _without_aside(version: Document) -> Document:
    front = tuple((key, value) for key, value in version.front if key not in ASIDE)
    return replace(version, front=front, front_comments=(), ends=None)


def _word_digest(word: Word) -> str:
    return _said(word)[1]


@lru_cache(maxsize=4096)
def _said(word: Word) -> tuple[tuple[str, ...], str]:
    """Every text in a word, and the digest of what it says: worked out once for all versions that lean on it."""
    (said,) = words_to_json([replace(word, comments=(), standard="")])
    return (*_texts(said), word.standard), _digest(said)


def _bare(value: Any) -> Any:
    """Without comments, for which promise a clause binds is noted beside it and is no part of it; and without
    the words of its own, which have digests of theirs."""
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k not in ("comments", "closing", "words")}
    return [_bare(v) for v in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _digest(value: Any) -> str:
    raw = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
