"""What the demo tells whoever started it: the addresses, who may sign in, what to try."""

from __future__ import annotations

from troth.company import Company, House
from troth.people.identifiers import find

OPERATOR, PASSWORD = "officer", "a demo, not a secret"


def told(house: House, host: str, port: int) -> str:
    """The lines printed before the service starts."""
    lines = [f"http://{host}:{port}/"]
    lines += [f"  {company.title}: {_count(company)} people" for company in house.companies()]
    lines += [
        f"  the desk: sign in at /desk as {OPERATOR} with: {PASSWORD}",
        "  try: troth ask callminer share profile --person anna@example.com --with acme"
        " --for joint-marketing --database sqlite:///troth-demo.db",
    ]
    return "\n".join(lines)


def _count(company: Company) -> int:
    from troth.store import tables as t

    with company.reading() as session:
        find(session, company.key, "email", "anna@example.com")
        return session.count(t.people)
