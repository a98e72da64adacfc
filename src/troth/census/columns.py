"""A section of the census: columns of equal length as narrow as they can be, and what their codes stand for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Body = Callable[[str], bytes | None]  # what is kept under a name
_WIDTH = 8  # every column begins at a multiple of it
_MOMENT = np.dtype("<M8[us]")


@dataclass(frozen=True, eq=False)
class Section:
    """Rows of one kind in the order of person, moment and number. `values` are what the column `code` names.

    Moments (`at`, `until`, in UTC) are four fifths of it and rarely looked at, so each column of them is read
    when it is first asked for. `latest` is the last of `at`; rows that never end have no `until`.
    """

    columns: dict[str, Array]
    values: Sequence[tuple[Any, ...]] = ()
    latest: np.datetime64 = field(default=np.datetime64(0, "us"))
    later: Mapping[str, Callable[[], Array]] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Array:
        if name not in self.columns:
            self.columns[name] = self.later[name]()
        return self.columns[name]

    def have(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return name in self.columns or name in self.later


def narrow(numbers: Array) -> Array:
    """The same numbers in as few bytes as the largest of them needs; none is below nought."""
    most = int(numbers.max()) if len(numbers) else 0
    return numbers.astype(np.min_scalar_type(most))


def moments(written: Iterable[str]) -> Array:
    """Moments as the store writes them, or `NaT`, without the letter of their zone."""
    return np.array(list(written), dtype="datetime64[us]")


def write(name: str, section: Section) -> Iterator[tuple[str, bytes]]:
    """A section as it is kept: what its codes stand for with its columns, in the order of bytes of Intel, and
    beside it each column of moments."""
    columns = {n: c.astype(c.dtype.newbyteorder("<")) for n, c in section.columns.items()}
    listed = {n: c for n, c in columns.items() if c.dtype != _MOMENT}
    aside = [n for n in columns if n not in listed]
    latest = int(columns["at"].max().astype(np.int64)) if "at" in aside else 0
    head = {
        "columns": [[n, c.dtype.str, len(c)] for n, c in listed.items()],
        "values": list(section.values),
        "moments": aside,
        "latest": latest,
    }
    said = json.dumps(head).encode()
    parts = [len(said).to_bytes(_WIDTH, "little"), _filled(said)]
    yield name, b"".join([*parts, *(_filled(column.tobytes()) for column in listed.values())])
    yield from ((f"{name}:{n}", columns[n].tobytes()) for n in aside)


def read(body: Body, name: str) -> Section | None:
    """The section that was written, or none. Its columns are views of the bytes, and cannot be changed."""
    found = body(name)
    if found is None:
        return None
    long = int.from_bytes(found[:_WIDTH], "little")
    head = json.loads(found[_WIDTH : _WIDTH + long])
    place = _WIDTH + _even(long)
    columns: dict[str, Array] = {}
    for one, kind, count in head["columns"]:
        columns[one] = _own(np.frombuffer(found, dtype=kind, count=count, offset=place))
        place += _even(columns[one].nbytes)
    later = {one: _later(body, f"{name}:{one}") for one in head["moments"]}
    latest = np.datetime64(head["latest"], "us")
    return Section(columns, [tuple(value) for value in head["values"]], latest, later)


def _later(body: Body, name: str) -> Callable[[], Array]:
    return lambda: _own(np.frombuffer(body(name) or b"", dtype=_MOMENT))


def _own(column: Array) -> Array:
    return column if sys.byteorder == "little" else column.astype(column.dtype.newbyteorder("="))


def _filled(part: bytes) -> bytes:
    return part + bytes(_even(len(part)) - len(part))


def _even(count: int) -> int:
    return -(-count // _WIDTH) * _WIDTH
