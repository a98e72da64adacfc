"""What goes wrong at a door: one value, shown as a page to people and as RFC 9457 to programs.

Nothing a visitor or a program sent is repeated, so no personal data can come back or into a log.
"""

from __future__ import annotations

from dataclasses import dataclass

from troth.refusal import TITLES, Refused

STATUS = {"G501": 403, "G502": 403, "G503": 422, "G504": 403, "G505": 403, "G506": 422, "G507": 403}
HEADINGS = {
    400: "This cannot be read",
    401: "Who are you?",
    403: "Not allowed",
    404: "There is no such page",
    405: "Not in this way",
    409: "This cannot stand beside what is there",
    413: "Too much at once",
    415: "Not in this form",
    422: "This cannot be done",
    429: "Too many tries",
    500: "Something went wrong here",
}
DETAILS = {
    404: "The address may be mistyped, or the page has moved.",
    405: "This address does not take that method; look at what the description lists.",
    413: "Send less than 64 kB.",
    500: "Nothing was stored and nothing was allowed. Try again in a while.",
}


@dataclass(eq=False)
class Problem(Exception):
    """A problem as RFC 9457 has it. `code` is one of the gate's, where the gate refused."""

    status: int
    detail: str = ""
    code: str = ""
    clauses: tuple[str, ...] = ()
    would_allow: tuple[str, ...] = ()
    reference: str = ""
    allow: str = ""  # the methods an address takes, with 405

    @property
    def title(self) -> str:
        return TITLES.get(self.code) or HEADINGS.get(self.status, "A problem").lower()

    @property
    def heading(self) -> str:
        return HEADINGS.get(self.status, "A problem")

    @property
    def type(self) -> str:
        return f"/problems#{self.code}" if self.code else "about:blank"

    def body(self) -> dict[str, object]:
        """The members of `application/problem+json`; those without content are left out."""
        said: dict[str, object] = {"type": self.type, "title": self.title, "status": self.status}
        detail = self.detail or DETAILS.get(self.status, "")
        more = {"detail": detail, "code": self.code, "reference": self.reference}
        listed = {"clauses": list(self.clauses), "would_allow": list(self.would_allow)}
        return {**said, **{key: value for key, value in {**more, **listed}.items() if value}}


def refused(error: Refused) -> Problem:
    """What the gate refused, with its clauses and what would allow it."""
    status = STATUS.get(error.code, 403)
    return Problem(status, error.message, error.code, error.clauses, error.would_allow)
