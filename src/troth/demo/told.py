"""What the demo tells whoever started it: the addresses, who may sign in, what to try."""

from __future__ import annotations

from troth.company import Company, House
from troth.store import tables as t

from .fill import CODES, OPERATOR, PASSWORD


def told(house: House, address: str, coming: int = 0) -> str:
    """The lines printed when the service has started. `coming` is how many people each company will have."""
    counted = [f"  {company.title}: {_count(company, coming)}" for company in house.companies()]
    signing = [f"  sign in as {email} with the code {code}" for email, code in CODES.items()]
    return "\n".join(
        [
            address,
            *counted,
            *signing,
            f"  or by a link: what this demo mails lies in {address}postbox",
            f"  the desk, {address}desk: {OPERATOR}, {PASSWORD}",
            *([f"  how far CallMiner's change is told: {address}desk/notices"] if coming else []),
        ]
    )


def _count(company: Company, coming: int) -> str:
    with company.reading() as session:
        there = session.count(t.people)
    return f"{coming:,} people, coming in" if there < coming else f"{there:,} people"
