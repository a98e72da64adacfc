"""A version of a policy in the words of others: fideslang, DPV and ODRL, out and in, with what they cannot say named."""

from __future__ import annotations

from troth.exchange.draft import Draft
from troth.exchange.formats import FORMATS, Export, read_in, write_out

__all__ = ["FORMATS", "Draft", "Export", "read_in", "write_out"]
