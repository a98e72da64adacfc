"""Taking something away for one run of the tests: a statement out of its policy, or the check of a door."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from troth import corpus
from troth.corpus import Corpus
from troth.language.model import Policy
from troth.mutate import without


def weaken(said: str) -> None:
    """`callminer/2014-11-21#share.partners` is taken out of every policy that has it; of
    `troth.mail.post:may_send=True` the function says always that."""
    if ":" in said:
        where, _, value = said.partition("=")
        module, _, name = where.partition(":")
        _always(module, name, ast.literal_eval(value or "None"))
    else:
        _taken_out(said)


def _always(module: str, name: str, value: Any) -> None:
    *within, last = name.split(".")
    holder: Any = import_module(module)
    for part in within:
        holder = getattr(holder, part)
    check = getattr(holder, last)
    if isinstance(check, property):
        setattr(holder, last, property(lambda _: value))
    elif callable(check):
        setattr(holder, last, lambda *_, **__: value)
    else:
        raise TypeError(f"{module}:{name} is no check that could be taken away")


def _taken_out(target: str) -> None:
    """Whoever reads the policies from now on reads them without it."""
    load: Callable[..., Corpus] = corpus.load

    def weakened(*said: Any, **more: Any) -> Corpus:
        found = load(*said, **more)
        less = {name: _less(policy, target) for name, policy in found.policies.items()}
        return replace(found, policies=less)

    corpus.load = weakened


def _less(policy: Policy, target: str) -> Policy:
    try:
        return without(policy, target)
    except KeyError:  # another company's
        return policy
