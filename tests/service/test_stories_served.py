"""Every story through the running service: what happens is entered, every question is asked over HTTP."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.service.running import Running, running
from tests.store.opened import KINDS, place
from troth.corpus import Corpus, load
from troth.decide import Decider
from troth.gate import Gate
from troth.language.story_model import Step, Story
from troth.refusal import Refused
from troth.story.play import full
from troth.story.stage import Stage, party_id
from troth.story.steps import perform

POLICIES = Path(__file__).parents[2] / "policies"


@cache
def corpus() -> Corpus:
    return load(POLICIES)


@cache
def decider(company: str) -> Decider:
    return Decider(corpus().policies[company])


ON_POSTGRES = "interactive-intelligence"  # one company on the other database as well: what is asked is the same
STORIES = [
    pytest.param(kind, company, story, id=f"{company}: {story.name} ({story.span.line}), {kind}")
    for company, told in corpus().stories.items()
    for kind in KINDS
    for story in told.stories
    if kind == "sqlite" or company == ON_POSTGRES
]


@pytest.mark.parametrize(("kind", "company", "story"), STORIES)
def test_a_story_holds_in_the_running_service(
    kind: str, company: str, story: Story, tmp_path: Path
) -> None:
    policy, told = corpus().policies[company], corpus().stories[company]
    with place(kind, tmp_path, made=True) as url, running(policy, decider(company), url) as service:
        stage = _stage(service)
        with service.house.company(company).writing() as stage.session:
            stage.declare(told.fixtures)
        asked = 0
        for step in story.steps:
            service.moment = stage.moment(step.day, step.at)
            if step.kind == "asked":
                asked += 1
                _ask(service, stage, step)
            else:
                _do(service, stage, step)
        assert asked or any(step.expected == "refused" for step in story.steps)


def _stage(service: Running) -> Stage:
    company = service.house.company(service.company)
    with company.reading() as session:
        return Stage(Gate(company.policy, company.gate.decider), session)


def _do(service: Running, stage: Stage, step: Step) -> None:
    try:
        with service.house.company(service.company).writing() as stage.session:
            for name in step.persons:  # who is mentioned stays known, whatever is refused her
                stage.person(name, service.moment)
        with service.house.company(service.company).writing() as stage.session:
            perform(stage, step, service.moment)
    except Refused:
        assert step.expected == "refused", step.text
    else:
        assert step.expected != "refused", step.text


def _ask(service: Running, stage: Stage, step: Step) -> None:
    assert step.ask is not None
    with service.house.company(service.company).writing() as stage.session:
        name = step.persons[0] if step.persons else stage.last
        person = stage.person(name, service.moment)
    ask, party = step.ask, step.party
    known = party_id(party.kind, party.name) if party and party.name else ask.party
    said = {
        "action": ask.action,
        "data": ask.data,
        "person": person,
        "purpose": ask.purpose,
        "party": known,
        "place": ask.place,
        "within": step.matter.name if step.matter else None,
    }
    body = {key: value for key, value in said.items() if value is not None}
    answer = service.ask(body, ask.by or "nobody")
    assert answer.status_code == 200, f"{step.text}: {answer.text}"
    told = answer.json()
    assert told["verdict"] == step.expected, f"{step.text}: {told}"
    clauses = {clause["id"] for clause in told["clauses"]}
    for cited in step.cited:
        assert full(stage, cited, step.day) in clauses, f"{step.text}: {clauses}"
