"""Each promise, what binds it, and how far it is kept: honestly, from the texts and the stories."""

from .bound import Binding, bindings
from .kept import Kept, read_kept, still_true, write_kept
from .read import Promise, read_promises
from .states import STATES, State, states

__all__ = [
    "STATES",
    "Binding",
    "Kept",
    "Promise",
    "State",
    "bindings",
    "read_kept",
    "read_promises",
    "states",
    "still_true",
    "write_kept",
]
