"""Each promise, what binds it, and how far it is kept: honestly, from the texts and the stories."""

from .bound import Binding, bindings
from .read import Promise, read_promises
from .states import STATES, State, states

__all__ = ["STATES", "Binding", "Promise", "State", "bindings", "read_promises", "states"]
