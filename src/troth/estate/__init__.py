"""The estate: which table and column of a company's databases holds which data, and whose."""

from .database import Database, LiveColumn, LiveTable, Unusable
from .model import PLAIN, Column, Given, Link, Map, Table
from .read import read_map

__all__ = [
    "PLAIN",
    "Column",
    "Database",
    "Given",
    "Link",
    "LiveColumn",
    "LiveTable",
    "Map",
    "Table",
    "Unusable",
    "read_map",
]
