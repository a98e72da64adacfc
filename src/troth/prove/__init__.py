"""Prove: the same meaning as an exhaustive table of all that can be the case; a witness, or a proof."""

from .clauses import Clash, Life, Wider, clash, life, text_allows, widened, wider
from .prover import OutsideError, Prover, permitted_by
from .question import Giving, Proof, Question, Witness
from .signals import Heeded, heeds
from .solver import NoSolverError

__all__ = [
    "Clash",
    "Giving",
    "Heeded",
    "Life",
    "NoSolverError",
    "OutsideError",
    "Proof",
    "Prover",
    "Question",
    "Wider",
    "Witness",
    "clash",
    "heeds",
    "life",
    "permitted_by",
    "text_allows",
    "widened",
    "wider",
]
