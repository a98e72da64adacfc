"""Benchmarks of this checkout: each module is one, with `run(small)`; `troth bench NAME` runs it."""
