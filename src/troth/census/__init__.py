"""The census: what is known of everybody, in columns, as of an entry of the ledger; asks about all people at once.

It holds what the atoms look at and no meaning: a section for each data word, choice, clause, event and
attribute of 65,536 people, each row a place and a code. Whoever is entered in the ledger after it is asked singly.
"""

from __future__ import annotations

from troth.census.asked import Asked
from troth.census.everybody import Everybody
from troth.census.kept import Counted, counted, renew

__all__ = ["Asked", "Counted", "Everybody", "counted", "renew"]
