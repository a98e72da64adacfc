"""What each step of a story does, through the same rooms as in service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from troth import matters, parties
from troth.gate import Given
from troth.language.story_model import Step
from troth.language.vocabulary import OTHER
from troth.people import attributes, choices, forget, happenings, holdings, notices

from .stage import Stage, party_id

Perform = Callable[[Stage, Step, datetime], None]


def perform(stage: Stage, step: Step, at: datetime) -> None:
    """Do one step. A refusal of the gate is raised as it is (`Refused`)."""
    for name, country in step.countries:
        person = stage.person(name, at)
        attributes.set_value(stage.session, "person", person, "country", country, at)
    PERFORMS[step.kind](stage, step, at)


def _persons(stage: Stage, step: Step, at: datetime) -> list[int]:
    return [stage.person(name, at) for name in step.persons]


# -- what people give and say ----------------------------------------------------------------------


def _gives(stage: Stage, step: Step, at: datetime) -> None:
    words = stage.gate.words.leaves("data", step.data, True)
    leaves = sorted(word for word in words if not word.endswith(OTHER))
    documents = {d.id.split("/")[-1]: d.id for d in stage.policy.notices}
    given = Given(
        step.place,
        {leaf: f"{leaf} of {', '.join(step.persons)}" for leaf in leaves},
        tuple(_persons(stage, step, at)),
        notice_shown=step.notice != "none",
        notice=documents.get(step.notice, step.notice or None) if step.notice != "none" else None,
        host=step.host or None,
        source=step.source or "supplied",
        purposes=step.purposes,
        customer=step.customer or None,
        contract=stage.contract(step.contract),
    )
    stage.gate.collect(stage.session, given, at)


def _says(stage: Stage, step: Step, at: datetime) -> None:
    choice = stage.choice(step.choice, step.day)
    standing = step.kind != "takes back"
    for person in _persons(stage, step, at):
        choices.say(
            stage.session, person, choice, step.items, standing, at, step.way or "site", "person"
        )


def _consents(stage: Stage, step: Step, at: datetime) -> None:
    choice = stage.choice(step.choice, step.day)
    party = step.party and party_id(step.party.kind, step.party.name)
    scope = choices.Scope(party or None, step.data, step.starts, step.until, stage.gate.zone)
    for person in _persons(stage, step, at):
        choices.say(
            stage.session, person, choice, (), True, at, step.way or "site", "person", scope=scope
        )


def _answers(stage: Stage, step: Step, at: datetime) -> None:
    version = stage.version(step.day, step.version)
    clause = next((c for c in version.clauses if c.name == step.clause), None)
    if clause is None:
        raise LookupError(f"{version.id} has no clause `{step.clause}`")
    digest = stage.gate.decider.meaning.digest(version, clause)
    answer = notices.agree if step.kind == "agrees" else notices.refuse
    for person in _persons(stage, step, at):
        answer(stage.session, person, clause.name, version.id, digest, at, step.way or "site")


def _told(stage: Stage, step: Step, at: datetime) -> None:
    """Told, or not reached; by e-mail or letter, what was sent came back."""
    version = stage.version(step.day, step.version)
    failed: notices.Outcome = "bounced" if step.way in ("email", "letter") else "unreachable"
    outcome: notices.Outcome = "delivered" if step.kind == "is told" else failed
    for person in _persons(stage, step, at):
        notices.tell(stage.session, person, version.id, step.way or "email", outcome, at)


# -- what is known of them -------------------------------------------------------------------------


def _age(stage: Stage, step: Step, at: datetime) -> None:
    """Known to be N: born N years ago at the latest; the youngest she may be."""
    born = date(step.day.year - int(step.value), step.day.month, min(step.day.day, 28))
    for person in _persons(stage, step, at):
        attributes.set_value(stage.session, "person", person, "birth", born.isoformat(), at)


def _moves(stage: Stage, step: Step, at: datetime) -> None:
    for person in _persons(stage, step, at):
        attributes.set_value(stage.session, "person", person, "country", step.value, at)


def _services(stage: Stage, step: Step, at: datetime) -> None:
    for person in _persons(stage, step, at):
        if step.kind == "has service":
            attributes.add_value(stage.session, "person", person, "services", step.value, at)
        else:
            attributes.end_value(stage.session, "person", person, "services", at, step.value)


def _happens(stage: Stage, step: Step, at: datetime) -> None:
    for person in _persons(stage, step, at):
        happenings.happened(stage.session, person, step.event, at)


def _signals(stage: Stage, step: Step, at: datetime) -> None:
    word = stage.gate.words.words["signal", step.signal]
    for person in _persons(stage, step, at):
        happenings.signalled(stage.session, person, word, at, not step.denied)


def _forgotten(stage: Stage, step: Step, at: datetime) -> None:
    for person in _persons(stage, step, at):
        forget.forget(stage.session, person, at)


def _finds(stage: Stage, step: Step, at: datetime) -> None:
    word = stage.gate.words.words["fact", step.fact]
    found = not step.denied
    if step.matter is not None:
        known = step.matter.name
        happenings.assert_fact(stage.session, word, "matter", known, at, step.role, found)
    elif step.party is not None:
        known = party_id(step.party.kind, step.party.name)
        happenings.assert_fact(stage.session, word, "party", known, at, step.role, found)
    for person in _persons(stage, step, at):
        _find_of(stage, step, person, at)


def _find_of(stage: Stage, step: Step, person: int, at: datetime) -> None:
    """A fact of a person; a fact of records is found of all that she gave."""
    word = stage.gate.words.words["fact", step.fact]
    if word.of[:1] != ("record",):
        happenings.assert_fact(
            stage.session, word, "person", person, at, step.role, not step.denied
        )
        return
    for record in sorted({h.record for h in holdings.held(stage.session, person)}):
        happenings.assert_fact(
            stage.session, word, "record", record, at, step.role, not step.denied
        )


# -- matters and parties ---------------------------------------------------------------------------


def _opens(stage: Stage, step: Step, at: datetime) -> None:
    assert step.matter is not None
    covered = next((e.values for e in step.entries if e.name == "covers"), ())
    entries = [e for e in step.entries if e.name != "covers"]
    word = stage.gate.words.words["matter", step.matter.kind]
    ours = [role for role in word.opened_by if role != "person"]
    matters.open_matter(
        stage.session,
        step.matter.name,
        word,
        at,
        (ours or ["us"])[0] if step.by_us else "person",
        people=_persons(stage, step, at),
        fields=(*covered, *step.data),
        period=step.period or (None, None),
    )
    stage.describe("matter", step.matter.name, entries, step.day)


def _closes(stage: Stage, step: Step, at: datetime) -> None:
    assert step.matter is not None
    word = stage.gate.words.words["matter", step.matter.kind]
    matters.close(stage.session, step.matter.name, at, step.event or word.ends or "closed")


def _signs(stage: Stage, step: Step, at: datetime) -> None:  # noqa: ARG001
    assert step.party is not None
    for agreement in step.agreements:
        stage.sign(party_id(step.party.kind, step.party.name), agreement, step.day)


def _ends(stage: Stage, step: Step, at: datetime) -> None:
    assert step.party is not None
    known = party_id(step.party.kind, step.party.name)
    for agreement in step.agreements:
        for term in agreement.terms:
            parties.end_term(stage.session, known, term, step.day, at)


PERFORMS: dict[str, Perform] = {
    "gives": _gives,
    "says": _says,
    "takes back": _says,
    "consents": _consents,
    "agrees": _answers,
    "refuses": _answers,
    "is told": _told,
    "not reached": _told,
    "age": _age,
    "moves": _moves,
    "has service": _services,
    "ends service": _services,
    "happens": _happens,
    "signals": _signals,
    "forgotten": _forgotten,
    "finds": _finds,
    "opens": _opens,
    "closes": _closes,
    "signs": _signs,
    "ends agreement": _ends,
}
