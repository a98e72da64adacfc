"""A filled demo: made-up people across the years of each policy, entered through the gate like anybody."""

from .fill import fill
from .play import begin, doers
from .receiver import receiving
from .told import told

__all__ = ["begin", "doers", "fill", "receiving", "told"]
