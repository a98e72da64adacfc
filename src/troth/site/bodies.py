"""What the API takes and gives: every body has a closed shape, and a field it does not know is refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from troth.language.model import Action

Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9.-]{0,79}$", description="a word of the policy")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._/-]{0,119}$")]
Text = Annotated[str, Meta(max_length=8000)]
Address = Annotated[
    str, Meta(min_length=3, max_length=300, description="an e-mail address or a telephone number")
]
Number = Annotated[int, Meta(ge=1, le=2**53, description="the number of a person")]
Person = Number | Address
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")]
ClauseName = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9-]{1,80}\.[a-z0-9-]{1,80}$", description="`section.name` of a clause"),
]
Way = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,79}$", description="how it reached us")]
DocumentId = Annotated[
    str, Meta(pattern=r"^[a-z0-9-]{1,80}/[A-Za-z0-9/-]{1,80}$", description="a version or a notice")
]


class AskBody(Struct, forbid_unknown_fields=True):
    """May we do this with what is held about the person? A slot left out means all of it."""

    action: Action
    data: Word
    person: Person | None = None
    purpose: Word | None = None
    party: Id | None = None
    place: Word | None = None
    within: Id | None = None
    observe: bool = False  # refuse nothing; the key must open `observe`


class AsksBody(Struct, forbid_unknown_fields=True):
    """Which of these people may be used this for, or have this shared: a plain yes or no for each."""

    purpose: Word
    people: list[Person]
    data: Word = "email"
    party: Id | None = None
    within: Id | None = None


class AsksOfList(Struct, forbid_unknown_fields=True):
    """The same question in the address, where the people come in the body, one on each line."""

    purpose: Word
    data: Word = "email"
    party: Id | None = None
    within: Id | None = None


class CollectBody(Struct, forbid_unknown_fields=True):
    """What somebody gave at a place just now. There is no date: what was given earlier is imported.

    `version` is the version whose notice was shown; without it, none was.
    """

    place: Word
    values: dict[Word, Text | int | float | bool]
    person: Person | None = None
    version: DocumentId | None = None
    notice: DocumentId | None = None
    host: Host | None = None
    source: Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,39}$")] = "supplied"
    purposes: list[Word] = []
    customer: Id | None = None
    contract: DocumentId | None = None
    matter: Id | None = None
    observe: bool = False  # refuse nothing; the key must open `observe`


class SayBody(Struct, forbid_unknown_fields=True, tag_field="do", tag="say"):
    """A person makes a choice or gives a consent, for the items named or for all."""

    person: Person
    choice: Word
    way: Way
    items: list[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9/-]{0,159}$")]] = []
    party: Id | None = None
    data: list[Word] = []
    since: date | None = None
    until: date | None = None
    text_shown: Text = ""
    complete: bool = True


class TakeBackBody(Struct, forbid_unknown_fields=True, tag_field="do", tag="take back"):
    """A person takes a choice or a consent back, for the items named or for all."""

    person: Person
    choice: Word
    way: Way
    items: list[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9/-]{0,159}$")]] = []
    party: Id | None = None
    text_shown: Text = ""


class AgreeBody(Struct, forbid_unknown_fields=True, tag_field="do", tag="agree"):
    """A person agrees to one clause of a version (the one in force, unless it is named)."""

    person: Person
    clause: ClauseName
    way: Way
    version: DocumentId | None = None
    text_shown: Text = ""


class RefuseBody(Struct, forbid_unknown_fields=True, tag_field="do", tag="refuse"):
    """A person refuses one clause of a version, or takes back that she agreed."""

    person: Person
    clause: ClauseName
    way: Way
    version: DocumentId | None = None
    text_shown: Text = ""


ChoiceBody = SayBody | TakeBackBody | AgreeBody | RefuseBody


class CitedClause(Struct):
    """A deciding clause: its full id, its public sentence, and where it is published."""

    id: str
    sentence: str
    href: str


class WithheldPart(Struct, omit_defaults=True):
    """One part of what was asked that may not be done, and by which clauses."""

    data: str
    clauses: list[str]
    purpose: str | None = None
    party: str | None = None
    place: str | None = None
    version: str | None = None
    record: int | None = None


class AskAnswer(Struct):
    """Yes, no, or in part, with the clauses that decide; `entry` is its place in the ledger."""

    verdict: Literal["yes", "no", "in part"]
    allowed: bool
    clauses: list[CitedClause]
    withheld: list[WithheldPart]
    would_allow: list[str]
    entry: int | None
    observed: bool = False  # it would have been refused, and was not


class AsksAnswer(Struct):
    """For each of the people, in their order, whether all of it is allowed."""

    allowed: list[bool]


class CollectAnswer(Struct):
    """What was kept."""

    record: int
    version: str
    observed: list[str] = []  # words that would have been refused, and were kept


class ChoiceAnswer(Struct):
    """What was noted: the numbers of the rows of the history."""

    rows: list[int]


class ConsistencyAnswer(Struct):
    """That the first `old` entries of the ledger are still the first of `new`: hashes in base 64, as the
    proof of RFC 6962, 2.1.2."""

    origin: str
    old: Annotated[int, Meta(ge=1)] = field(name="from")
    new: Annotated[int, Meta(ge=1)] = field(name="to")
    proof: list[str] = []


class ProblemAnswer(Struct, omit_defaults=True):
    """A problem as RFC 9457 has it. `code` is the gate's, where the gate refused."""

    type: str
    title: str
    status: int
    detail: str = ""
    code: str = ""
    clauses: list[str] = []
    would_allow: list[str] = []
    reference: str = ""
