"""A filled demo: made-up people across the years of each policy, entered through the gate like anybody."""

from .fill import fill
from .receiver import receiving
from .told import told

__all__ = ["fill", "receiving", "told"]
