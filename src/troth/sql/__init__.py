"""Purpose-bound SQL: a company's own databases, queried for a purpose, row by row and cell by cell."""

from .connect import connect
from .connection import Connection, Cursor

__all__ = ["Connection", "Cursor", "connect"]
