"""The three formats by name: what is written out, with what was not carried, and what is read in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from yaml import YAMLError, safe_dump, safe_load

from troth.exchange import dpv, fides, odrl
from troth.exchange.carried import Lost, Words
from troth.exchange.draft import Draft
from troth.language.model import Document

FORMATS = ("fides", "dpv", "odrl")
_OUT = {"fides": fides.manifest, "dpv": dpv.handling, "odrl": odrl.policy}
_IN = {"fides": fides.draft, "dpv": dpv.draft, "odrl": odrl.draft}


@dataclass(frozen=True, slots=True)
class Export:
    """A document in one format, as text, and everything of the version that it does not carry."""

    text: str
    lost: tuple[Lost, ...]


def write_out(document: Document, words: Words, format: str) -> Export:
    """A version in one of the formats; KeyError for another."""
    found, lost = _OUT[format](document, words)
    if format == "fides":
        text = safe_dump(found, sort_keys=False, allow_unicode=True, width=100)
    else:
        text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    return Export(text, lost)


def read_in(text: str, format: str, name: str, words: Words) -> Draft:
    """A draft called `name` from a document; ValueError where it cannot be read."""
    return _IN[format](_parsed(text, format), name, words)


def _parsed(text: str, format: str) -> Any:
    try:
        found = safe_load(text) if format == "fides" else json.loads(text)
    except (YAMLError, ValueError, RecursionError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"it cannot be read as {format}: {said}") from None
    if not isinstance(found, dict) and not (format != "fides" and isinstance(found, list)):
        raise ValueError(f"it is no {format} document: nothing in it is named")
    return found
