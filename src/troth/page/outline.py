"""A document laid out for a reader: sections, prose, one line for each statement, and the words explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from troth.language.model import Choice, Clause, Document, Duty, Heading, Prose, Saying, Statement
from troth.page.glossary import Entry, glossary
from troth.page.phrases import Sentence, capital, spoken
from troth.page.prose import uncommented
from troth.page.sentences import sentence
from troth.page.voice import Voice, Words, name_of, voice


@dataclass(frozen=True, slots=True)
class Line:
    """One statement on the page: its anchor, its short name, what sort it is, and its sentence."""

    name: str
    short: str
    sort: str  # may | never | compels | says | choice | consent | duty | effort
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading: Markdown prose and runs of lines, in order."""

    anchor: str
    heading: str
    level: int
    parts: tuple[str | tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole page: its title, what stands before the first section, the sections, the words."""

    title: str
    opening: Section
    sections: tuple[Section, ...]
    words: tuple[Entry, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every statement of the page in order."""
        parts = chain.from_iterable(s.parts for s in (self.opening, *self.sections))
        return tuple(line for part in parts if not isinstance(part, str) for line in part)


def outline(document: Document, words: Words, others: Iterable[Document] = ()) -> Outline:
    """Lay out a version, a law or a form's notice.

    The operator's own file, a contract and a file of words are nobody's published promise: ValueError.
    """
    if document.kind not in ("version", "law", "notice"):
        raise ValueError(
            f"{document.id} is a {document.kind} file and is never published as a page"
        )
    speaks = voice(document, words, others)
    title, opening, sections = "", Section("", "", 1, ()), list[Section]()
    for part in document.parts:
        if isinstance(part, Heading) and part.level == 1 and not title:
            title, opening = part.text, Section(part.section, part.text, 1, opening.parts)
        elif isinstance(part, Heading):
            sections.append(Section(part.section, part.text, part.level, ()))
        elif sections:
            sections[-1] = _more(sections[-1], _shown(part, speaks))
        else:
            opening = _more(opening, _shown(part, speaks))
    laid = Outline(title or _title(document), opening, tuple(sections), ())
    return replace(laid, words=glossary(speaks, [line.sentence for line in laid.lines]))


def _title(document: Document) -> str:
    if document.kind == "law":
        return capital(spoken(document.setting("law", document.id.rpartition("/")[2])))
    return f"Privacy at {document.setting('company', document.id.partition('/')[0])}"


def _more(section: Section, part: str | tuple[Line, ...]) -> Section:
    if not part:
        return section
    return Section(section.anchor, section.heading, section.level, (*section.parts, part))


def _shown(part: object, speaks: Voice) -> str | tuple[Line, ...]:
    if isinstance(part, Prose):
        return uncommented(part.text).strip()
    statements: tuple[Statement, ...] = getattr(part, "statements", ())
    return tuple(line(speaks, statement) for statement in statements)


def line(speaks: Voice, statement: Statement) -> Line:
    """One statement as a line of the page."""
    name = name_of(statement)
    return Line(name, name.rpartition(".")[2], _sort(statement), sentence(speaks, statement))


def _sort(statement: Statement) -> str:
    match statement:
        case Clause():
            return statement.modal
        case Saying():
            return "says"
        case Choice():
            return statement.kind
        case Duty():
            return "effort" if statement.effort else "duty"


def day(moment: date | None) -> str:
    """`5 June 2003`, the same in every locale."""
    if moment is None:
        return ""
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{moment.day} {months[moment.month - 1]} {moment.year}"


def last_day(document: Document, editions: Iterable[Document]) -> date | None:
    """The last day a version is in force: the day before the next one, or none where nothing follows."""
    if document.ends is not None or document.in_force is None:
        return document.ends
    later = [e.in_force for e in editions if e.in_force and e.in_force > document.in_force]
    return min(later) - timedelta(days=1) if later else None


def address(document: Document) -> str:
    """Where a document is published: `/callminer/privacy/2003-06-05`, `/law/us-coppa`."""
    owner, _, rest = document.id.partition("/")
    return f"/{owner}/privacy/{rest}" if document.kind == "version" else f"/{document.id}"
