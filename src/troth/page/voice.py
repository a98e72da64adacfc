"""The single words of a page: the phrase of each, and the anchor that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from troth.language.model import ANYTHING, Choice, Document, Heading, Kind, Statement, Word
from troth.page.phrases import Piece, Sentence, said, spoken

Words = Mapping[tuple[Kind, str], Word]

ANY = {"data": "anything we hold about you", "purpose": "any purpose", "party": "anyone"}
# A channel is named by the datum used for it.
CHANNELS = {"email": "e-mail", "postal-address": "post", "phone": "telephone"}


def name_of(statement: Statement) -> str:
    """The full name of a statement, which is its anchor: `share.reseller`, `choices.no-own-news`."""
    if isinstance(statement, Choice):
        return f"{statement.section}.{statement.name}" if statement.section else statement.name
    return statement.name


@dataclass(frozen=True)
class Voice:
    """What a document needs to speak: the vocabulary, the choices it names, and what has an anchor."""

    words: Words
    choices: Mapping[str, Choice] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)  # anchor to heading
    here: frozenset[str] = frozenset()  # names of statements that stand on this page

    def word(self, kind: Kind, name: str) -> Sentence:
        """The phrase of one word, pointing at its explanation where it has one."""
        if name == ANYTHING:
            return said(ANY.get(kind, spoken(name)))
        word = self.words.get((kind, name))
        if word is None and kind == "fact" and ("signal", name) in self.words:
            return said("your browser says ", self.word("signal", name))
        if word is None:
            return said(spoken(name))
        anchor = word_anchor(kind, name) if explained(word) else ""
        return (Piece(word.phrase or spoken(name), anchor, bool(anchor)),)

    def all(self, kind: Kind, names: Iterable[str]) -> list[Sentence]:
        """The phrases of several words of one kind."""
        return [self.word(kind, name) for name in names]

    def clause(self, name: str, section: str = "") -> Sentence:
        """A clause as another in `section` names it (`reseller`, `share.reseller`), or a whole section."""
        if name in self.sections:
            return (Piece(f"“{self.sections[name]}”", name),)
        return (Piece(name.removeprefix(f"{section}."), name if name in self.here else ""),)

    def chosen(self, name: str) -> Sentence:
        """A choice or a fact as what may be so: `you chose “…”`, `we know you are under 13`."""
        choice = self.choices.get(name)
        if choice is None:
            return self.word("fact", name)
        verb = "you chose " if choice.kind == "choice" else "you agreed to "
        return said(verb, self.quoted(name))

    def quoted(self, name: str) -> Sentence:
        """The phrase of a choice or consent between quotation marks, pointing at it."""
        choice = self.choices.get(name)
        if choice is None:
            return said(f"“{spoken(name)}”")
        anchor = name_of(choice) if name_of(choice) in self.here else ""
        return (Piece(f"“{choice.phrase}”", anchor),)

    def way(self, name: str) -> Sentence:
        """A way of speaking to us (`e-mail`), or a role of ours (`our fraud team`)."""
        if ("way", name) in self.words:
            return self.word("way", name)
        return said(CHANNELS.get(name) or f"our {spoken(name)}")

    def item(self, name: str) -> Sentence:
        """One cell of a choice: a purpose, or the channel that a datum is."""
        if ("purpose", name) in self.words:
            return self.word("purpose", name)
        if name in CHANNELS:
            return said(CHANNELS[name])
        kinds: tuple[Kind, ...] = ("data", "party", "term", "event", "fact")
        found = [kind for kind in kinds if (kind, name) in self.words]
        return self.word(found[0] if found else "data", name)


def voice(document: Document, words: Words, others: Iterable[Document] = ()) -> Voice:
    """The voice of a document; `others` are where choices it names may be declared (earlier versions)."""
    choices = {c.name: c for other in others for c in other.choices}
    choices |= {c.name: c for c in document.choices}
    headings = [part for part in document.parts if isinstance(part, Heading) and part.level > 1]
    names = frozenset(name_of(statement) for statement in document.statements)
    return Voice(words, choices, {h.section: h.text for h in headings}, names)


def word_anchor(kind: str, name: str) -> str:
    """The id of a word on the page. A clause holds one dot and a section none, so none can meet it."""
    return f"word.{kind}.{name}"


def explained(word: Word) -> bool:
    """Whether the page has more to say of a word than its phrase."""
    if word.means or word.holds or word.becomes:
        return True
    if word.kind == "matter":
        return bool(word.opened_by or word.ends or word.needs)
    said = word.acts_for_us or word.one_for_each_country or word.in_the_group
    return word.kind == "party" and said
