"""Purpose-bound SQL: a company's own databases, queried for a purpose, row by row and cell by cell."""
