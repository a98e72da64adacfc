"""The same meaning as a SQL predicate, and queries rewritten to read through it."""

from .dialects import written
from .predicate import Binding, predicate, residual_predicate
from .reading import Parameters
from .refused import QueryRefused
from .rewrite import Rewritten, rewrite, view_query
from .tables import Readable, Tables, folded

__all__ = [
    "Binding",
    "Parameters",
    "QueryRefused",
    "Readable",
    "Rewritten",
    "Tables",
    "folded",
    "predicate",
    "residual_predicate",
    "rewrite",
    "view_query",
    "written",
]
