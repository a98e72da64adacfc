"""A document as the page the public reads: sentences with anchors, contents, versions, words, contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from troth.language.model import Document
from troth.page.difference import Difference
from troth.page.outline import Outline, address, day, last_day, outline
from troth.page.phrases import html, spoken
from troth.page.prose import inline, marked_outside, rendered
from troth.page.voice import Words

if TYPE_CHECKING:
    from jinja2 import Environment

# a title, and the clauses it is of: full id and the data, as people read it
Earlier = tuple[str, tuple[tuple[str, str], ...]]
STYLE = "/static/troth.css"
# Ids of the page's own begin with `page_`: no name of a policy holds an underscore.
CHANGES = {
    "check back": "When this policy changes, the new version is put here; come back to see it.",
    "posted": "When this policy changes, the new version is posted here with its date.",
    "told": "When this policy changes in a way that widens what may be done with your data, you are told yourself.",
    "opt-out first": "Before your data is used in a new way, you are offered a way to refuse.",
}
SORTS = {
    "may": "may",
    "never": "never",
    "compels": "must, by law",
    "says": "statement",
    "choice": "your choice",
    "consent": "your consent",
    "duty": "promise",
    "effort": "effort",
}


@dataclass(frozen=True, slots=True)
class Edition:
    """One version in the list of all: where it is, when it holds, and how it differs from this one."""

    address: str
    since: str
    until: str
    difference: str
    here: bool
    in_force: bool


def page(
    document: Document,
    words: Words,
    editions: Sequence[Document] = (),
    current: Document | None = None,
    style: str = STYLE,
) -> str:
    """The whole page of a version, a law or a notice, as HTML that needs no script.

    `editions` are all versions of the policy in order of date; `current` is the one in force on the
    reader's day, without which the page does not say whether it is an earlier one.
    """
    laid = outline(document, words, editions)
    return (
        _templates()
        .get_template("page.html")
        .render(
            title=laid.title,
            body=_article(document, words, laid, editions, current),
            style=style,
            company=_company(document),
        )
    )


def article(
    document: Document,
    words: Words,
    editions: Sequence[Document] = (),
    current: Document | None = None,
) -> Markup:
    """The page without its frame, for a site that has a header and a footer of its own."""
    laid = outline(document, words, editions)
    return _article(document, words, laid, editions, current)


def _article(
    document: Document,
    words: Words,
    laid: Outline,
    editions: Sequence[Document],
    current: Document | None,
) -> Markup:
    shown = (
        _templates()
        .get_template("article.html")
        .render(
            **_front(document, editions, current),
            covers=_places(document.listed("covers"), words),
            not_covered=_places(document.listed("not covered"), words),
            succeeding=_places(document.listed("successors"), words),
            outline=laid,
            choices=document.choices,
        )
    )
    own = {entry.lower() for e in editions for entry in e.covered()}
    beside = any(d.form == "new-window" for d in document.duties)
    return marked_outside(Markup(shown), own, beside)


def difference_page(difference: Difference, style: str = STYLE) -> str:
    """The plain difference of two versions as a whole page."""
    new = difference.new
    return (
        _templates()
        .get_template("page.html")
        .render(
            title=f"What changed on {day(new.in_force)}",
            body=difference_article(difference),
            style=style,
            company=_company(new),
        )
    )


def difference_article(difference: Difference, earlier: Sequence[Earlier] = ()) -> Markup:
    """The plain difference of two versions, without a frame. `earlier` is what becomes of data given
    before: titles with the clauses they are of and the data."""
    old, new = difference.old, difference.new
    return Markup(
        _templates()
        .get_template("difference.html")
        .render(
            difference=difference,
            earlier=[(title, _linked(difference, clauses)) for title, clauses in earlier],
            company=new.setting("company", _company(new)["name"]),
            old={"address": address(old), "since": day(old.in_force)},
            new={"address": address(new), "since": day(new.in_force)},
        )
    )


def _linked(
    difference: Difference, clauses: Iterable[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """(address, name, data) of each clause, on the page of the version it is of."""
    pages = {text.id: address(text) for text in (difference.old, difference.new)}
    parts = [(*clause.partition("#")[::2], data) for clause, data in clauses]
    return [(f"{pages[text]}#{name}", name, data) for text, name, data in parts]


def _front(
    document: Document, editions: Sequence[Document], current: Document | None
) -> dict[str, Any]:
    """What the front matter says, ready to print."""
    until = last_day(document, editions)
    return {
        "document": document,
        "company": document.setting("company", _company(document)["name"]),
        "owner": _company(document)["name"],
        "since": day(document.in_force),
        "until": day(until),
        "earlier": current is not None and current.id != document.id,
        "current": None
        if current is None
        else {"address": address(current), "since": day(current.in_force)},
        "changes": CHANGES.get(document.setting("changes"), ""),
        "editions": _editions(document, editions, current),
        "changed": day(
            max((e.in_force for e in editions if e.in_force), default=document.in_force)
        ),
    }


def _editions(
    document: Document, editions: Sequence[Document], current: Document | None
) -> list[Edition]:
    return [
        Edition(
            address=address(edition),
            since=day(edition.in_force),
            until=day(last_day(edition, editions)),
            difference=_between(document, edition),
            here=edition.id == document.id,
            in_force=current is not None and edition.id == current.id,
        )
        for edition in reversed(editions)
    ]


def _between(document: Document, edition: Document) -> str:
    """The address of the difference of two versions, the earlier first; empty for the same."""
    if document.id == edition.id or document.in_force is None or edition.in_force is None:
        return ""
    first, second = sorted((document, edition), key=lambda d: str(d.in_force))
    return f"{address(first)}..{second.id.rpartition('/')[2]}"


def _places(names: Sequence[str], words: Words) -> str:
    """Hosts as they are, places in words."""
    found = [(name, words.get(("place", name))) for name in names]
    return ", ".join(w.phrase if w else n if "." in n else spoken(n) for n, w in found)


def _company(document: Document) -> dict[str, str]:
    name = document.id.partition("/")[0]
    return {"name": name, "display": document.setting("company", name)}


@cache
def _templates() -> Environment:
    # loaded with the first page: who needs one sentence does not wait for it
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("troth.page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters |= {"sentence": html, "prose": rendered, "inline": inline}
    found.globals |= {"sorts": SORTS}
    return found
