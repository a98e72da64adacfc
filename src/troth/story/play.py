"""Playing a story: step by step, each question through each reading, the cited clauses the deciding ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from troth.corpus import StoryFile
from troth.gate import Gate, Question
from troth.language.model import Policy
from troth.language.story_model import Fixture, Step, Story
from troth.refusal import Refused
from troth.store import Store

from .stage import Stage, empty, party_id
from .steps import perform


@dataclass(frozen=True)
class Outcome:
    """What one step of a story came to in one reading."""

    step: Step
    reading: str
    got: str
    clauses: tuple[str, ...] = ()
    wrong: str = ""  # why it failed; empty: passed

    def __bool__(self) -> bool:
        return not self.wrong

    def __str__(self) -> str:
        where = f"{self.step.span.file}:{self.step.span.line}"
        return f"{where}: {self.reading}: {self.step.text.strip()}\n    {self.wrong}"


def play(
    story: Story,
    gate: Gate,
    fixtures: Iterable[Fixture],
    readings: Iterable[str] = (),
    theatre: Store | None = None,
) -> list[Outcome]:
    """Every question of a story, and every step that is expected to be refused or is.

    `theatre` is a store of stories, the one in memory if none is said; `readings` are of those that can
    be had there, and are all of them if none is named.
    """
    # a gate of its own: what it remembers of a store is of no use in another
    with empty(Gate(gate.policy, gate.decider), fixtures, theatre) as stage:
        chosen = tuple(readings) or tuple(stage.readings)
        return [o for step in story.steps for o in play_step(stage, step, chosen)]


def play_file(told: StoryFile, policy: Policy, readings: Iterable[str] = ()) -> Iterator[Outcome]:
    """All stories of a company's file."""
    gate = Gate(policy)
    for story in told.stories:
        yield from play(story, gate, told.fixtures, readings)


def play_step(stage: Stage, step: Step, readings: tuple[str, ...]) -> list[Outcome]:
    """One step on a stage that the steps before it have set."""
    at = stage.moment(step.day, step.at)
    if step.kind == "asked":
        return [_asked(stage, step, at, reading) for reading in readings]
    try:
        perform(stage, step, at)
    except Refused as refused:
        wrong = "" if step.expected == "refused" else f"refused: {refused.message}"
        wrong = wrong or _uncited(stage, step, refused.clauses)
        return [Outcome(step, "gate", "refused", refused.clauses, wrong)]
    except (ValueError, LookupError) as error:
        return [Outcome(step, "gate", "failed", (), f"{type(error).__name__}: {error}")]
    if step.expected == "refused":
        return [Outcome(step, "gate", "done", (), "it was done; expected refused")]
    return []


def _asked(stage: Stage, step: Step, at: datetime, reading: str) -> Outcome:
    question = _question(stage, step, at)
    got: str
    if reading == "decide":
        answer = stage.gate.ask(stage.session, question, entry=False)
        got, clauses = answer.verdict, answer.clauses
    else:
        got, clauses = stage.readings[reading](stage.gate, stage.session, question), ()
    cites = f" {', '.join(clauses)}" if clauses else ""
    wrong = "" if got == step.expected else f"got {got}{cites}; expected {step.expected}"
    if not wrong and reading == "decide":
        wrong = _uncited(stage, step, clauses)
    return Outcome(step, reading, got, clauses, wrong)


def _question(stage: Stage, step: Step, at: datetime) -> Question:
    assert step.ask is not None
    name = step.persons[0] if step.persons else stage.last
    party = step.party and step.party.name and party_id(step.party.kind, step.party.name)
    return Question(
        step.ask,
        stage.person(name, at) if name else None,
        at,
        party or None,
        step.matter.name if step.matter else None,
    )


def _uncited(stage: Stage, step: Step, clauses: tuple[str, ...]) -> str:
    wanting = [c for c in step.cited if full(stage, c, step.day) not in clauses]
    if not wanting:
        return ""
    return f"expected {', '.join(wanting)} to decide; it was {', '.join(clauses) or 'no clause'}"


def full(stage: Stage, clause: str, day: date) -> str:
    """The full id of a cited clause: a short one is of the version in force."""
    if "#" in clause:
        return clause
    return f"{stage.version(day).id}#{clause}"
