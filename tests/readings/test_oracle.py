"""The oracle is worth something: every meaning that forgets a point is caught by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.readings.known import Known, caught
from troth.language.formula import FALSE, TRUE, Formula, all_of, any_of, fold, no
from troth.language.meaning import BARRED_BY, Meaning
from troth.language.model import Ask, Box, Choice, Document, Policy, Stamp, Word
from troth.language.ruling import Bar, Layer, Ruling
from troth.language.silence import Silence


def test_the_meaning_itself_is_not_caught(companies: list[Known]) -> None:
    assert not caught(companies, Meaning)
    verdicts = {verdict for known in companies for _, verdict in known.answers}
    assert verdicts == {"yes", "no", "in part"}


# -- meanings that forget a point ------------------------------------------------------------------


class OnlyTheVersionInForce(Meaning):
    def versions(self, stamp: Stamp, day: date) -> tuple[Document, ...]:
        return super().versions(stamp, day)[-1:]


class OnlyTheVersionGivenUnder(Meaning):
    def versions(self, stamp: Stamp, day: date) -> tuple[Document, ...]:
        return super().versions(stamp, day)[:1]


class NothingBetween(Meaning):
    """The version given under and the one in force, and none of those between."""

    def versions(self, stamp: Stamp, day: date) -> tuple[Document, ...]:
        found = super().versions(stamp, day)
        return (*found[:1], *found[1:][-1:])


class OnlyTheFirstCandidate(Meaning):
    """Where in doubt the latest candidate, and not all of them."""

    def versions(self, stamp: Stamp, day: date) -> tuple[Document, ...]:
        return super().versions(replace(stamp, versions=stamp.versions[-1:]), day)


class SilenceLiftsNevers(Meaning):
    def silence(self, version: Document) -> Silence:
        return replace(super().silence(version), nevers_too=True)


class SilenceNeedsNoNotice(Meaning):
    def silence(self, version: Document) -> Silence:
        return replace(super().silence(version), individual=False)


class SilenceIsNo(Meaning):
    def silence(self, version: Document) -> Silence:
        return replace(super().silence(version), wait_days=None)


class TellingNobodyWasPromised(Meaning):
    def silence(self, version: Document) -> Silence:
        return replace(super().silence(version), promised=False)


class ToldByAnyWay(Meaning):
    def silence(self, version: Document) -> Silence:
        return replace(super().silence(version), ways=())


class HeldIsOurs(Meaning):
    def ruling(self, ask: Ask, stamp: Stamp, day: date) -> Ruling:
        return super().ruling(ask, replace(stamp, role="own", customer=None), day)


class ContractsForgotten(Meaning):
    def ruling(self, ask: Ask, stamp: Stamp, day: date) -> Ruling:
        return super().ruling(ask, replace(stamp, contract=None), day)


class NoticesForgotten(Meaning):
    def ruling(self, ask: Ask, stamp: Stamp, day: date) -> Ruling:
        return super().ruling(ask, replace(stamp, notice=None), day)


class PurposesStatedForgotten(Meaning):
    def ruling(self, ask: Ask, stamp: Stamp, day: date) -> Ruling:
        return super().ruling(ask, replace(stamp, purposes=()), day)


MEANINGS = [
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Meaning) and kind is not Meaning
]


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda kind: str(kind.__name__))
def test_the_oracle_catches_a_meaning_where(meaning: type[Meaning], companies: list[Known]) -> None:
    assert caught(companies, meaning)


# -- rulings that leave something out --------------------------------------------------------------

Change = Callable[[Ruling], Ruling]


def changing(change: Change) -> type[Meaning]:
    """A meaning whose rulings are changed, each once."""

    class Changed(Meaning):
        def __init__(self, policy: Policy) -> None:
            super().__init__(policy)
            self.changed: dict[int, tuple[Ruling, Ruling]] = {}

        def ruling(self, ask: Ask, stamp: Stamp, day: date) -> Ruling:
            whole = super().ruling(ask, stamp, day)
            if id(whole) not in self.changed:
                self.changed[id(whole)] = (whole, change(whole))
            return self.changed[id(whole)][1]

    return Changed


def _layers(ruling: Ruling, change: Callable[[Layer], Layer]) -> Ruling:
    current = change(ruling.current) if ruling.current else None
    older, over = tuple(map(change, ruling.older)), tuple(map(change, ruling.over))
    return replace(ruling, current=current, older=older, over=over)


def _bars(**changed: Any) -> Change:
    return lambda ruling: _layers(
        ruling, lambda layer: replace(layer, bars=tuple(replace(b, **changed) for b in layer.bars))
    )


def _excepted(ruling: Ruling) -> Ruling:
    def always(bar: Bar) -> Bar:
        return replace(bar, excepted=TRUE) if bar.exceptions else bar

    return _layers(ruling, lambda layer: replace(layer, bars=tuple(map(always, layer.bars))))


def _older_bars(ruling: Ruling) -> Ruling:
    return replace(ruling, older=tuple(replace(layer, bars=()) for layer in ruling.older))


def _older_grants(ruling: Ruling) -> Ruling:
    def free(layer: Layer) -> Layer:
        return replace(layer, grants=ruling.current.grants if ruling.current else ())

    return replace(ruling, older=tuple(map(free, ruling.older)))


def _without(kind: str) -> Change:
    return lambda ruling: replace(
        ruling,
        over=tuple(text for text in ruling.over if text.id.startswith("law/") != (kind == "law")),
    )


def _keep_alone(ruling: Ruling) -> Ruling:
    """Keeping needs a clause of its own."""
    if ruling.ask.action != "keep" or ruling.current is None:
        return ruling
    own = tuple(g for g in ruling.current.grants if g.clause.action == "keep")
    return replace(ruling, current=replace(ruling.current, grants=own))


def _assumed(kind: str, value: Formula) -> Change:
    """Every atom of a kind taken for true, or for false."""

    def put(formula: Formula) -> Formula:
        return fold(
            formula, lambda atom: value if atom.kind == kind else atom, no,
            lambda parts: all_of(*parts), lambda parts: any_of(*parts),
        )  # fmt: skip

    return lambda ruling: _every_formula(ruling, put)


def _turned(surely: bool) -> Change:
    """Where something must be known to hold, it need not be; or the other way round."""

    def put(formula: Formula) -> Formula:
        return fold(
            formula, lambda atom: replace(atom, surely=surely), no,
            lambda parts: all_of(*parts), lambda parts: any_of(*parts),
        )  # fmt: skip

    return lambda ruling: _every_formula(ruling, put)


def _every_formula(ruling: Ruling, put: Callable[[Formula], Formula]) -> Ruling:
    def layer(text: Layer) -> Layer:
        return replace(
            text,
            grants=tuple(replace(g, holds=put(g.holds)) for g in text.grants),
            bars=tuple(
                replace(b, applies=put(b.applies), excepted=put(b.excepted)) for b in text.bars
            ),
            needs=tuple(replace(n, holds=put(n.holds)) for n in text.needs),
        )

    changed = _layers(ruling, layer)
    return replace(
        changed,
        compelled=tuple(replace(g, holds=put(g.holds)) for g in ruling.compelled),
        let_go={key: put(formula) for key, formula in ruling.let_go.items()},
        agreed={key: put(formula) for key, formula in ruling.agreed.items()},
    )


RULINGS: dict[str, Change] = {
    "nevers are forgotten": _bars(applies=FALSE),
    "exceptions always hold": _excepted,
    "exceptions are forgotten": _bars(excepted=FALSE),
    "older nevers are forgotten": _older_bars,
    "older silence is forgotten": _older_grants,
    "laws are forgotten": _without("law"),
    "the house is forgotten": _without("house"),
    "nothing is compelled": lambda ruling: replace(ruling, compelled=()),
    "duties are forgotten": lambda ruling: _layers(ruling, lambda layer: replace(layer, needs=())),
    "purposes stated and basic ones are forgotten": lambda ruling: replace(ruling, stated=TRUE),
    "keeping needs its own clause": _keep_alone,
    "unknowns hold": _turned(surely=False),
    "unknowns do not hold": _turned(surely=True),
    "refusals are forgotten": _assumed("refused", FALSE),
    "nobody agrees": _assumed("agreed", FALSE),
    "everybody agrees": _assumed("agreed", TRUE),
    "everybody is told": _assumed("told", TRUE),
    "everybody lives there": _assumed("lives", TRUE),
    "every party is bound": _assumed("bound", TRUE),
    "every party is mandated": _assumed("mandate", TRUE),
    "every notice is shown": _assumed("notice_shown", TRUE),
    "no period ends": _assumed("kept", TRUE),
    "no days need pass": _assumed("after", TRUE),
    "it was given anywhere": _assumed("given_at", TRUE),
    "every matter is open": _assumed("within", TRUE),
    "nobody chooses": _assumed("said", FALSE),
    "everybody chooses": _assumed("said", TRUE),
    "every consent names it": _assumed("consented", TRUE),
    "every fact holds": _assumed("fact", TRUE),
    "no fact holds": _assumed("fact", FALSE),
}


@pytest.mark.parametrize("change", RULINGS.values(), ids=RULINGS.keys())
def test_the_oracle_catches_rulings_where(change: Change, companies: list[Known]) -> None:
    assert caught(companies, changing(change))


# -- words and choices read otherwise --------------------------------------------------------------


def reading(words: Callable[[Word], Word], choice: Callable[[Choice], Choice]) -> type[Meaning]:
    """A meaning of the policy with its words and choices changed."""

    def text(document: Document) -> Document:
        box = Box(
            "own", tuple(choice(s) if isinstance(s, Choice) else s for s in document.statements)
        )
        return replace(document, parts=(box,))

    class Otherwise(Meaning):
        def __init__(self, policy: Policy) -> None:
            said = {key: words(word) for key, word in policy.words.items()}
            super().__init__(
                replace(policy, words=said, versions=tuple(map(text, policy.versions)))
            )

    return Otherwise


def _same(word: Any) -> Any:
    return word


WORDS: dict[str, Callable[[Word], Word]] = {
    "wide words reach what is only by name": lambda w: replace(w, only_by_name=False),
    "who acts for us is a stranger": lambda w: replace(w, acts_for_us=False),
    "parties need no agreement": lambda w: replace(w, needs=()),
    "a matter ends at once": lambda w: replace(w, ends_after_days=0),
    "what starts no is unknown": lambda w: replace(w, starts_no=False),
    "every unknown is no": lambda w: replace(w, starts_no=True),
    "every purpose is basic": lambda w: replace(w, basic=True),
    "words hold nothing": lambda w: replace(w, holds=()),
}
CHOICES: dict[str, Callable[[Choice], Choice]] = {
    "nothing is carried": lambda c: replace(c, carries=()),
    "choices have no dimensions": lambda c: replace(c, for_each=()),
    "the second dimension is forgotten": lambda c: replace(c, for_each=c.for_each[:1]),
    "consents last for ever": lambda c: replace(c, lasts=None),
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_the_oracle_catches_words_where(
    words: Callable[[Word], Word], companies: list[Known]
) -> None:
    assert caught(companies, reading(words, _same))


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES.keys())
def test_the_oracle_catches_choices_where(
    choice: Callable[[Choice], Choice], companies: list[Known]
) -> None:
    assert caught(companies, reading(_same, choice))


@pytest.mark.parametrize("action", ["require", "share", "sell"])
def test_the_oracle_catches_a_never_that_bars_only_its_own(
    action: str, companies: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BARRED_BY, action, (action,))
    assert caught(companies, Meaning)
