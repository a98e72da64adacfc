"""The same meaning as a SQL predicate: one formula, folded into an expression of the asker's dialect."""

from .dialects import written
from .predicate import Binding, predicate, residual_predicate

__all__ = ["Binding", "predicate", "residual_predicate", "written"]
