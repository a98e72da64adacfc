"""The map's entry for a table that a query wrote: in a file beside the map, where whoever keeps the map sees it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TextIO

from troth.estate import Map, Table, read_map
from troth.estate.write import written

HEAD = "# Tables that queries have written, and what each cell needs to be seen. Kept by Troth.\n"


class MapEntry:
    """The file with one table more. `stage` writes it under another name, `keep` puts it in its place: all of it or
    nothing. Between the two no other process changes it."""

    def __init__(self, found: Map, table: Table) -> None:
        from troth.sql.connect import written_file

        self.first = Path(found.file)
        self.file = written_file(self.first)
        self.map = replace(found, tables={**found.tables, table.name: table})
        self.table = table
        self._staged = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        self._lock: TextIO | None = None

    def stage(self) -> None:
        """OSError or ValueError where it cannot be written, or what stands there cannot be read."""
        self._lock = self.first.open("r")
        flock(self._lock, LOCK_EX)
        there = self._there()
        text = HEAD + written(replace(there, tables={**there.tables, self.table.name: self.table}))
        with self._staged.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def keep(self) -> None:
        self._staged.replace(self.file)
        self.leave()

    def leave(self) -> None:
        with suppress(OSError):
            self._staged.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _there(self) -> Map:
        if not self.file.exists():
            return replace(self.map, tables={})
        found, problems = read_map(self.file.read_text("utf-8"), self.file.as_posix())
        if found is None:
            raise ValueError(problems[0].message)
        return found
