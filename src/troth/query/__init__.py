"""The same meaning as a SQL predicate, and queries rewritten to read through it."""

from .carry import Flow
from .dialects import written
from .predicate import Binding, predicate, residual_predicate
from .reading import Parameters
from .refused import QueryRefused
from .rewrite import Rewritten, rewrite, rewrite_carrying, view_query
from .statement import Statement, read_statement
from .tables import Readable, Tables, folded

__all__ = [
    "Binding",
    "Flow",
    "Parameters",
    "QueryRefused",
    "Readable",
    "Rewritten",
    "Statement",
    "Tables",
    "folded",
    "predicate",
    "read_statement",
    "residual_predicate",
    "rewrite",
    "rewrite_carrying",
    "view_query",
    "written",
]
