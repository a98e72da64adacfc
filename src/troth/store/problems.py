"""What keeps a store from being used, in words that say what to do; never with a password."""

from __future__ import annotations


class StoreProblem(Exception):
    """The database cannot be reached, or what it holds is nothing this program can use."""
