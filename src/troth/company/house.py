"""The house: all companies of one folder of policies, over one store, with one clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from troth import corpus
from troth.company.company import Company
from troth.language.model import Policy
from troth.language.problem import Problem, printed
from troth.language.published import Lock
from troth.settings import ledger_key, store_key
from troth.store import Session, Store, open_store, upgrade

Clock = Callable[[], datetime]


def now() -> datetime:
    """The moment, in UTC: the one clock of the house, read at the rim."""
    return datetime.now(UTC)


class PolicyWrong(Exception):
    """The policies have problems; nothing is decided by a policy that cannot be read."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        self.problems = tuple(problems)
        super().__init__(printed(problems, sources))


class House:
    """All companies of one folder of policies, over one store."""

    def __init__(
        self,
        policies: Mapping[str, Policy],
        store: Store,
        clock: Clock,
        key: bytes,
        observe: bool = False,
        lock: Lock | None = None,
    ) -> None:
        self.lock = lock or {}  # which versions were published, and when
        self.observe = observe  # answer and record what would be refused, refuse nothing
        self.policies = policies
        self.store = store
        self.clock = clock
        self.key = key  # addresses are found by a hash under it
        self._companies: dict[str, Company] = {}
        self._hearing: dict[str, Company] = {}
        store.watchers.append(self._heard)

    def _heard(self, session: Session) -> None:
        """What is said changes the permits of a company's own database, where that is the store's."""
        name = session.company
        if name not in self.policies:
            return
        if name not in self._hearing:  # it is in the store: another one is not entered within this
            self._hearing[name] = Company(self.policies[name], self, entered=True)
        self._hearing[name].heard(session)

    @cached_property
    def signing(self) -> bytes:
        """The secret that signs every ledger's checkpoints, made when it is first needed."""
        return ledger_key(self.store.url)

    def company(self, name: str) -> Company:
        """One company by the name of its policy. KeyError names those there are."""
        if name not in self.policies:
            known = ", ".join(sorted(self.policies))
            raise KeyError(f"there is no policy for {name}; there are {known}")
        if name not in self._companies:
            self._companies[name] = Company(self.policies[name], self)
        return self._companies[name]

    def companies(self) -> tuple[Company, ...]:
        return tuple(self.company(name) for name in sorted(self.policies))


def open_house(
    policies: str | Path,
    database: str,
    clock: Clock | None = None,
    key: bytes | None = None,
    company: str | None = None,
    observe: bool = False,
) -> House:
    """Read and check the policies, open the store, bring its tables up to date.

    Whoever asks of one `company` reads no other's texts. With `observe` nothing is refused, unless a call
    says otherwise.
    """
    found = corpus.load(Path(policies), stories=False, company=company)
    if found.problems:
        raise PolicyWrong(found.problems, found.sources)
    store = open_store(database)
    upgrade(store)
    key = key or store_key(database)
    return House(found.published(), store, clock or now, key, observe, found.lock)
