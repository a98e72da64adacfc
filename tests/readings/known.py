"""Companies whose questions a naive reader has answered, to hold other meanings and queries against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings

from tests.readings.company import ZONE
from tests.readings.naive import Naive
from tests.readings.pointed import POINTS
from tests.readings.test_agree import Told, stored, told
from troth.decide import Decider
from troth.gate import Gate, Question
from troth.language.meaning import Meaning
from troth.language.model import Policy
from troth.store import Session, open_store
from troth.store.tables import metadata
from troth.story import READINGS

BY_CHANCE, ASKS = 12, 12


@dataclass(frozen=True)
class Known:
    """A stored company and questions about it, with the answers of the naive reader."""

    policy: Policy
    session: Session
    answers: tuple[tuple[Question, str], ...]


def everyone() -> Iterator[list[Known]]:
    """The pointed companies, and as many made by chance, the same in every run; each in a store of its own."""
    made: list[Told] = [*POINTS.values()]

    @settings(
        max_examples=BY_CHANCE,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(told(asks=ASKS))
    def make(company: Told) -> None:
        made.append(company)

    make()
    with ExitStack() as open_stores:
        yield [_known(company, open_stores) for company in made]


def _known(company: Told, open_stores: ExitStack) -> Known:
    policy, history, asks = company
    store = open_store("sqlite://")
    open_stores.callback(store.close)
    with store.transaction(writes=True) as connection:
        metadata.create_all(connection)
    session = open_stores.enter_context(stored(policy, history, store))
    reader = Naive(policy, session, ZONE)
    return Known(policy, session, tuple((question, reader.verdict(question)) for question in asks))


def caught(companies: list[Known], meaning: type[Meaning], gate: type[Gate] = Gate) -> bool:
    """Whether some question is answered otherwise than the naive reader answers it."""
    for known in companies:
        decider = Decider(known.policy)
        decider.meaning = meaning(known.policy)
        deciding = gate(known.policy, decider)
        for question, verdict in known.answers:
            if deciding.ask(known.session, question, entry=False).verdict != verdict:
                return True
    return False


def strays(companies: list[Known], reading: str = "sqlite") -> bool:
    """Whether the query answers some question otherwise than the naive reader."""
    for known in companies:
        gate = Gate(known.policy)
        for question, verdict in known.answers:
            if READINGS["sqlite"][reading](gate, known.session, question) != verdict:
                return True
    return False
