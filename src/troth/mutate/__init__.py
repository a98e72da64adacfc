"""What happens to a policy's stories when one thing is taken out of it: what nobody misses is a survivor."""

from .mutants import Mutant, mutants, texts, without
from .survivors import ACCEPTED, Run, Survivor, accepted, noticed_by, run, survivors

__all__ = [
    "ACCEPTED",
    "Mutant",
    "Run",
    "Survivor",
    "accepted",
    "mutants",
    "noticed_by",
    "run",
    "survivors",
    "texts",
    "without",
]
