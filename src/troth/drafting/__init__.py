"""Drafting: the start of a policy, from nothing or from a page that promises already."""

from .blocks import Block, blocks
from .draft import Front, address_of, from_page, started
from .promising import Promising, promising
from .proposing import proposed
from .recall import Recall, recall

__all__ = [
    "Block",
    "Front",
    "Promising",
    "Recall",
    "address_of",
    "blocks",
    "from_page",
    "promising",
    "proposed",
    "recall",
    "started",
]
