"""The doors of a company to the databases it has; what they lead to is loaded when one of them is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from troth.language.meaning import Meaning
from troth.language.model import ANYTHING, Action, Ask, Policy
from troth.store import Session, Store

if TYPE_CHECKING:
    from troth.estate import Map
    from troth.sql.aims import Aim
    from troth.sql.beside import Beside
    from troth.sql.connection import Connection
    from troth.sql.copied import Copied
    from troth.sql.follow import Follower
    from troth.sql.install import Installed
    from troth.sql.permits import Basis
    from troth.sql.removed import Removed, Residuals


class Databases:
    """A company as far as its databases are concerned."""

    policy: Policy
    store: Store
    clock: Callable[[], datetime]
    key: bytes

    if TYPE_CHECKING:

        @property
        def zone(self) -> str: ...
        @property
        def meaning(self) -> Meaning: ...
        @property
        def residuals(self) -> Residuals: ...
        def reading(self) -> AbstractContextManager[Session]: ...
        def _known(
            self, action: str, data: str, purpose: str | None, place: str | None
        ) -> None: ...
        def _party(self, session: Session, party: str | None) -> tuple[str | None, str | None]: ...
        @staticmethod
        def _must_be_a_matter(session: Session, id: str | None) -> None: ...

    def connect(
        self,
        url: str,
        *,
        purpose: str,
        party: str | None = None,
        within: str | None = None,
        by: str | None = None,
        map: Map | str | Path | None = None,
        who: str = "",
    ) -> Connection:
        """A connection to a database of the company (`sqlite:///PATH`, `duckdb:///PATH`,
        `postgresql://…`, `spark:///FOLDER`) on which a query finds the rows and cells that may be used for the purpose, or
        shared with the party for it; a DBAPI connection that only reads.

        `map` is the map of the database or its file (default: `maps/NAME.yaml` beside the policy). Raises
        `Refused` (G506) for a word that is not known, `MapWrong`, or `Unusable` for the database.
        """
        from troth.sql.connect import connect

        action: Action = "use" if party is None else "share"
        self._known(action, ANYTHING, purpose, None)
        with self.reading() as session:
            word, party_id = self._party(session, party)
            self._must_be_a_matter(session, within)
        basis = self._basis(Ask(action, "", purpose, word, None, by), party_id, within)
        return connect(url, map, basis, self.clock, who)

    def install(
        self,
        url: str,
        purposes: Sequence[str],
        *,
        map: Map | str | Path | None = None,
        only_look: bool = False,
        lasts: timedelta | None = None,
    ) -> tuple[Installed, list[str]]:
        """Put what may be used for these purposes into a database of the company: permits in its rows, and a
        view of each table for each purpose. A purpose is written as `support`, or `support with acme-de`,
        `support within support-case:17`, `support by phone`. `only_look` changes nothing, and tells the ways
        around the views. Views of a database apart from the store hold for `lasts` (an hour), unless they are
        followed. ValueError for what is no purpose so written, `Refused` (G506) for a word not known.
        """
        from troth.sql.connect import install_at

        aims = self._aims(purposes)
        basis = self._basis(Ask("use", ""))
        return install_at(url, map, basis, aims, self.clock(), only_look, lasts)

    def following(
        self,
        url: str,
        purposes: Sequence[str],
        *,
        map: Map | str | Path | None = None,
        lease: timedelta | None = None,
    ) -> AbstractContextManager[Follower]:
        """Keep the permits of a database to what is said: `begin` once, then `look` as often as a refusal may
        wait. Where nobody looks any more, its views show nothing after the lease (a minute)."""
        from troth.sql.connect import following

        return following(
            url, map, self._basis(Ask("use", "")), self._aims(purposes), self.clock, lease
        )

    def compiled(
        self, dialect: str, purposes: Sequence[str], *, map: Map | str | Path
    ) -> Iterator[str]:
        """The views as statements for a warehouse that has a copy of the store: `spark`, `snowflake`, `bigquery`
        or `trino`. They hold until the next midnight of the policy's zone. `NotCompiled` (a ValueError) says
        what the map lacks for it."""
        from troth.sql.compiled import compile_all

        with self.reading() as session:
            basis = self._basis(Ask("use", ""))
            yield from compile_all(session, basis, map, self._aims(purposes), self.clock(), dialect)

    def copy_store(
        self, folder: str | Path, *, parts: int = 16, lasts: timedelta | None = None
    ) -> Copied:
        """Copy what asks are decided from to FOLDER/troth, as Parquet in so many parts by person, for a warehouse;
        views over it show nothing after `lasts` (an hour). `Unusable` where the folder cannot be written."""
        from troth.sql.copied import LASTS, copy_store

        with self.reading() as session:
            return copy_store(session, Path(folder), self.clock(), parts, lasts or LASTS)

    def heard(self, session: Session) -> None:
        """What a transaction says changes the permits that stand beside the store, before it is committed."""
        self._beside.hear(session, self.clock())

    @cached_property
    def _beside(self) -> Beside:
        from troth.sql.beside import Beside

        return Beside(self._basis(Ask("use", "")))

    def _aims(self, purposes: Sequence[str]) -> list[Aim]:
        from troth.sql.aims import read_aim

        aims = [read_aim(purpose) for purpose in purposes]
        with self.reading() as session:
            for aim in aims:
                self._known("use", ANYTHING, aim.purpose, None)
                self._party(session, aim.party)
                self._must_be_a_matter(session, aim.matter)
        return aims

    def removed(
        self,
        url: str,
        purposes: Sequence[str] = (),
        *,
        map: Map | str | Path | None = None,
    ) -> list[Removed]:
        """What enforcing would take out of a database of the company, for these purposes (default: every one of
        the policy): rows and cells counted by table, data word and clause, with no value and nobody named."""
        from troth.sql.connect import removed_at

        wanted = purposes or [name for kind, name in self.policy.words if kind == "purpose"]
        for purpose in wanted:
            self._known("use", ANYTHING, purpose, None)
        return removed_at(url, map, self._basis(Ask("use", "")), wanted, self.residuals)

    def _basis(self, ask: Ask, party: str | None = None, matter: str | None = None) -> Basis:
        from troth.sql.permits import Basis
        from troth.sql.reckon import Asked

        asked = Asked(ask, self.clock(), self.zone, party)
        return Basis(self.store, self.meaning, self.key, self.zone, asked, matter)
