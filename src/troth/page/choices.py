"""A choice as the reader meets it: what it is, how it is taken, what it can be said for on its own."""

from __future__ import annotations

from troth.language.model import Choice
from troth.page.phrases import Sentence, all_placed, closed, listed, said, spoken
from troth.page.voice import Voice

NAMED = {
    "party": "who receives it",
    "data": "which data",
    "from": "from which day",
    "until": "until which day",
}


def choice_sentence(voice: Voice, choice: Choice) -> Sentence:
    """`You can choose “…” by e-mail. You can say so separately for …`."""
    start = "you can choose " if choice.kind == "choice" else "only if you say so: "
    lines = [
        said(start, f"“{choice.phrase}”", *_ways(voice, choice)),
        _for_each(voice, choice),
        _asks(voice, choice),
        _names(choice),
        said(f"it is said once for each {spoken(choice.per)}") if choice.per else (),
        _carries(voice, choice),
        said("once said, it holds for good") if choice.for_good else (),
        _lasts(choice),
    ]
    sentences = [closed(line) for line in lines if line]
    return said(*(said(" " if number else "", line) for number, line in enumerate(sentences)))


def _ways(voice: Voice, choice: Choice) -> tuple[Sentence, ...]:
    if not choice.ways:
        return ()
    return (said(", ", all_placed([voice.way(name) for name in choice.ways], "by", "or")),)


def _for_each(voice: Voice, choice: Choice) -> Sentence:
    if not choice.for_each:
        return ()
    topics, *others = [[voice.item(name) for name in names] for names in choice.for_each]
    line = said("you can say so separately ", all_placed(topics, "for", "and"))
    for items in others:
        line = said(line, ", and in each case separately ", all_placed(items, "for", "and"))
    return line


def _asks(voice: Voice, choice: Choice) -> Sentence:
    if not choice.asks:
        return ()
    return said("we then ask for ", listed([_asked(voice, name) for name in choice.asks]))


def _asked(voice: Voice, name: str) -> Sentence:
    return voice.word("data", name) if ("data", name) in voice.words else voice.item(name)


def _names(choice: Choice) -> Sentence:
    if not choice.names:
        return ()
    return said("you name ", listed([said(NAMED.get(n, spoken(n))) for n in choice.names]))


def _carries(voice: Voice, choice: Choice) -> Sentence:
    if not choice.carries:
        return ()
    earlier = listed([voice.quoted(name) for name in choice.carries])
    return said("whoever chose ", earlier, " earlier has chosen this too")


def _lasts(choice: Choice) -> Sentence:
    if choice.lasts is None:
        return ()
    number, unit = choice.lasts
    name = unit.rstrip("s") if number == 1 else unit.rstrip("s") + "s"
    return said(f"it lasts {number} {name}; then we ask again")
