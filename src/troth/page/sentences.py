"""Each clause, choice, duty and saying as English sentences: we are the company, you are the reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from troth.language.model import ANYTHING, Choice, Clause, Document, Kind, Saying, Statement
from troth.page.choices import choice_sentence
from troth.page.conditions import condition_slots, conditions
from troth.page.duties import duty_sentence
from troth.page.phrases import (
    Join,
    Sentence,
    all_placed,
    closed,
    flowing,
    led,
    listed,
    plain,
    said,
    spoken,
)
from troth.page.voice import Voice, Words, name_of, voice

_SLOT = re.compile(r"\{([^{}]*)\}")
_START = {"may": "we may", "never": "we never", "compels": "this law compels us to"}


def sentence(speaks: Voice, statement: Statement) -> Sentence:
    """The statement as one sentence (a choice takes a few), its pieces pointing at words and clauses."""
    if isinstance(statement, Clause):
        return _own(speaks, statement) if statement.say else closed(_clause(speaks, statement))
    if isinstance(statement, Saying):
        return _saying(speaks, statement)
    if isinstance(statement, Choice):
        return choice_sentence(speaks, statement)
    return duty_sentence(speaks, statement)


def sentences(document: Document, words: Words, others: Iterable[Document] = ()) -> dict[str, str]:
    """Every statement of a document by its full name, as plain text: what a decision quotes."""
    speaks = voice(document, words, others)
    return {name_of(s): plain(sentence(speaks, s)) for s in document.statements}


class Sentences(Mapping[str, str]):
    """The sentences of several texts by full id, `acme/2020-01-01#share.partners`; a text is spoken when
    first asked for."""

    def __init__(self, texts: Iterable[Document], words: Words) -> None:
        self._texts = {text.id: text for text in texts}
        self._words = words
        self._spoken: dict[str, dict[str, str]] = {}

    def _of(self, text: str) -> dict[str, str]:
        if text not in self._spoken:
            self._spoken[text] = sentences(self._texts[text], self._words, self._texts.values())
        return self._spoken[text]

    def __getitem__(self, clause: str) -> str:
        text, _, name = clause.partition("#")
        if text not in self._texts:
            raise KeyError(clause)
        return self._of(text)[name]

    def __iter__(self) -> Iterator[str]:
        return (f"{text}#{name}" for text in self._texts for name in self._of(text))

    def __len__(self) -> int:
        return sum(len(self._of(text)) for text in self._texts)


def _clause(speaks: Voice, clause: Clause) -> Sentence:
    join: Join = "or" if clause.modal == "never" else "and"
    return flowing(
        said(f"{_START[clause.modal]} {clause.action} ", listed(_data(speaks, clause), join)),
        _receivers(speaks, clause),
        led(all_placed(speaks.all("purpose", clause.purposes), "for", join)),
        led(all_placed(speaks.all("place", clause.places), "at", "or")),
        conditions(speaks, clause),
    )


def _data(speaks: Voice, clause: Clause) -> list[Sentence]:
    """What is collected is not held yet, so `anything` says less of it."""
    if clause.action in ("collect", "require") and clause.data == (ANYTHING,):
        return [said("anything about you")]
    return speaks.all("data", clause.data)


def _receivers(speaks: Voice, clause: Clause) -> Sentence:
    if clause.action == "share" and not clause.parties and clause.modal == "never":
        return said(" with anyone")
    if not clause.parties:
        return ()
    to = "to" if clause.action == "sell" else "with"
    return said(f" {to} ", listed(speaks.all("party", clause.parties), "or"))


def _saying(speaks: Voice, saying: Saying) -> Sentence:
    if not saying.while_fact:
        return said(saying.text)
    while_true = said(" We say this only while ", speaks.word("fact", saying.while_fact), ".")
    return said(closed(said(saying.text)), while_true)


def _own(speaks: Voice, clause: Clause) -> Sentence:
    """The clause in its own wording: a `{slot}` is a word of the clause, or all its words of one kind.

    A condition that the wording has no slot for is said after it: none is lost on the page.
    """
    slots = _slots(speaks, clause)
    pieces = _SLOT.split(clause.say)
    used = {text.strip() for text in pieces[1::2]}
    unsaid = tuple(c for c in clause.conditions if used.isdisjoint(condition_slots(speaks, c)))
    said_so = [
        slots.get(text.strip(), said(spoken(text.strip()))) if number % 2 else said(text)
        for number, text in enumerate(pieces)
    ]
    if not unsaid:
        return closed(said(*said_so))
    rest = conditions(speaks, replace(clause, conditions=unsaid, excepts=()))
    return closed(flowing(_open(said(*said_so)), rest))


def _open(sentence: Sentence) -> Sentence:
    """A sentence without its full stop, to be gone on with."""
    *before, last = sentence
    return (*before, replace(last, text=last.text.rstrip(" ."))) if sentence else sentence


def _slots(speaks: Voice, clause: Clause) -> dict[str, Sentence]:
    join: Join = "or" if clause.modal == "never" else "and"
    groups: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
        ("data", "data", clause.data),
        ("party", "parties", clause.parties),
        ("purpose", "purposes", clause.purposes),
        ("place", "places", clause.places),
    )
    slots: dict[str, Sentence] = {}
    for condition in clause.conditions:
        slots |= condition_slots(speaks, condition)
    for kind, many, names in groups:
        slots |= dict.fromkeys((kind, many), listed(speaks.all(kind, names), join))
        slots |= {name: speaks.word(kind, name) for name in names}
    return slots | {
        name.rpartition(".")[2]: speaks.clause(name, clause.name.rpartition(".")[0])
        for name in clause.excepts
    }
