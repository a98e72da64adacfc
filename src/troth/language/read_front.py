"""The front matter: `key: value` lines between two `---`, each key known to its kind of file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from troth.language.model import Comment, DocumentKind, Span
from troth.language.problem import Findings, did_you_mean
from troth.language.read_tokens import LONGEST_LINE

_COMMON = ("in force", "ends", "approved by", "reason", "related")
KEYS: dict[DocumentKind, tuple[str, ...]] = {
    "version": (
        *("policy", "company", "zone", "contact", "phone", "officer", "address", "covers"),
        *("not covered", "medium", "changes", "reading", "laws", "successors", "accepted by"),
        *("includes", "house", "entrusted", *_COMMON),
    ),
    "law": ("law", "where", "reviewed by", "source", *_COMMON),
    "house": ("house", "laws", *_COMMON),
    "contract": ("contract", "policy", "between", "supersedes", "laws", *_COMMON),
    "notice": ("notice", "rider of", *_COMMON),
    "forms": ("forms", "also for", *_COMMON),
    "words": _COMMON,
}
"""The keys each kind of file knows."""

MANDATORY: dict[DocumentKind, tuple[str, ...]] = {
    "version": ("policy", "company", "in force", "zone"),
    "law": ("law", "in force"),
    "house": ("house", "in force"),
    "contract": ("contract", "policy", "between", "in force"),
    "notice": ("notice", "rider of", "in force"),
    "forms": ("forms", "in force"),
    "words": (),
}
DATES = ("in force", "ends")
CLOSED: dict[str, tuple[str, ...]] = {
    "changes": ("check back", "posted", "told", "opt-out first"),
    "reading": ("strict", "literal"),
    "medium": ("online",),
    "accepted by": ("visit",),
}
"""Keys whose value is one of a closed list."""

MOST_LINES = 500  # of a front matter; what is longer was not written by a person
_IDS = ("policy", "law", "house", "contract", "notice", "rider of", "forms")
_REFERRING = ("policy", "rider of", "forms")  # to a company, or to one version of it
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:/[0-9]{4}-[0-9]{2}-[0-9]{2})?")
_ZONE = re.compile(r"UTC|[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# the lookbehind lets a run of blanks be tried from its start only, so that a hostile line costs little
_COMMENT = re.compile(r"(?<![ \t])[ \t]{2,}(?:--|#)(.*)$")


@dataclass
class Front:
    """The entries as written, where each value stands, and the line index where the text goes on."""

    entries: list[tuple[str, str]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    keys: dict[str, Span] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    body: int = 0
    given: bool = False

    def value(self, key: str) -> str:
        return next((value for name, value in self.entries if name == key), "")

    def span(self, key: str) -> Span:
        """Where the value of a key stands."""
        return next(
            (s for (n, _), s in zip(self.entries, self.spans, strict=True) if n == key), Span()
        )


def read_front(lines: Sequence[str], findings: Findings) -> Front:
    """The front matter at the head of a file; `given` is False where there is none."""
    front = Front()
    if not lines or lines[0].rstrip() != "---":
        return front
    front.given = True
    end = next((at for at in range(1, len(lines)) if lines[at].rstrip() == "---"), 0)
    stop = end or next((at for at in range(1, len(lines)) if not lines[at].strip()), len(lines))
    front.body = stop + 1 if end else stop
    if not end:
        span = Span(findings.file, 1, 1, 3)
        findings.add("P111", "the front matter is not closed", span, "end it with a line `---`")
    above: list[str] = []
    if stop > MOST_LINES:
        message = f"a front matter of more than {MOST_LINES} lines"
        findings.add(
            "P103", message, Span(findings.file, MOST_LINES + 1, 1, 1), "is `---` missing?"
        )
    for at in range(1, min(stop, MOST_LINES)):
        _read_line(lines[at], at + 1, front, above, findings)
    last = max(len(front.entries) - 1, 0)
    front.comments += [Comment(text, "below", last) for text in above]
    return front


def _read_line(line: str, number: int, front: Front, above: list[str], findings: Findings) -> None:
    if not line.strip():
        return
    if len(line) > LONGEST_LINE:
        findings.add("P103", f"a line of {len(line)} characters", Span(findings.file, number, 1, 1))
        return
    text = line.strip()
    if text.startswith(("#", "--")):
        above.append(text.removeprefix("#" if text[0] == "#" else "--").strip())
        return
    note = _COMMENT.search(line)
    written = line[: note.start()] if note else line
    key, colon, value = written.partition(":")
    name, span = key.strip(), Span(findings.file, number, 1, len(written.rstrip()))
    if not colon or not name:
        findings.add("P112", f"`{text[:60]}` is no `key: value`", span, "write `key: value`")
        return
    _note_entry(front, name, value, Span(findings.file, number, 1, len(key.rstrip())), findings)
    row = len(front.entries) - 1
    front.comments += [Comment(text, "above", row) for text in above]
    above.clear()
    if note:
        front.comments.append(Comment(note[1].strip(), "beside", row))


def _note_entry(front: Front, name: str, value: str, key: Span, findings: Findings) -> None:
    if name in front.keys:
        others = ((front.keys[name], "given here"),)
        findings.add("P115", f"`{name}` is given twice", key, "keep one of the two", others)
    front.keys.setdefault(name, key)
    plain = value.strip()
    if not plain:
        findings.add("P118", f"`{name}` has no value", key, "write the value behind the colon")
    column = key.length + 2 + len(value) - len(value.lstrip())
    front.entries.append((name, plain))
    front.spans.append(Span(findings.file, key.line, column, max(len(plain), 1)))


def kind_of(front: Front) -> DocumentKind | None:
    """What kind of file the front matter makes it. A version names a `house`, a contract its `policy`."""
    order: tuple[tuple[str, DocumentKind], ...] = (
        ("contract", "contract"),
        ("notice", "notice"),
        ("forms", "forms"),
        ("law", "law"),
        ("policy", "version"),
        ("house", "house"),
    )
    return next((kind for key, kind in order if key in front.keys), None)


def check_front(front: Front, kind: DocumentKind, findings: Findings) -> None:
    """Keys unknown to the kind, keys missing, values that cannot be."""
    known = KEYS[kind]
    for name, span in front.keys.items():
        if name not in known:
            remedy = did_you_mean(name, known) or "a file of this kind knows " + ", ".join(known)
            findings.add("P113", f"unknown key `{name[:60]}`", span, remedy)
    for name in MANDATORY[kind]:
        if name not in front.keys:
            message = f"the front matter does not say `{name}`"
            findings.add("P114", message, Span(findings.file, 1, 1, 3), f"add `{name}: …`")
    for (name, value), span in zip(front.entries, front.spans, strict=True):
        if value and name in known:
            _check_value(name, value, span, findings)


def _check_value(name: str, value: str, span: Span, findings: Findings) -> None:
    if name in DATES and day_of(value) is None:
        findings.add("P116", f"`{value[:40]}` is not a date", span, "write it as 2003-06-05")
    elif name in CLOSED and value not in CLOSED[name]:
        remedy = did_you_mean(value, CLOSED[name]) or "write one of " + ", ".join(CLOSED[name])
        findings.add("P117", f"`{value[:40]}` is no value of `{name}`", span, remedy)
    elif name == "zone" and not _ZONE.fullmatch(value):
        remedy = "write an IANA zone, such as America/New_York"
        findings.add("P117", f"`{value[:40]}` is not a zone", span, remedy)
    elif name in _IDS and not (_REFERENCE if name in _REFERRING else _ID).fullmatch(value):
        remedy = "letters, digits and `-`, as in the name of its file"
        findings.add("P131", f"`{value[:40]}` is not a name", span, remedy)
    elif name in ("covers", "successors"):
        _check_covers(value, span, findings)


def _check_covers(value: str, span: Span, findings: Findings) -> None:
    for entry in value.split(","):
        since = entry.partition(" from ")[2].strip()
        if since and day_of(since) is None:
            findings.add("P116", f"`{since[:40]}` is not a date", span, "write it as 2003-06-05")


def day_of(value: str) -> date | None:
    """A date written as 2003-06-05, or none."""
    if not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def id_of(front: Front, kind: DocumentKind) -> str:
    """How people call the document: `callminer/2003-06-05`, `law/us-coppa`, `callminer/contracts/A-9`."""
    makers: Mapping[DocumentKind, str] = {
        "version": f"{front.value('policy')}/{front.value('in force')}",
        "law": f"law/{front.value('law')}",
        "house": f"{front.value('house')}/house",
        "contract": f"{_company(front.value('policy'))}/contracts/{front.value('contract')}",
        "notice": f"{_company(front.value('rider of'))}/notices/{front.value('notice')}",
        "forms": f"{_company(front.value('forms'))}/forms/{front.value('in force')}",
        "words": "words",
    }
    return makers[kind]


def _company(reference: str) -> str:
    return reference.partition("/")[0]
