"""Columns of bytes as rows of Python values: numbers and texts are read as what they are, and nothing is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from itertools import pairwise
from typing import Any, SupportsIndex, overload
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

Row = tuple[Any, ...]
Numbers = np.ndarray[Any, np.dtype[Any]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]
Shape = Mapping[str, Any]
_NUMBERS = {
    **{"c": "i1", "C": "u1", "s": "<i2", "S": "<u2", "i": "<i4", "I": "<u4"},
    **{"l": "<i8", "L": "<u8", "e": "<f2", "f": "<f4", "g": "<f8"},
}
_TIMES = {
    **{"tdD": "<i4", "ttu": "<i8", "tss": "<i8", "tsm": "<i8", "tsu": "<i8", "tsn": "<i8"},
    "tin": [("months", "<i4"), ("days", "<i4"), ("nanos", "<i8")],
}
_UNITS = {"s": "s", "m": "ms", "u": "us", "n": "ns"}
_EXACT = Context(prec=80)


class Chunks(Sequence[Row]):
    """The rows of an answer, kept as they came. A batch becomes values when it is first looked at."""

    def __init__(self, kinds: Sequence[str], shape: Shape) -> None:
        self._kinds = kinds
        self._shape = shape
        self._batches: list[tuple[int, list[list[int]], list[bytearray]]] = []  # first row, …
        self._count = 0
        self._at: tuple[int, list[Row]] = -1, []

    def add(self, nodes: list[list[int]], buffers: list[bytearray]) -> None:
        """One batch more."""
        self._batches.append((self._count, nodes, buffers))
        self._count += int(nodes[0][0])

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, which: SupportsIndex) -> Row: ...
    @overload
    def __getitem__(self, which: slice) -> list[Row]: ...
    def __getitem__(self, which: SupportsIndex | slice) -> Row | list[Row]:
        if not isinstance(which, slice):
            return self[range(self._count)[which] :][0]
        first, end, step = which.indices(self._count)
        if step != 1:
            return [self[n] for n in range(first, end, step)]
        found: list[Row] = []
        for number, (begins, nodes, _) in enumerate(self._batches):
            if begins < end and begins + nodes[0][0] > first:
                found += self._rows(number)[max(0, first - begins) : end - begins]
        return found

    def _rows(self, number: int) -> list[Row]:
        if self._at[0] != number:
            _, nodes, buffers = self._batches[number]
            batch = _Batch(nodes, buffers)
            _, _, skipped, _ = batch.node()
            batch.buffers(1)
            assert skipped == 0
            shapes = self._shape["children"]
            columns = [
                _values(shape, batch, kind) for shape, kind in zip(shapes, self._kinds, strict=True)
            ]
            self._at = number, list(zip(*columns, strict=True))
        return self._at[1]


class _Batch:
    """The nodes and buffers of a batch, taken one after the other."""

    def __init__(self, nodes: list[list[int]], buffers: list[bytearray]) -> None:
        self._nodes = iter(nodes)
        self._buffers = iter(buffers)

    def node(self) -> tuple[int, int, int, int]:
        length, missing, skipped, buffers = next(self._nodes)
        return length, missing, skipped, buffers

    def buffers(self, count: int) -> list[bytearray]:
        return [next(self._buffers) for _ in range(count)]


def _values(shape: Shape, batch: _Batch, kind: str = "") -> list[Any]:
    """The values of a node, and of what it holds."""
    length, missing, skipped, count = batch.node()
    buffers = batch.buffers(count)
    within = slice(skipped, skipped + length)
    format = shape["format"]
    if format == "n":
        return [None] * length
    there = _there(buffers[0], within) if missing and buffers[0] else None
    if "dictionary" in shape:
        numbers = _fixed(buffers[1], _NUMBERS[format], within, there)
        words = _values(shape["dictionary"], batch) or [None]
        found = [words[n] for n in numbers.tolist()]
    elif format[0] == "+":
        found = _nested(shape, batch, buffers, within)
    elif format[0] in "uUzZ":
        found = _texts(format, buffers, within)
        found = [UUID(text) if text else None for text in found] if kind == "UUID" else found
    elif format == "b":
        found = _there(buffers[1], within).tolist()
    elif format[0] == "d":
        found = _decimals(format, buffers[1], within, kind)
    elif format[0] == "t":
        found = _times(format, _fixed(buffers[1], _TIMES[format[:3]], within, there))
    else:
        found = np.frombuffer(buffers[1], _NUMBERS[format])[within].tolist()
    if there is not None:
        for place in np.flatnonzero(~there).tolist():
            found[place] = None
    return found


def _there(bits: bytearray, within: slice) -> Truths:
    """A bit for each value."""
    read = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return read[within].astype(np.bool_)


def _fixed(data: bytearray, kind: Any, within: slice, there: Truths | None) -> Numbers:
    """Values of one width. What stands in the place of one that is missing is nothing."""
    found = np.frombuffer(data, kind)[within]
    if there is not None:
        found = found.copy()
        found[~there] = 0
    return found


def _texts(format: str, buffers: list[bytearray], within: slice) -> list[Any]:
    kind = "<i4" if format in "uz" else "<i8"
    ends = np.frombuffer(buffers[1], kind)[within.start : within.stop + 1].tolist()
    data = bytes(buffers[2])
    if format in "zZ":
        return [data[first:end] for first, end in pairwise(ends)]
    if data.isascii():
        whole = data.decode("ascii")
        return [whole[first:end] for first, end in pairwise(ends)]
    return [data[first:end].decode() for first, end in pairwise(ends)]


def _decimals(format: str, data: bytearray, within: slice, kind: str) -> list[Any]:
    """Decimals, and whole numbers that no other column would hold."""
    _, scale, bits = map(int, (*format[2:].split(","), "128")[:3])
    width = bits // 8
    if width < 16:  # bytes
        whole: list[int] = np.frombuffer(data, f"<i{width}")[within].tolist()
    else:
        unsigned = kind == "UHUGEINT"
        halves = np.frombuffer(data, "<u8" if unsigned else "<i8").reshape(-1, 2)[within]
        low = halves[:, 0].astype(np.uint64).tolist()
        whole = [(h << 64) | n for h, n in zip(halves[:, 1].tolist(), low, strict=True)]
    if kind in ("HUGEINT", "UHUGEINT"):
        return whole
    return [Decimal(one).scaleb(-scale, _EXACT) for one in whole]


def _times(format: str, found: Numbers) -> list[Any]:
    """Days, moments, times of day and lengths."""
    if format == "tdD":
        written = found.astype("datetime64[D]").tolist()
        return [one if isinstance(one, date) else _far(one, date) for one in written]
    if format.startswith("ts"):
        return _moments(format, found)
    if format == "ttu":
        return [_time(one) for one in found.tolist()]
    return [
        timedelta(days=30 * months + days, microseconds=nanos // 1000)  # as DuckDB has it
        for months, days, nanos in found.tolist()
    ]


def _moments(format: str, found: Numbers) -> list[Any]:
    unit, zone = _UNITS[format[2]], format[4:]
    moments = found.astype(f"datetime64[{unit}]").astype("datetime64[us]").tolist()
    read = [one if isinstance(one, datetime) else _far(one, datetime) for one in moments]
    if not zone:
        return read
    where = ZoneInfo(zone)
    return [
        one.replace(tzinfo=where if one in (datetime.min, datetime.max) else UTC).astimezone(where)
        for one in read
    ]


def _far(number: int | None, kind: type[Any]) -> Any:
    """What lies beyond Python's calendar, for ever too, comes to its last day or its first."""
    return kind.min if number is None or number < 0 else kind.max


def _time(microseconds: int) -> time:
    seconds, micros = divmod(microseconds, 1_000_000)
    hours, rest = divmod(seconds, 3600)
    return time(hours % 24, rest // 60, rest % 60, micros)


def _nested(shape: Shape, batch: _Batch, buffers: list[bytearray], within: slice) -> list[Any]:
    """Lists, arrays, maps and structures."""
    format, children = shape["format"], shape["children"]
    if format == "+s":
        fields = [_values(child, batch) for child in children]
        names = shape["name"]
        return [dict(zip(names, row, strict=True)) for row in zip(*fields, strict=True)][within]
    inner = _values(children[0], batch)
    if format.startswith("+w:"):
        size = int(format[3:])
        return [tuple(inner[n : n + size]) for n in range(0, len(inner), size)][within]
    kind = "<i8" if format == "+L" else "<i4"
    ends = np.frombuffer(buffers[1], kind)[within.start : within.stop + 1].tolist()
    lists: list[Any] = [inner[first:end] for first, end in pairwise(ends)]
    if format == "+m":
        return [{one["key"]: one["value"] for one in some} for some in lists]
    return lists


__all__ = ["Chunks"]
