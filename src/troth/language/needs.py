"""What is a condition of an act without being a condition of a clause: agreements, mandates, notices, periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .conditions import Terms
from .formula import TRUE, Atom, Formula, all_of, any_of, no
from .model import Ask, Clause, Document, Duty, If, Period
from .ruling import Need
from .vocabulary import Vocabulary

CONDITIONS = ("bind", "limit", "show-notice", "erase")  # the duties that an act can wait for


class Needs:
    """The needs of one text: what its duties, its words and its periods ask before anything may be done."""

    def __init__(self, words: Vocabulary, terms: Terms, text: Document) -> None:
        self.words = words
        self.terms = terms
        self.text = text

    def of(self, ask: Ask) -> Iterator[Need]:
        """Agreements and mandates of who receives it; the notice of where it is collected; the day by
        which it was to be erased."""
        if ask.action not in ("collect", "require"):
            yield from self._erasing(ask)
        if ask.action in ("share", "sell") and ask.party is not None:
            yield from self._of_the_word(ask, ask.party)
            for duty in self.text.duties:
                if not duty.effort:
                    yield from self._party_duty(duty, ask, ask.party)
        if ask.action == "collect" and ask.place is not None:
            for duty in self.text.duties:
                if duty.form == "show-notice" and not duty.effort and self._at(duty, ask.place):
                    yield Need(f"{self.text.id}#{duty.name}", Atom("notice_shown"))

    def _at(self, duty: Duty, place: str) -> bool:
        return place in self.words.leaves("place", duty.slot("places"), True)

    def _of_the_word(self, ask: Ask, party: str) -> Iterator[Need]:
        """`needs AGREEMENT` and `acts for us` stand with the word, in every version alike."""
        word = self.words.get("party", party)
        if word is None or self.text.kind != "version":
            return
        for agreement in word.needs:
            yield Need(self.text.id, Atom("bound", (agreement,)))
        if word.acts_for_us:
            yield Need(self.text.id, Atom("mandate", (ask.data, ask.purpose)))

    def _party_duty(self, duty: Duty, ask: Ask, party: str) -> Iterator[Need]:
        if party not in self.words.leaves("party", duty.slot("parties"), True):
            return
        wanted: list[Formula] = []
        if duty.form == "bind":
            wanted = [Atom("bound", (term,)) for term in duty.slot("terms")]
        elif duty.form == "limit":
            wanted = [Atom("mandate", (ask.data, ask.purpose))]
        spared = no(self._applies(duty))
        for formula in wanted:
            yield Need(f"{self.text.id}#{duty.name}", any_of(spared, formula))

    def _applies(self, duty: Duty) -> Formula:
        """A duty's own `if FACT or FACT`: an unknown does not spare us the duty."""
        lines = [line for line in duty.lines if line[:1] == ("if",)]
        facts = [If(tuple(f for f in line[1:] if f != "or")) for line in lines]
        return all_of(*(self.terms.possibly(condition) for condition in facts))

    # -- periods ----------------------------------------------------------------------------

    def still_kept(self, keeping: Iterable[Clause], act: Ask) -> Formula:
        """Past its period data may not be used, swept or not (point 5); several periods: the longest.
        `keeping` are the clauses that let the ask's data be kept. One lengthens where all its conditions
        surely hold; where none can hold at all, no period is spoken of."""
        if act.action in ("collect", "require"):
            return TRUE
        timed = [c for c in keeping if any(isinstance(x, Period) for x in c.conditions)]
        running = (all_of(*(self.terms.surely(x) for x in c.conditions)) for c in timed)
        return any_of(*running, all_of(*(self._not_spoken_of(c) for c in timed)))

    def _not_spoken_of(self, keeping: Clause) -> Formula:
        """A condition of it, other than its period, is known not to hold."""
        others = (x for x in keeping.conditions if not isinstance(x, Period))
        return any_of(*(no(self.terms.possibly(x)) for x in others))

    def periods(self, act: Ask) -> Iterator[Need]:
        """The keeping periods of a law or the operator's file: past all of them nothing may be used."""
        keeping = [
            c
            for c in self.text.clauses
            if (c.modal, c.action) == ("may", "keep")
            and any(isinstance(x, Period) for x in c.conditions)
            and act.data in self.words.leaves("data", c.data)
        ]
        running = self.still_kept(keeping, act)
        for clause in keeping:
            yield Need(f"{self.text.id}#{clause.name}", running)

    def _erasing(self, ask: Ask) -> Iterator[Need]:
        """What `must erase` once its days from an event are over may not be used meanwhile."""
        for duty in self.text.duties:
            erases = duty.form == "erase" and not duty.effort
            if erases and ask.data in self.words.leaves("data", duty.slot("data"), True):
                count, unit = int(duty.slot("number")[0]), duty.slot("unit")[0]
                for start in duty.slot("starts"):
                    running = self._running(start, count, unit)
                    yield Need(f"{self.text.id}#{duty.name}", running)

    def _running(self, start: str, count: int, unit: str) -> Formula:
        """The days from an event or a choice are not over, or have not begun. Of a fact no day is known from
        which it held: what it ends is erased at once (`periods`)."""
        choice = self.terms.choices.named(self.text, start)
        if choice is not None:
            return any_of(no(self.terms.said(choice)), self.terms.said(choice, (count, unit)))
        event = self.words.get("event", start) is not None
        return Atom("kept", (count, unit, start)) if event else TRUE
