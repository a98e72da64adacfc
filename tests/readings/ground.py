"""What a naive reader of a policy knows: the words, the rows of the store, and whether a condition holds.

A condition is True, False or None, where None is "not known".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from troth.gate import Question
from troth.language.model import (
    After,
    Ask,
    Attribute,
    By,
    Choice,
    Condition,
    Document,
    From,
    If,
    OnlyWith,
    Period,
    Policy,
    Stamp,
    Unless,
    Within,
)
from troth.store import Session
from troth.store import tables as t

Known = bool | None


def any_of(values: Iterable[Known]) -> Known:
    found = list(values)
    return True if True in found else None if None in found else False


def negated(value: Known) -> Known:
    return None if value is None else not value


@dataclass(frozen=True)
class Case:
    """One leaf asked about one stored field (or one still to come) of one person."""

    ask: Ask
    question: Question
    stamp: Stamp
    person: int | None
    record: int | None = None
    given_at: datetime | None = None


@dataclass
class Ground:
    """Words and rows, read anew for every company."""

    policy: Policy
    session: Session
    zone: str
    rows: dict[str, list[Any]] = field(default_factory=dict)
    known: dict[tuple[str, str, bool], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in t.metadata.tables.values():
            if "company" in table.c and table.name != "companies":
                key = [column for column in table.primary_key.columns if column.name != "company"]
                self.rows[table.name] = self.session.rows(table, order=key)

    # -- words (point 1) ---------------------------------------------------------------------

    def leaves(self, kind: Any, name: str, reaching: bool) -> set[str]:
        """What a word holds at the bottom; words only by name below it only when `reaching`."""
        key = (kind, name, reaching)
        if key not in self.known:
            self.known[key] = self._leaves(kind, name, reaching)
        return self.known[key]

    def _leaves(self, kind: Any, name: str, reaching: bool) -> set[str]:
        if name == "anything":
            tops = [w for (k, w), word in self.policy.words.items() if k == kind]
            tops = [w for w in tops if reaching or not self.policy.words[kind, w].only_by_name]
            return {x for w in tops for x in self.leaves(kind, w, reaching)}
        word = self.policy.words.get((kind, name))
        found = {name + ".other"} if word is not None and word.open else set()
        if word is None or not word.holds:
            return found | {name}
        for part in word.holds:
            sensitive = (kind, part) in self.policy.words and self.policy.words[
                kind, part
            ].only_by_name
            if reaching or not sensitive:
                found |= self.leaves(kind, part, reaching)
        return found

    def within(self, kind: str, leaf: str, names: Iterable[str], reaching: bool = True) -> bool:
        return any(leaf in self.leaves(kind, name, reaching) for name in names)

    # -- what a version promised of later ones (point 3) --------------------------------------

    def silence(self, version: Document) -> tuple[int | None, bool, bool, bool, tuple[str, ...]]:
        """Days of waiting (None: silence is no), whether she must be told herself, whether nevers go too,
        whether telling her was promised, and by which ways."""
        wider = [d for d in version.duties if d.form == "tell-wider-use"]
        moments = {"wider use", "new purpose"}
        wider += [
            d for d in version.duties if d.form == "tell-before" and moments & {*d.slot("moments")}
        ]
        literal = version.setting("reading") == "literal"
        promises = [d for d in wider if not d.effort]
        speaking = [d for d in wider if "silence" in {line[0] for line in d.lines}]
        lines = [line for d in (speaking or promises or wider)[:1] for line in d.lines]
        days = next((int(line[4]) for line in lines if line[:3] == ("silence", "is", "yes")), 30)
        if ("silence", "is", "no") not in lines and literal and not promises:
            return 0, False, False, False, ()
        wait = None if ("silence", "is", "no") in lines else days
        ways = promises[0].slot("ways") if promises else ()
        return wait, True, ("nevers", "too") in lines, bool(promises), ways

    # -- rows ---------------------------------------------------------------------------------

    def _one(self, table: str, **key: Any) -> Any:
        return next(r for r in self.rows[table] if all(getattr(r, k) == v for k, v in key.items()))

    def day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def _hers(self, table: str, case: Case) -> list[Any]:
        """A person's history up to the moment, in order of time."""
        mine = [r for r in self.rows[table] if r.person == case.person and r.at <= case.question.at]
        return sorted(mine, key=lambda row: row.at)

    def _signed(self, case: Case) -> list[Any]:
        day = self.day(case.question.at)
        return [
            a
            for a in self.rows["agreements"]
            if a.party == case.question.party
            and a.since <= day
            and (a.until is None or day <= a.until)
        ]

    def _bound(self, term: str, case: Case) -> bool:
        return any(term in a.names for a in self._signed(case))

    def _mandated(self, case: Case) -> bool:
        return any(
            self.within("data", case.ask.data, a.fields, reaching=False)
            and (not a.purposes or self.within("purpose", str(case.ask.purpose), a.purposes))
            and a.matter
            in (None, case.question.matter and self._matter(case) and case.question.matter)
            for a in self._signed(case)
        )

    def _runs(self, period: Period, case: Case) -> bool:
        """From the last time it happened; what has not happened has not begun to run."""
        happened = [self.day(at) for at in self._happened(period.event, case)]
        if not happened:
            return True
        day, today = max(happened), self.day(case.question.at)
        if period.unit == "years":
            return today <= day.replace(year=day.year + period.count, day=min(day.day, 28))
        return today <= day + timedelta(days=period.count)

    def _happened(self, event: str, case: Case) -> list[datetime]:
        if event == "collection":
            return [case.given_at] if case.given_at else []
        return [row.at for row in self._hers("events", case) if row.event == event]

    # -- conditions --------------------------------------------------------------------------

    def holds(self, condition: Condition, act: Ask, case: Case) -> Known:
        match condition:
            case If(names) | OnlyWith(names):
                return any_of(self._named(name, act, case) for name in names)
            case Unless(names):
                return negated(any_of(self._named(name, act, case) for name in names))
            case Within(kinds):
                return any(self._serves(kind, act, case) for kind in kinds)
            case From(places):
                place = case.stamp.place
                return None if place is None else self.within("place", place, places)
            case By(ways):
                return None if act.by is None else act.by in ways
            case After(days, event):
                happened = [self.day(at) for at in self._happened(event, case)]
                today = self.day(case.question.at)
                if not happened:
                    return None if event == "collection" else False
                return (today - min(happened)).days > days
            case Period():
                return self._runs(condition, case)

    def _named(self, name: str, act: Ask, case: Case) -> Known:
        choices = [c for v in self.policy.versions for c in v.choices if c.name == name]
        if choices:
            return self._said(choices[-1], act, case)
        word = self.policy.words["fact", name]
        value = self._fact(name, case)
        return False if value is None and word.starts_no else value

    def _said(self, choice: Choice, act: Ask, case: Case) -> bool:
        every = {c.name: c for v in self.policy.versions for c in v.choices}
        own = self._consented(choice, act, case) if choice.names else self._cells(choice, act, case)
        return own or any(self._said(every[name], act, case) for name in choice.carries)

    def _cells(self, choice: Choice, act: Ask, case: Case) -> bool:
        """Of a dimension the ask falls in, its items; of another one, all of them."""
        chosen: list[tuple[tuple[str, ...], bool]] = []
        for items in choice.for_each:
            topics = any(("purpose", item) in self.policy.words for item in items)
            kind, asked = ("purpose", act.purpose) if topics else ("data", act.data)
            inside = tuple(i for i in items if asked is None or self.within(kind, asked, (i,)))
            chosen.append((inside, True) if inside else (items, False))
        return self._some(choice, chosen, (), case)

    def _some(
        self,
        choice: Choice,
        chosen: list[tuple[tuple[str, ...], bool]],
        cell: tuple[str, ...],
        case: Case,
    ) -> bool:
        if not chosen:
            return self._stands(choice, "/".join(cell), case)
        (items, enough), *rest = chosen
        each = [self._some(choice, rest, (*cell, item), case) for item in items]
        return any(each) if enough else all(each)

    def _stands(self, choice: Choice, cell: str, case: Case) -> bool:
        rows = [r for r in self._hers("choices", case) if (r.choice, r.cell) == (choice.name, cell)]
        if not rows or not rows[-1].standing:
            return False
        row, now = rows[-1], case.question.at
        if row.until is not None and row.until <= now:
            return False
        if choice.lasts and choice.lasts[1] == "hours":
            return bool(now <= row.at + timedelta(hours=choice.lasts[0]))
        if choice.lasts:
            return self.day(now) <= self.day(row.at) + timedelta(days=choice.lasts[0])
        return True

    def _consented(self, choice: Choice, act: Ask, case: Case) -> bool:
        """For exactly the party, the data and the period it names; where it names no party, for any."""
        party = case.question.party
        cell = (party or "") if "party" in choice.names else ""
        mine = [r for r in self._hers("choices", case) if r.choice == choice.name]
        rows = [r for r in mine if r.cell == cell]
        if not rows or not self._stands(choice, cell, case):
            return False
        scope = rows[-1].scope
        if scope.get("party") not in (None, party):
            return False
        if scope.get("data") and not self.within("data", act.data, scope["data"], reaching=False):
            return False
        return self._given_between(scope.get("from"), scope.get("until"), case)

    def _given_between(self, first: str | None, last: str | None, case: Case) -> bool:
        if case.given_at is None:
            return not first and not last
        day = self.day(case.given_at).isoformat()
        return (not first or first <= day) and (not last or day <= last)

    # -- matters and facts -------------------------------------------------------------------

    def _matter(self, case: Case) -> Any:
        return next((m for m in self.rows["matters"] if m.id == case.question.matter), None)

    def _serves(self, kind: str, act: Ask, case: Case) -> bool:
        matter, word, now = self._matter(case), self.policy.words["matter", kind], case.question.at
        if matter is None or matter.kind != kind or matter.opened_at > now:
            return False
        if matter.ended_at is not None and matter.ended_at <= now:
            last = self.day(matter.ended_at) + timedelta(days=word.ends_after_days)
            if not word.ends_after_days or self.day(now) > last:
                return False
        named = {r.person for r in self.rows["matter_people"] if r.matter == matter.id}
        if case.person not in named:
            return False
        if matter.fields and not self.within("data", act.data, matter.fields, reaching=False):
            return False
        has = {
            row.name
            for row in self.rows["attributes"]
            if (row.of, row.key) == ("matter", matter.id) and row.since <= now
        }
        first, last = (d and d.isoformat() for d in (matter.period_from, matter.period_until))
        return set(word.needs) <= has and self._given_between(first, last, case)

    def _fact(self, name: str, case: Case) -> Known:
        word = self.policy.words["fact", name]
        if word.formula is None:
            of = word.of[0]
            found = [
                row
                for row in self.rows["assertions"]
                if (row.fact, row.of, row.key) == (name, of, self._key(of, case))
                and row.at <= case.question.at
            ]
            return sorted(found, key=lambda row: row.at)[-1].value if found else None
        test, right = word.formula.test, word.formula.right
        left = self._values(word.formula.left, case)
        if test == "present":
            return bool(left)
        beside = self._values(right, case) if isinstance(right, Attribute) else list(right)
        if not left or not beside:
            return None
        if word.formula.left.name == "age":
            ages = [self._age(birth, case) for birth in left]
            limit = int(beside[0])
            return (
                any(age < limit for age in ages)
                if test == "under"
                else any(a >= limit for a in ages)
            )
        shared = bool(set(left) & set(beside))
        return not shared if test == "is not" else shared

    def _age(self, birth: str, case: Case) -> int:
        born, today = date.fromisoformat(birth), self.day(case.question.at)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def _key(self, of: str, case: Case) -> str:
        matter = self._matter(case)
        keys = {"person": case.person, "party": case.question.party, "record": case.record}
        return str(keys[of]) if of != "matter" else str(matter and matter.id)

    def _values(self, attribute: Attribute, case: Case) -> list[str]:
        if attribute == Attribute("record", "place"):
            place = case.ask.place if case.record is None else case.stamp.place
            return [place] if place else []
        name = "birth" if attribute.name == "age" else attribute.name
        now = case.question.at
        return [
            row.value
            for row in self.rows["attributes"]
            if (row.of, row.key, row.name) == (attribute.of, self._key(attribute.of, case), name)
            and row.since <= now
            and (row.until is None or now < row.until)
        ]
