"""The page against its clauses: prose that promises what no box binds, own wordings, channels without address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .check_names import front_span
from .check_scope import Scope
from .model import Choice, Clause, Document, Duty, Prose, Span, Statement
from .problem import Problem, did_you_mean

PROMISE = re.compile(
    r"(?<![\w-])(?:never|will|must|shall|always|only|promise[sd]?|guarantees?|we\s+(?:do\s+not|don['’]t|won['’]t|cannot))(?![\w-])",
    re.IGNORECASE,
)
COMMENT = re.compile(r"<!--(?:(?!-->).)*(?:-->|\Z)", re.DOTALL)
# the bounds keep a hostile line from taking long
HIDDEN = re.compile(r"`[^`\n]{0,300}`|\]\([^)\s]{0,300}\)|<[^<>\s]{1,300}>")
SLOT = re.compile(r"\{([^{}]*)\}")
GROUPS = ("data", "party", "parties", "purpose", "purposes", "place", "places")
# What a channel by which people reach us needs in the front matter.
ADDRESS = {"email": "contact", "phone": "phone", "letter": "address"}


def check_page(scope: Scope, document: Document) -> Iterator[Problem]:
    """All P3xx problems of a document the public reads."""
    for part in document.parts:
        if isinstance(part, Prose):
            yield from _promises(part)
    for clause in document.clauses:
        if clause.say:
            yield from _own_wording(scope, clause)
    if document.kind == "version":
        yield from _whom_and_where(document)
        yield from _channels(scope, document)


def _promises(prose: Prose) -> Iterator[Problem]:
    """P301. What stands in comments, code and links is not read by the public as a promise."""
    shown = HIDDEN.sub(_blank, COMMENT.sub(_blank, prose.text))
    row, begins = 0, 0  # of the line that the last finding stood in
    for found in PROMISE.finditer(shown):
        row += shown.count("\n", begins, found.start())
        begins = shown.rfind("\n", 0, found.start()) + 1
        words = found[0].split("\n")[0].rstrip()
        column = found.start() - begins + 1
        yield Problem(
            "P301",
            f"prose outside a box promises: `{' '.join(found[0].split())}`",
            Span(prose.span.file, prose.span.line + row, column, len(words)),
            (),
            'bind it in a box (`NAME: says "…"` where it grants nothing), or say it without the promise',
        )


def _blank(found: re.Match[str]) -> str:
    """Blanks in place of what is not shown, so that every place stays where it is."""
    return re.sub(r"[^\n]", " ", found[0])


def _own_wording(scope: Scope, clause: Clause) -> Iterator[Problem]:
    """P302: in an own wording every word of the clause is a slot, and every slot a word of the clause."""
    words = (*clause.data, *clause.parties, *clause.purposes, *clause.places)
    slots = [s.strip() for s in SLOT.findall(clause.say)]
    known = (*words, *GROUPS, *_condition_names(clause))
    span = scope.span(clause.span, clause.say, "say")
    for slot in slots:
        if slot not in known:
            remedy = did_you_mean(slot, known) or f"`{clause.name}` has {', '.join(words)}"
            yield Problem("P302", f"`{{{slot}}}` is no word of `{clause.name}`", span, (), remedy)
    for kind, said, whole in (
        ("data", clause.data, ("data",)),
        ("party", clause.parties, ("party", "parties")),
        ("purpose", clause.purposes, ("purpose", "purposes")),
        ("place", clause.places, ("place", "places")),
    ):
        for name in said:
            if name not in slots and not set(whole) & set(slots):
                message = f"the wording of `{clause.name}` leaves out the {kind} `{name}`"
                yield Problem("P302", message, span, (), f"put `{{{name}}}` where it is named")


def _condition_names(clause: Clause) -> Iterator[str]:
    """Names of the conditions may be slots too, but need not."""
    for condition in clause.conditions:
        for key in condition.__slots__:
            value = getattr(condition, key)
            if isinstance(value, tuple):
                yield from value
            elif isinstance(value, str):
                yield value


def _whom_and_where(document: Document) -> Iterator[Problem]:
    """P303: a page says what it covers, and how one reaches the company."""
    top = Span(document.path, 1, 1, 3)
    if not document.setting("covers"):
        remedy = "add `covers: www.example.com` to the front matter"
        yield Problem("P303", "the page does not say what it covers", top, (), remedy)
    if not any(document.setting(key) for key in ("contact", "phone", "address")):
        remedy = "add `contact: …` to the front matter"
        yield Problem("P303", "the page names nobody to turn to", top, (), remedy)


def _channels(scope: Scope, document: Document) -> Iterator[Problem]:
    """P304: a way by which we promise to take something needs an address on the page."""
    for statement in document.statements:
        for way in _taken_by(statement):
            key = ADDRESS.get(way, "")
            if key and not _reached(document, way, key):
                name = statement.name
                yield Problem(
                    "P304",
                    f"`{name}` is taken by {way}, and the page gives no {key} for it",
                    scope.span(statement.span, way, "by"),
                    ((front_span(document, "policy"), f"no `{key}` here"),),
                    f"add `{key}: …` to the front matter",
                )


def _taken_by(statement: Statement) -> tuple[str, ...]:
    if isinstance(statement, Choice):
        return statement.ways
    if isinstance(statement, Duty) and statement.form == "answer":
        return statement.slot("ways")
    return ()


def _reached(document: Document, way: str, key: str) -> bool:
    """An e-mail or postal address may also stand in the contact."""
    values = [document.setting(k) for k in (key, "contact")]
    if way == "email":
        return any("@" in v for v in values)
    if way == "phone":
        return bool(values[0]) or any(
            sum(c.isdigit() for c in v) >= 7 for v in values if "@" not in v
        )
    return bool(values[0]) or ("," in values[1])
