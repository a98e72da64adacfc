"""The door for Python: a company with its policy, its store and its clock, `troth.open(…).company(…)`."""

from __future__ import annotations

from troth.company.company import Company, Person
from troth.company.house import Clock, House, PolicyWrong, now, open_house

__all__ = ["Clock", "Company", "House", "Person", "PolicyWrong", "now", "open_house"]
