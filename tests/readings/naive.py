"""The meaning of a policy read once more, slowly and from the text of docs/language.md alone, to hold decide against.

Nothing here uses the formulas, atoms or rulings of the product: clauses and rows go in, a verdict comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

from tests.readings.ground import Case, Ground
from troth.gate import Question
from troth.language.model import (
    Ask,
    Attribute,
    Clause,
    Document,
    Duty,
    If,
    Period,
    Stamp,
)

EU = {"DE", "FR"}  # of the countries of these tests
BARS = {  # point 5: `never share` covers selling, `never use` covers sharing
    "require": {"require", "collect"},
    "share": {"share", "use"},
    "sell": {"sell", "share", "use"},
}


class Naive(Ground):
    """What is allowed: every question read from the clauses anew."""

    # -- the question ------------------------------------------------------------------------

    def verdict(self, question: Question) -> str:
        """Yes, no, or in part, over every field and every leaf of the other slots."""
        answers: dict[object, bool] = {}
        for key, case in self._cases(question):
            answers[key] = answers.get(key, True) and self.allowed(case)
        if not any(answers.values()):
            return "no"
        return "yes" if all(answers.values()) else "in part"

    def _cases(self, question: Question) -> Iterator[tuple[object, Case]]:
        ask = question.ask
        wide = [self._spread(kind, getattr(ask, kind)) for kind in ("purpose", "party", "place")]
        for purpose, party, place in product(*wide):
            narrow = replace(ask, purpose=purpose, party=party, place=place)
            if ask.action in ("collect", "require"):
                stamp = Stamp(tuple(v.id for v in self._in_force(question.at)[-1:]), place)
                for leaf in self.leaves("data", ask.data, True):
                    case = Case(replace(narrow, data=leaf), question, stamp, question.person)
                    yield (leaf, narrow), replace(case, given_at=question.at)
                continue
            for row in self._held(question):
                for person, (data, stamp) in product(self._about(row.record), self._origins(row)):
                    one = replace(narrow, data=data)
                    given_at = self._one("records", id=row.record).given_at
                    case = Case(one, question, stamp, person, row.record, given_at)
                    yield (row.id, narrow), case

    def _spread(self, kind: str, name: str | None) -> list[str | None]:
        if name in (None, "anything"):
            return [None]
        return [*sorted(self.leaves(kind, str(name), True))]

    def _held(self, question: Question) -> list[Any]:
        asked = self.leaves("data", question.ask.data, True)
        return [
            row
            for row in self.rows["fields"]
            if row.data in asked
            and row.value is not None
            and row.replaced_by is None
            and self._one("records", id=row.record).given_at <= question.at
            and question.person in self._about(row.record)
        ]

    def _about(self, record: int) -> list[int]:
        return [row.person for row in self.rows["record_people"] if row.record == record]

    def _origins(self, row: Any) -> set[tuple[str, Stamp]]:
        """Point 4: a derived value carries all stamps and words of its sources."""
        found = {(row.data, self._stamp(row.stamp))}
        for source in row.derived_from:
            found |= self._origins(self._one("fields", id=source))
        return found

    def _stamp(self, number: int) -> Stamp:
        row = self._one("stamps", id=number)
        purposes = tuple(row.purposes)
        return Stamp(
            tuple(row.versions),
            row.place,
            row.notice,
            row.role,
            row.customer,
            row.contract,
            purposes,
        )

    # -- all versions since (point 3) --------------------------------------------------------

    def _in_force(self, at: datetime) -> list[Document]:
        return [v for v in self.policy.versions if v.in_force and v.in_force <= self.day(at)]

    def allowed(self, case: Case) -> bool:
        at = case.question.at
        laws = [law for law in self.policy.laws if self._rules(law, at)]
        if any(self._compelled(law, case) for law in laws):
            return True
        published = self._in_force(at)
        if not published or not self._stated(case):
            return False
        since = published[-1:]
        if case.stamp.role == "own" and case.stamp.versions:
            first = min(
                i for i, v in enumerate(self.policy.versions) if v.id in case.stamp.versions
            )
            since = [v for i, v in enumerate(self.policy.versions) if i >= first and v in published]
        house = [d for d in [self.policy.house] if d is not None and self._rules(d, at)]
        texts = [*since, *laws, *house]
        if not all(self._duties_met(text, case) for text in texts):
            return False
        if any(self._barred(text, text.clauses, case) for text in (*laws, *house)):
            return False
        *older, current = since
        clauses = self.clauses(current, case.stamp)
        if self._barred(current, clauses, case):
            return False
        grants = self._grants(clauses, case)
        return any(all(self._stands_aside(v, g, since, case) for v in older) for g in grants)

    def _rules(self, text: Document, at: datetime) -> bool:
        day = self.day(at)
        begun = text.in_force is None or text.in_force <= day
        return begun and (text.ends is None or day <= text.ends)

    def _stands_aside(
        self, old: Document, grant: Clause, since: list[Document], case: Case
    ) -> bool:
        """She agreed to the clause by name, told of it first where that was promised; or the old version
        allows it too; or its silence is lifted."""
        clauses = self.clauses(old, case.stamp)
        wait, individual, nevers_too, promised, ways = self.silence(old)
        later = since[since.index(old) + 1 :]
        told = self._days_told(case, grant, later, ways)
        if self._agreed(case, grant, old) and (told or not promised):
            return True
        allows = bool(self._grants(clauses, case))
        clear = not self._barred(old, clauses, case)
        mine = [a for a in self._hers("adoptions", case) if a.clause == grant.name]
        refused = bool(mine) and mine[-1].answer == "no"
        waited = not individual or (wait is not None and any(days > wait for days in told))
        lifted = wait is not None and waited and not refused
        return (allows and clear) or (lifted and (clear or nevers_too))

    def _days_told(
        self, case: Case, grant: Clause, later: list[Document], ways: tuple[str, ...]
    ) -> list[int]:
        """How many days ago she was told of the clause as it stands, each time that reached her."""
        same = {v.id for v in later for c in v.clauses if self._says(c) == self._says(grant)}
        tellings = self._hers("told", case)
        return [
            (self.day(case.question.at) - self.day(row.at)).days
            for number, row in enumerate(tellings)
            if row.version in same
            and row.outcome == "delivered"
            and (not ways or row.way in ways)
            and not any(
                (other.version, other.way, other.outcome) == (row.version, row.way, "bounced")
                for other in tellings[number + 1 :]
            )
        ]

    def _says(self, clause: Clause) -> object:
        slots = ("data", clause.data), ("party", clause.parties), ("purpose", clause.purposes)
        meant = [{x for n in names for x in self.leaves(kind, n, False)} for kind, names in slots]
        places = {x for n in clause.places for x in self.leaves("place", n, False)}
        return (
            clause.name,
            clause.modal,
            clause.action,
            meant,
            places,
            sorted(map(repr, clause.conditions)),
        )

    def _agreed(self, case: Case, grant: Clause, old: Document) -> bool:
        """Her last answer on the clause is yes, to a text that says the same, since the old one's promise."""
        answers = [a for a in self._hers("adoptions", case) if a.clause == grant.name]
        if not answers or answers[-1].answer != "yes":
            return False
        if old.in_force is None or self.day(answers[-1].at) < old.in_force:
            return False
        shown = self._wording(answers[-1].version, grant.name)
        return shown is not None and self._says(shown) == self._says(grant)

    def _wording(self, version: str, name: str) -> Clause | None:
        text = next(v for v in self.policy.versions if v.id == version)
        return next((c for c in text.clauses if c.name == name), None)

    # -- one version (point 2) ---------------------------------------------------------------

    def clauses(self, version: Document, stamp: Stamp) -> list[Clause]:
        held = stamp.role == "held"
        entrusted = version.listed("entrusted")
        found = [c for c in version.clauses if (c.name.split(".")[0] in entrusted) == held]
        for contract in self.policy.contracts:
            if contract.id == stamp.contract:
                found = [c for c in found if c.name not in contract.listed("supersedes")]
                found += contract.clauses
        for notice in self.policy.notices:
            if notice.id == stamp.notice and not held:
                found += [c for c in notice.clauses if c.modal == "may"]
        return found

    def _grants(self, clauses: Iterable[Clause], case: Case) -> list[Clause]:
        """The `may`s that cover the ask and are known to hold."""
        act = self._act(case.ask)
        listed = list(clauses)
        if not self._kept(listed, case):
            return []
        return [
            c
            for c in listed
            if c.modal == "may"
            and self._covers(c, act)
            and all(self.holds(x, act, case) is True for x in c.conditions)
        ]

    def _barred(self, text: Document, clauses: Iterable[Clause], case: Case) -> bool:
        """A covering `never` that is not known to be inapplicable, and excepts none of the `may`s that hold."""
        if text.kind == "law" and self._elsewhere(text, case):
            return False
        act = self._act(case.ask)
        listed = list(clauses)
        granted = {c.name for c in self._grants(listed, case)}
        spared = granted | {name.split(".")[0] for name in granted}
        return any(
            c.modal == "never"
            and self._met_by(c, act)
            and all(self.holds(x, act, case) is not False for x in c.conditions)
            and not spared & set(c.excepts)
            for c in listed
        )

    def _act(self, ask: Ask) -> Ask:
        """Handing to a party that acts for us is our use."""
        word = self.policy.words.get(("party", ask.party or ""))
        ours = ask.action == "share" and word is not None and word.acts_for_us
        return replace(ask, action="use", party=None) if ours else ask

    def _covers(self, clause: Clause, act: Ask) -> bool:
        """A `may`: its own action; keeping, also where some use is allowed. A slot left out asks for all of it."""
        if not self.within("data", act.data, clause.data, reaching=False):
            return False
        if act.action == "keep" and clause.action == "use":
            return True
        slots = self._slots(clause, act)
        return clause.action == act.action and all(
            not said or "anything" in said or (asked is not None and self.within(kind, asked, said))
            for kind, said, asked in slots
        )

    def _met_by(self, clause: Clause, act: Ask) -> bool:
        """A `never`: met by any of what is asked."""
        if clause.action not in BARS.get(act.action, {act.action}):
            return False
        return self.within("data", act.data, clause.data) and all(
            not said or asked is None or self.within(kind, asked, said)
            for kind, said, asked in self._slots(clause, act)
        )

    def _slots(
        self, clause: Clause, act: Ask
    ) -> tuple[tuple[str, tuple[str, ...], str | None], ...]:
        return (
            ("party", clause.parties, act.party),
            ("purpose", clause.purposes, act.purpose),
            ("place", clause.places, act.place),
        )

    def _stated(self, case: Case) -> bool:
        """Points 4 and 8: data of unknown origin only for basic purposes; purposes stated limit use."""
        ask, stamp = case.ask, case.stamp
        limited = stamp.purposes and ask.action in ("use", "share", "sell")
        asked = ask.purpose
        if limited and (asked is None or not self.within("purpose", asked, stamp.purposes)):
            return False
        if stamp.versions or ask.action in ("collect", "require"):
            return True
        basic = [n for (k, n), word in self.policy.words.items() if k == "purpose" and word.basic]
        return ask.purpose is not None and self.within("purpose", ask.purpose, basic)

    def _compelled(self, law: Document, case: Case) -> bool:
        return not self._elsewhere(law, case) and any(
            c.modal == "compels"
            and c.action == case.ask.action
            and self._covers(c, case.ask)
            and all(self.holds(x, case.ask, case) is True for x in c.conditions)
            for c in law.clauses
        )

    def _elsewhere(self, law: Document, case: Case) -> bool:
        where = {c for place in law.listed("where") for c in (EU if place == "EU" else {place})}
        lives = self._values(Attribute("person", "country"), case)
        return bool(where) and bool(lives) and not where & set(lives)

    # -- duties that are conditions, periods (point 5) ---------------------------------------

    def _duties_met(self, text: Document, case: Case) -> bool:
        if text.kind == "law" and self._elsewhere(text, case):
            return True
        over = text.kind in (
            "law",
            "house",
        )  # they grant nothing, and their periods bind all the same
        if not self._not_yet_erased(text, case) or (over and not self._kept(text.clauses, case)):
            return False
        ask = case.ask
        word = self.policy.words.get(("party", ask.party or ""))
        shares = ask.action in ("share", "sell") and word is not None
        if shares and word is not None and text.kind == "version":
            if not all(self._bound(need, case) for need in word.needs):
                return False
            if word.acts_for_us and not self._mandated(case):
                return False
        return all(self._duty_met(duty, case) for duty in text.duties if not duty.effort)

    def _duty_met(self, duty: Duty, case: Case) -> bool:
        ask = case.ask
        if duty.form == "show-notice":
            here = ask.action == "collect" and ask.place is not None
            asked_here = here and self.within("place", str(ask.place), duty.slot("places"))
            return not asked_here or case.question.notice_shown
        if duty.form not in ("bind", "limit") or ask.action not in ("share", "sell"):
            return True
        if ask.party is None or not self.within("party", ask.party, duty.slot("parties")):
            return True
        facts = [If(line[1:]) for line in duty.lines if line[0] == "if"]
        if any(self.holds(fact, ask, case) is False for fact in facts):
            return True
        if duty.form == "limit":
            return self._mandated(case)
        return all(self._bound(term, case) for term in duty.slot("terms"))

    def _kept(self, clauses: Iterable[Clause], case: Case) -> bool:
        """Past every period it may be kept, data may not be used."""
        if case.ask.action in ("collect", "require"):
            return True
        speaking = False
        for c in clauses:
            timed = [x for x in c.conditions if isinstance(x, Period)]
            reaches = self.within("data", case.ask.data, c.data, reaching=False)
            if timed and reaches and (c.modal, c.action) == ("may", "keep"):
                others = [x for x in c.conditions if not isinstance(x, Period)]
                known = [self.holds(x, case.ask, case) for x in others]
                if all(known) and all(self._runs(x, case) for x in timed):
                    return True
                speaking = speaking or False not in known
        return not speaking

    def _not_yet_erased(self, text: Document, case: Case) -> bool:
        """What was to be erased by now may not be used meanwhile."""
        if case.ask.action in ("collect", "require"):
            return True
        return all(
            self._runs(Period(int(duty.slot("number")[0]), "days", event), case)
            for duty in text.duties
            if duty.form == "erase" and not duty.effort
            if self.within("data", case.ask.data, duty.slot("data"))
            for event in duty.slot("starts")
        )

    def _happened(self, event: str, case: Case) -> list[datetime]:
        if event == "collection":
            return [case.given_at] if case.given_at else []
        return [row.at for row in self._hers("events", case) if row.event == event]
