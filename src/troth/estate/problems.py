"""What may be wrong with a map: every code with its title."""

from __future__ import annotations

TITLES = {
    "M701": "map that cannot be read",
    "M702": "unknown key of a map",
    "M703": "key of a map missing",
    "M704": "path to a person that cannot be read",
    "M705": "unknown table or column of a map",
    "M706": "unknown word in a map",
    "M707": "personal column without a person",
    "M708": "path to a person that comes back to itself",
    "M709": "column that looks personal and is not mapped",
    "M710": "table that is not mapped",
    "M711": "category without a word",
}
