"""The doors of a company to the databases it has; what they lead to is loaded when one of them is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from troth.language.meaning import Meaning
from troth.language.model import ANYTHING, Action, Ask, Policy
from troth.store import Session, Store

if TYPE_CHECKING:
    from troth.estate import Map
    from troth.sql.connection import Connection
    from troth.sql.install import Installed
    from troth.sql.permits import Basis


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
        `postgresql://…`) on which a query finds the rows and cells that may be used for the purpose, or
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
    ) -> tuple[Installed, list[str]]:
        """Put what may be used for these purposes into a database of the company: permits in its rows, and a
        view of each table for each purpose. `only_look` changes nothing, and tells the ways around the views."""
        from troth.sql.connect import install_at

        for purpose in purposes:
            self._known("use", ANYTHING, purpose, None)
        return install_at(url, map, self._basis(Ask("use", "")), purposes, self.clock(), only_look)

    def _basis(self, ask: Ask, party: str | None = None, matter: str | None = None) -> Basis:
        from troth.sql.permits import Basis
        from troth.sql.reckon import Asked

        asked = Asked(ask, self.clock(), self.zone, party)
        return Basis(self.store, self.meaning, self.key, self.zone, asked, matter)
