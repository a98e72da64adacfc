"""Two versions side by side, statement by statement: what came, what went, what is said otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from markupsafe import Markup

from troth.language.model import Choice, Document, Span, Statement
from troth.page.outline import Line, line
from troth.page.phrases import plain
from troth.page.voice import Words, name_of, voice

_WORD = re.compile(r"[\w’'@-]+\s*|[^\w\s]\s*")
SETTINGS = ("company", "contact", "phone", "officer", "address", "covers", "not covered", "changes")


@dataclass(frozen=True, slots=True)
class Rewording:
    """A statement that both versions have under one name, and that they say differently."""

    old: Line
    new: Line

    @property
    def before(self) -> Markup:
        """The old sentence with what went marked."""
        return _marked(plain(self.old.sentence), plain(self.new.sentence), "del")

    @property
    def after(self) -> Markup:
        """The new sentence with what came marked."""
        return _marked(plain(self.new.sentence), plain(self.old.sentence), "ins")


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions, each list in the order of the page it is on."""

    old: Document
    new: Document
    added: tuple[Line, ...]
    dropped: tuple[Line, ...]
    reworded: tuple[Rewording, ...]
    same: int  # statements that did not change
    settings: tuple[tuple[str, str, str], ...]  # key of the front matter, before, after

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.reworded or self.settings)


def difference(old: Document, new: Document, words: Words) -> Difference:
    """The plain difference of two versions: names and sentences. What it means for whom is another reading."""
    before, after = _lines(old, words, ()), _lines(new, words, (old,))
    kept = [key for key in after if key in before]
    changed = [key for key in kept if _differs(before[key], after[key])]
    return Difference(
        old=old,
        new=new,
        added=tuple(after[key][1] for key in after if key not in before),
        dropped=tuple(before[key][1] for key in before if key not in after),
        reworded=tuple(Rewording(before[key][1], after[key][1]) for key in changed),
        same=len(kept) - len(changed),
        settings=_settings(old, new),
    )


def _lines(
    document: Document, words: Words, others: tuple[Document, ...]
) -> dict[str, tuple[Statement, Line]]:
    speaks = voice(document, words, others)
    return {_key(s): (s, line(speaks, s)) for s in document.statements}


def _key(statement: Statement) -> str:
    """A choice is one in all versions wherever it stands; all else goes by its full name."""
    return f"choice {statement.name}" if isinstance(statement, Choice) else name_of(statement)


def _differs(old: tuple[Statement, Line], new: tuple[Statement, Line]) -> bool:
    return _bare(old[0]) != _bare(new[0]) or plain(old[1].sentence) != plain(new[1].sentence)


def _bare(statement: Statement) -> Statement:
    """Without what is not part of the promise: where it stands, and comments."""
    if isinstance(statement, Choice):
        return replace(statement, section="", comments=(), span=Span())
    return replace(statement, comments=(), span=Span())


def _settings(old: Document, new: Document) -> tuple[tuple[str, str, str], ...]:
    pairs = [(key, old.setting(key), new.setting(key)) for key in SETTINGS]
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _marked(text: str, other: str, tag: str) -> Markup:
    """The text with the words the other does not have between tags."""
    here, there = _WORD.findall(text), _WORD.findall(other)
    compared = SequenceMatcher(
        a=[w.strip() for w in there], b=[w.strip() for w in here], autojunk=False
    )
    out = Markup("")
    for kind, _, _, start, end in compared.get_opcodes():
        run = "".join(here[start:end])
        if kind == "equal" or not run:
            out += run
        else:
            bare = run.rstrip()
            out += Markup("<{0}>{1}</{0}>{2}").format(Markup(tag), bare, run[len(bare) :])
    return out
