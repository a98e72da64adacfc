"""DuckDB in a process of its own: only the generated SQL goes in, and rows come out as plain columns of bytes."""
