"""The JSON twin of a document: nothing lost but places, and nothing taken in that is not of its shape."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from troth.language.model import (
    After,
    Box,
    By,
    Choice,
    Clause,
    Document,
    Duty,
    From,
    Heading,
    If,
    OnlyWith,
    Period,
    Prose,
    Saying,
    Span,
    Statement,
    Unless,
    Within,
    Word,
)

TAGS: dict[str, type] = {
    "heading": Heading,
    "prose": Prose,
    "box": Box,
    "clause": Clause,
    "saying": Saying,
    "choice": Choice,
    "duty": Duty,
    "if": If,
    "within": Within,
    "from": From,
    "by": By,
    "unless": Unless,
    "only with": OnlyWith,
    "after": After,
    "period": Period,
}
"""What stands in the key `is` of an object that could be several things."""

_NAMES = {shape: tag for tag, shape in TAGS.items()}
_PLACES = ("span", "front_spans", "path")
Shape = TypeVar("Shape")


def to_json(document: Document) -> dict[str, Any]:
    """A document as JSON values. Fields that say nothing are left out; places and path are too."""
    return cast(dict[str, Any], _out(document))


def from_json(value: object) -> Document:
    """The document of `to_json`. ValueError, with the place inside the value, for anything else."""
    return cast(Document, _in(value, Document, "document"))


def statement_to_json(statement: Statement) -> dict[str, Any]:
    """One statement as JSON values."""
    return cast(dict[str, Any], _out(statement))


def words_to_json(words: Sequence[Word]) -> list[dict[str, Any]]:
    """Words as JSON values."""
    return [cast(dict[str, Any], _out(word)) for word in words]


def words_from_json(value: object) -> tuple[Word, ...]:
    """The words of `words_to_json`. ValueError for anything else."""
    return cast(tuple[Word, ...], _in(value, tuple[Word, ...], "words"))


def without_places(shape: Shape) -> Shape:
    """The same document, statement or word without its spans and path: for comparing what is said."""
    return cast(Shape, _bare(shape))


def _bare(value: object) -> object:
    if isinstance(value, Span):
        return Span()
    if isinstance(value, tuple):
        return tuple(_bare(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {
            f.name: _bare(getattr(value, f.name)) for f in fields(value) if f.name not in _PLACES
        }
        gone = {f.name: f.default for f in fields(value) if f.name in _PLACES}
        return replace(value, **kept, **gone)
    return value


def _out(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_out(item) for item in value]
    if isinstance(value, str) or not is_dataclass(value) or isinstance(value, type):
        return value
    out: dict[str, object] = {"is": _NAMES[type(value)]} if type(value) in _NAMES else {}
    for name, default in _defaults(type(value)):
        said = getattr(value, name)
        if said != default:
            out[name] = _out(said)
    return out


@cache
def _defaults(shape: type) -> tuple[tuple[str, Any], ...]:
    """What a shape says, each with what it says where nothing was said."""
    return tuple((f.name, f.default) for f in _said(shape))


@cache
def _hints(shape: type) -> Mapping[str, Any]:
    return get_type_hints(shape)


def _in(value: object, hint: Any, where: str) -> object:
    """A JSON value as the shape its type hint asks for."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _in_union(value, get_args(hint), where)
    if origin is Literal:
        if value in get_args(hint) and isinstance(value, str):
            return value
        raise ValueError(f"{where}: expected one of {', '.join(get_args(hint))}")
    if origin is tuple:
        return _in_tuple(value, get_args(hint), where)
    if is_dataclass(hint):
        return _in_object(value, cast(type, hint), where)
    if hint is date:
        return _in_date(value, where)
    if type(value) is not hint:
        raise ValueError(f"{where}: expected {getattr(hint, '__name__', hint)}")
    return value


def _in_union(value: object, hints: tuple[Any, ...], where: str) -> object:
    if value is None and type(None) in hints:
        return None
    if isinstance(value, dict) and "is" in value:
        shape = TAGS.get(value["is"]) if isinstance(value["is"], str) else None
        if shape not in hints:
            raise ValueError(f"{where}: `{value['is']}` cannot stand here")
        return _in_object(value, cast(type, shape), where)
    wants_list = isinstance(value, list)
    for hint in hints:
        fits = (get_origin(hint) is tuple) == wants_list and is_dataclass(hint) == isinstance(
            value, dict
        )
        if fits and hint is not type(None) and not (is_dataclass(hint) and hint in _NAMES):
            return _in(value, hint, where)
    raise ValueError(f"{where}: not of any shape that can stand here")


def _in_tuple(value: object, hints: tuple[Any, ...], where: str) -> object:
    if not isinstance(value, list):
        raise ValueError(f"{where}: expected a list")
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_in(item, hints[0], f"{where}[{at}]") for at, item in enumerate(value))
    if len(value) != len(hints):
        raise ValueError(f"{where}: expected {len(hints)} items")
    pairs = enumerate(zip(value, hints, strict=True))
    return tuple(_in(item, hint, f"{where}[{at}]") for at, (item, hint) in pairs)


def _in_object(value: object, shape: type, where: str) -> object:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: expected an object")
    known = {f.name: f for f in _said(shape)}
    given = {key: item for key, item in value.items() if key != "is"}
    unknown = [str(key) for key in given if key not in known]
    if unknown or ("is" in value and value["is"] != _NAMES.get(shape)):
        raise ValueError(f"{where}: unknown key {', '.join(unknown) or 'is'}")
    missing = [name for name, f in known.items() if f.default is MISSING and name not in given]
    if missing:
        raise ValueError(f"{where}: {', '.join(missing)} missing")
    hints = _hints(shape)
    return shape(**{key: _in(item, hints[key], f"{where}.{key}") for key, item in given.items()})


def _said(shape: type) -> list[Field[Any]]:
    return [f for f in fields(shape) if f.name not in _PLACES]


def _in_date(value: object, where: str) -> date:
    try:
        return date.fromisoformat(cast(str, value))
    except (TypeError, ValueError):
        raise ValueError(f"{where}: expected a date as 2003-06-05") from None
