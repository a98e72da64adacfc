"""Tests on a real Spark: `make spark` installs it and runs them. Without it none of them is collected."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]
