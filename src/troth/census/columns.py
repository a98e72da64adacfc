"""A section of the census: columns of equal length as narrow as they can be, and what their codes stand for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]
NEVER = np.datetime64("NaT", "us")
_WIDTH = 8  # every column begins at a multiple of it


@dataclass(frozen=True, eq=False)
class Section:
    """Rows of one kind in the order of person, moment and number. `values` are what the column `code` names.

    `at` and `until` are moments in UTC; a section whose rows never end has no `until`.
    """

    columns: Mapping[str, Array]
    values: Sequence[tuple[Any, ...]] = field(default=())

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def have(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return name in self.columns


def narrow(numbers: Array) -> Array:
    """The same numbers in as few bytes as the largest of them needs; none is below nought."""
    most = int(numbers.max()) if len(numbers) else 0
    return numbers.astype(np.min_scalar_type(most))


def moments(written: Iterable[str]) -> Array:
    """Moments as the store writes them, or `NaT`, without the letter of their zone."""
    return np.array(list(written), dtype="datetime64[us]")


def write(section: Section) -> bytes:
    """A section as it is kept: what its codes stand for, then its columns, in the order of bytes of Intel."""
    columns = {n: c.astype(c.dtype.newbyteorder("<")) for n, c in section.columns.items()}
    listed = [[name, column.dtype.str, len(column)] for name, column in columns.items()]
    head = json.dumps({"columns": listed, "values": list(section.values)}).encode()
    parts = [len(head).to_bytes(_WIDTH, "little"), _filled(head)]
    return b"".join([*parts, *(_filled(column.tobytes()) for column in columns.values())])


def read(body: bytes) -> Section:
    """The section that was written. Its columns are views of the bytes, and cannot be changed."""
    long = int.from_bytes(body[:_WIDTH], "little")
    head = json.loads(body[_WIDTH : _WIDTH + long])
    place = _WIDTH + _even(long)
    columns: dict[str, Array] = {}
    for name, kind, count in head["columns"]:
        column = np.frombuffer(body, dtype=kind, count=count, offset=place)
        columns[name] = column if sys.byteorder == "little" else column.astype(kind[1:])
        place += _even(column.nbytes)
    return Section(columns, [tuple(value) for value in head["values"]])


def _filled(part: bytes) -> bytes:
    return part + bytes(_even(len(part)) - len(part))


def _even(count: int) -> int:
    return -(-count // _WIDTH) * _WIDTH
