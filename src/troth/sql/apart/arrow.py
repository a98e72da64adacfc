"""An answer of DuckDB as columns of bytes, without a Python value in between: the C data interface of Arrow.

Each column is a tree of nodes (a list has its elements, a structure its fields), each node a few buffers: which
values are there, where a text begins, the values themselves.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, c_char_p, c_int, c_int64, c_void_p
from typing import Any

_HOW_WIDE = {**dict.fromkeys("cC", 1), **dict.fromkeys("sSe", 2), **dict.fromkeys("iIf", 4)}
_HOW_WIDE |= {**dict.fromkeys("lLg", 8), "tdD": 4, "tdm": 8, "tts": 4, "ttm": 4, "ttu": 8}
_HOW_WIDE |= {"ttn": 8, "tin": 16}


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_void_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(Schema))),
    ("dictionary", POINTER(Schema)),
    ("release", ctypes.CFUNCTYPE(None, POINTER(Schema))),
    ("private", c_void_p),
]
Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(Array))),
    ("dictionary", POINTER(Array)),
    ("release", ctypes.CFUNCTYPE(None, POINTER(Array))),
    ("private", c_void_p),
]
Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(c_int, POINTER(Stream), POINTER(Schema))),
    ("get_next", ctypes.CFUNCTYPE(c_int, POINTER(Stream), POINTER(Array))),
    ("get_last_error", c_void_p),
    ("release", c_void_p),
    ("private", c_void_p),
]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = c_void_p
_pointer.argtypes = [ctypes.py_object, c_char_p]

Shape = dict[str, Any]
Buffers = list[tuple[int, int]]  # address and size in bytes


class Failed(Exception):
    """The query could not be run to its end."""


class Answer:
    """The batches of a result, as DuckDB's own memory holds them until the next is asked for."""

    def __init__(self, result: Any) -> None:
        self._kept = result.__arrow_c_stream__()  # what it points to lives as long as it
        self._stream = Stream.from_address(_pointer(self._kept, b"arrow_array_stream"))
        self._schema = Schema()
        if self._stream.get_schema(ctypes.byref(self._stream), ctypes.byref(self._schema)):
            raise Failed
        self.shape = _shape(self._schema)

    def batches(self) -> Iterator[tuple[list[list[int]], Buffers]]:
        """For each batch its nodes, depth first, as length, how many are missing, how many to skip and how many
        buffers; and the buffers."""
        while True:
            array = Array()
            if self._stream.get_next(ctypes.byref(self._stream), ctypes.byref(array)):
                raise Failed
            if not array.release:
                return
            nodes: list[list[int]] = []
            buffers: Buffers = []
            _walk(self.shape, array, nodes, buffers)
            yield nodes, buffers
            array.release(ctypes.byref(array))


def _shape(schema: Schema) -> Shape:
    """The format of a node and of what it holds."""
    found: Shape = {"format": schema.format.decode()}
    if schema.n_children:
        found["name"] = [
            schema.children[n].contents.name.decode() for n in range(schema.n_children)
        ]
        found["children"] = [_shape(schema.children[n].contents) for n in range(schema.n_children)]
    if schema.dictionary:
        found["dictionary"] = _shape(schema.dictionary.contents)
    return found


def _walk(shape: Shape, array: Array, nodes: list[list[int]], buffers: Buffers) -> None:
    sizes = list(_sizes(shape["format"], array))
    nodes.append([array.length, array.null_count, array.offset, len(sizes)])
    for number, size in enumerate(sizes):
        address = array.buffers[number]
        buffers.append((address or 0, size if address else 0))
    for number, child in enumerate(shape.get("children", ())):
        _walk(child, array.children[number].contents, nodes, buffers)
    if "dictionary" in shape:
        _walk(shape["dictionary"], array.dictionary.contents, nodes, buffers)


def _sizes(format: str, array: Array) -> Iterator[int]:
    """The bytes of each buffer of a node."""
    count = array.length + array.offset
    bits = (count + 7) // 8
    if format == "n":
        return
    yield bits  # which are there
    match format[0]:
        case "b":
            yield bits
        case "u" | "z" | "U" | "Z":
            width = 4 if format in "uz" else 8
            yield (count + 1) * width
            yield _last(array, count, width)
        case "d":
            bits = format.split(",")[2:] or ["128"]
            yield count * int(bits[0]) // 8
        case "w":
            yield count * int(format[2:])
        case "+":
            if format[1] in "lLm":
                yield (count + 1) * (8 if format[1] == "L" else 4)
        case _:
            wide = _HOW_WIDE.get(format) or (8 if format.startswith("ts") else 0)
            if not wide:
                raise Failed
            yield count * wide


def _last(array: Array, count: int, width: int) -> int:
    """Where the last text ends."""
    if not array.buffers[1]:
        return 0
    kind = ctypes.c_int32 if width == 4 else ctypes.c_int64
    return int(kind.from_address(array.buffers[1] + count * width).value)
