"""Many asks of one transaction: what they share is read once, and what was decided is recorded together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from troth.gate.gate import Gate
from troth.gate.question import Question
from troth.language.model import Answer
from troth.people.reading import Reading
from troth.store import Session


class Asking:
    """Good for one transaction. Nothing is on record before `record`, which belongs to its end."""

    def __init__(self, gate: Gate, session: Session, at: datetime) -> None:
        self.gate = gate
        self.session = session
        self.at = at
        self.read = Reading(session)
        self._asked: list[tuple[Question, Answer]] = []

    def ahead(self, people: Iterable[int], data: str) -> None:
        """Read at once what asks about one word of these people will look at."""
        words = self.gate.words.leaves("data", (data,), True)
        self.read.ahead((person, words) for person in people)

    def first(self, questions: Sequence[Question], counts: Callable[[Answer], bool] = bool) -> bool:
        """Whether one of the questions comes to an answer that counts. That one is recorded; where none
        does, the answer to the first."""
        found = None
        for question in questions:
            answer = self.gate.answer(self.read, question)
            found = found or (question, answer)
            if counts(answer):
                self._asked.append((question, answer))
                return True
        if found is not None:
            self._asked.append(found)
        return False

    def record(self) -> None:
        """Write an entry for each question that was decided."""
        questions, answers = [q for q, _ in self._asked], [a for _, a in self._asked]
        self.gate.record(self.session, questions, answers, self.at)
        self._asked.clear()
