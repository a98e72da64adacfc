"""The promises as they were read out of the old policies: files of `policies/promises`, without their quotes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

KEYS = {"id", "kind", "meaning", "enforce", "scenario", "level", "door", "reading"}


class PromisesWrong(ValueError):
    """A file of promises that cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. `level` is how it is to be kept (enforced, tracked, published); `door` the room that
    will keep what no line of a policy binds."""

    id: str
    system: str
    kind: str
    meaning: str
    enforce: str
    scenario: str
    level: str
    door: str = ""


def read_promises(folder: Path) -> tuple[Promise, ...]:
    """Every promise of every file, in order. Raises `PromisesWrong` with file and entry."""
    found: list[Promise] = []
    for path in sorted(folder.glob("*.yaml")):
        whole = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(whole, dict) or not isinstance(whole.get("promises"), list):
            raise PromisesWrong(f"{path}: write `system: NAME` and a list `promises:`")
        found += [_promise(path, whole["system"], entry) for entry in whole["promises"]]
    seen: set[str] = set()
    for promise in found:
        if promise.id in seen:
            raise PromisesWrong(f"{promise.id} stands twice; give each promise one entry")
        seen.add(promise.id)
    return tuple(found)


def _promise(path: Path, system: str, entry: Any) -> Promise:
    if not isinstance(entry, dict) or "id" not in entry:
        raise PromisesWrong(f"{path}: an entry has no id")
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise PromisesWrong(f"{path}: {entry['id']}: unknown key `{unknown[0]}`")
    said = {key: str(value) for key, value in entry.items() if key != "reading"}
    try:
        return Promise(system=system, **said)
    except TypeError:
        missing = sorted({"kind", "meaning", "enforce", "scenario", "level"} - set(said))
        raise PromisesWrong(f"{path}: {entry['id']}: lacks {', '.join(missing)}") from None


def read_quotes(path: Path) -> tuple[str, ...]:
    """What the promises of a file quote of the page they were found in. Raises `PromisesWrong` where it has none."""
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    listed = whole.get("promises") if isinstance(whole, dict) else None
    quotes = tuple(str(p["quote"]) for p in listed or () if isinstance(p, dict) and "quote" in p)
    if not quotes:
        raise PromisesWrong(f"{path}: no promise here has a `quote`")
    return quotes
