"""Troth: privacy that is kept, not only published. The policy is the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from troth.company import Clock, House
    from troth.refusal import NotAllowed, Refused

__version__ = "0.1.0"
__all__ = ["NotAllowed", "Refused", "__version__", "open"]


def open(
    policies: str | Path = "policies",
    database: str = "sqlite://",
    clock: Clock | None = None,
    observe: bool = False,
) -> House:
    """The companies whose policies stand in a folder, over one store.

    `database` is a SQLAlchemy URL; its tables are made or brought up to date. Raises `PolicyWrong`
    with every problem where a policy has any. With `observe` what would be refused is answered and recorded,
    and nothing is refused.
    """
    from troth.company import open_house

    return open_house(policies, database, clock, observe=observe)


def __getattr__(name: str) -> object:
    if name in ("NotAllowed", "Refused"):
        from troth import refusal

        return getattr(refusal, name)
    raise AttributeError(f"module 'troth' has no attribute {name!r}")
