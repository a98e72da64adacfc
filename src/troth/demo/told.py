"""What the demo tells whoever started it: the addresses, who may sign in, what to try."""

from __future__ import annotations

from troth.company import Company, House
from troth.store import tables as t

from .fill import CODES, OPERATOR, PASSWORD


def told(house: House, address: str) -> str:
    """The lines printed before the service starts."""
    counted = [f"  {company.title}: {_count(company)} people" for company in house.companies()]
    signing = [f"  sign in as {email} with the code {code}" for email, code in CODES.items()]
    return "\n".join(
        [
            address,
            *counted,
            *signing,
            f"  the desk, {address}desk: {OPERATOR}, {PASSWORD}",
        ]
    )


def _count(company: Company) -> int:
    with company.reading() as session:
        return session.count(t.people)
