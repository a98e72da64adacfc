"""Strategies for everything the language can say: words, clauses, choices, duties, whole documents.

What they make is in the form the reader gives: names that exist nowhere are fine, for reading asks only for
form; comments stand where the formatter would put them.
"""

from tests.strategies.files import boxes, documents, prose
from tests.strategies.statements import choices, clauses, conditions, duties, sayings
from tests.strategies.texts import comments, names, phrases
from tests.strategies.vocabulary import formulas, words

__all__ = [
    "boxes",
    "choices",
    "clauses",
    "comments",
    "conditions",
    "documents",
    "duties",
    "formulas",
    "names",
    "phrases",
    "prose",
    "sayings",
    "words",
]
