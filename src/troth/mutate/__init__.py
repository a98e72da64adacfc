"""What happens to a policy's stories when one thing is taken out of it: what nobody misses is a survivor."""

from .mutants import Mutant, mutants
from .survivors import ACCEPTED, Run, Survivor, accepted, run, survivors

__all__ = ["ACCEPTED", "Mutant", "Run", "Survivor", "accepted", "mutants", "run", "survivors"]
