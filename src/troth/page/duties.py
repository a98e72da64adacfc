"""A duty as a promise: `We answer your request for access or deletion within 30 days.`"""

from __future__ import annotations

import re

from troth.language.forms import BY_NAME, SLOT_KINDS
from troth.language.model import Duty, Kind
from troth.page.conditions import counted
from troth.page.phrases import Join, Piece, Sentence, all_placed, closed, listed, said, spoken
from troth.page.voice import Voice

_GROUP = re.compile(r"\[([^\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_OR = frozenset({"requests", "ways", "places", "starts", "facts", "moments"})
OWN = {
    "encryption at rest": "encryption where it is stored",
    "encryption in transit": "encryption on its way",
    "private network": "a private network",
    "limited staff": "a limited staff",
    "throttled sign-in": "a limit on attempts to sign in",
}


def duty_sentence(voice: Voice, duty: Duty) -> Sentence:
    """The sentence of the duty's form with its slots filled, and one more for each further line."""
    start = "we do not " if duty.denied else "we try to " if duty.effort else "we "
    condition = next((_if(voice, words[1:]) for words in duty.lines if words[0] == "if"), ())
    first = closed(said(start, _filled(voice, duty), condition))
    more = [_line(voice, words) for words in duty.lines if words[0] != "if"]
    return said(first, *(said(" ", closed(sentence)) for sentence in more))


def _filled(voice: Voice, duty: Duty) -> Sentence:
    """The form's sentence; a group in brackets is left out where one of its slots was not said."""
    form = BY_NAME.get(duty.form)
    if form is None:
        return said(spoken(duty.form))
    template = _GROUP.sub(lambda group: _kept(duty, group[1]), form.sentence)
    out: Sentence = ()
    for number, text in enumerate(_SLOT.split(_tidy(template))):
        out = _with_slot(voice, duty, out, text) if number % 2 else said(out, text)
    return out


def _kept(duty: Duty, group: str) -> str:
    return group if all(duty.slot(name) for name in _SLOT.findall(group)) else ""


def _tidy(template: str) -> str:
    return re.sub(r"\s+,", ",", re.sub(r"\s+", " ", template)).strip()


def _with_slot(voice: Voice, duty: Duty, before: Sentence, slot: str) -> Sentence:
    values = duty.slot(slot)
    join: Join = "or" if slot in _OR else "and"
    phrases = [_phrase(voice, slot, value) for value in values]
    if slot in ("number", "unit"):
        return said(before, _number(duty, slot))
    end = before[-1].text if before else ""
    for preposition in ("at", "by"):
        if slot in ("places", "ways") and re.search(rf"(?:^|\W){preposition} $", end):
            cut = Piece(end[: -len(preposition) - 1])
            return said(before[:-1], cut, all_placed(phrases, preposition, join))
    return said(before, listed(phrases, join))


def _number(duty: Duty, slot: str) -> str:
    """`1` and `day`, `30` and `days`."""
    number = " ".join(duty.slot("number"))
    if slot == "number":
        return number
    unit = " ".join(duty.slot("unit"))
    return counted(int(number), unit).partition(" ")[2] if number.isdigit() else unit


def _phrase(voice: Voice, slot: str, value: str) -> Sentence:
    kinds = SLOT_KINDS.get(slot, ()) or ("term",)  # a form's own word may be given a phrase
    if "choice" in kinds and value in voice.choices:
        return voice.quoted(value) if slot == "choices" else voice.chosen(value)
    if slot == "ways":
        return voice.way(value)
    spoken_kinds: tuple[Kind, ...] = tuple(k for k in voice_kinds(voice, value) if k in kinds)
    return voice.word(spoken_kinds[0], value) if spoken_kinds else _own_word(value)


def voice_kinds(voice: Voice, name: str) -> tuple[Kind, ...]:
    """The kinds that have a word of this name."""
    return tuple(kind for kind, word in voice.words if word == name)


def _own_word(value: str) -> Sentence:
    """A word of the form itself (`encryption at rest`), or one that nobody has defined."""
    head, _, number = value.partition(" up to ")
    most = f" of at most {number} people" if number else ""
    return said(f"{OWN.get(head, spoken(head))}{most}")


def _if(voice: Voice, names: tuple[str, ...]) -> Sentence:
    return said(" if ", listed(voice.all("fact", names), "or"))


def _line(voice: Voice, words: tuple[str, ...]) -> Sentence:
    """`silence is yes after 30 days` and its like, as people say it."""
    match words:
        case ("silence", "is", "no"):
            return said("if you do not answer, we take it as a no")
        case ("silence", "is", "yes", "after", number, unit):
            span = counted(int(number), unit)
            return said(f"if {span} pass without an answer from you, we take it as a yes")
        case ("nevers", "too"):
            return said("the same goes for what the earlier text ruled out")
        case ("offers", *choices):
            return said("we then offer you ", listed([voice.quoted(name) for name in choices]))
    return said(" ".join(words))
