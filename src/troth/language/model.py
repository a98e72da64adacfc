"""What a policy is made of, what is asked of it, and what it answers: frozen shapes, no behaviour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

Action = Literal["collect", "require", "use", "share", "sell", "keep"]
ACTIONS: tuple[Action, ...] = ("collect", "require", "use", "share", "sell", "keep")
Kind = Literal[
    "data", "purpose", "party", "place", "matter", "fact", "event", "signal", "term", "way"
]
KINDS: tuple[Kind, ...] = (
    "data",
    "purpose",
    "party",
    "place",
    "matter",
    "fact",
    "event",
    "signal",
    "term",
    "way",
)
ANYTHING = "anything"  # every data word, party or purpose


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands: file, line and column (both from 1), length in characters."""

    file: str = ""
    line: int = 0
    column: int = 1
    length: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """A `--` comment. `where` is `above`, `beside` or `below` the line `row` of its statement."""

    text: str
    where: Literal["above", "beside", "below"] = "beside"
    row: int = 0


# -- words ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a register row: `party territory`, `person country`."""

    of: str  # person | party | matter | record
    name: str


@dataclass(frozen=True, slots=True)
class FactFormula:
    """One test of a closed list over registers and records: `party territory holds person country`."""

    left: Attribute
    test: Literal["holds", "is", "is not", "under", "at least", "in", "before", "present"]
    right: Attribute | tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the shared vocabulary. Only the fields of its kind are filled."""

    kind: Kind
    name: str
    phrase: str
    holds: tuple[str, ...] = ()
    open: bool = False  # data: "and anything else of the kind"
    only_by_name: bool = False  # data: no wider word of a `may` reaches it
    becomes: str = ""  # data: the word it is once tied to a person
    standard: str = ""  # the fideslang key
    means: str = ""
    basic: bool = False  # purpose: still allowed for data of unknown origin
    acts_for_us: bool = False  # party: a processor on instructions
    one_for_each_country: bool = False
    in_the_group: bool = False
    needs: tuple[str, ...] = ()  # party: agreements; matter: attributes without which it is void
    opened_by: tuple[str, ...] = ()  # matter: person, or roles
    covers: tuple[str, ...] = ()  # matter: people, fields, period
    ends: str = ""  # matter: closed, settled …: the event of the matter that ends it
    ends_after_days: int = 0
    of: tuple[str, ...] = ()  # fact: person, party, matter, record
    formula: FactFormula | None = None
    asserted_by: tuple[str, ...] = ()
    starts_no: bool = False
    comments: tuple[Comment, ...] = ()
    span: Span = Span()


# -- conditions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class If:
    """`if FACT or FACT`."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """`within MATTER [or MATTER]`: only for an open matter of that kind that names the person."""

    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class From:
    """`from PLACES`: only what was given there."""

    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class By:
    """`by WAYS-OR-ROLES`: only through this channel, only this team."""

    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unless:
    """`unless CHOICE or FACT`: silence allows."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnlyWith:
    """`only with CONSENT [or CONSENT]`: silence forbids."""

    consents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class After:
    """`after N days from EVENT`: holds from day N+1."""

    days: int
    event: str


@dataclass(frozen=True, slots=True)
class Period:
    """`for N unit from EVENT`: how long it may be kept."""

    count: int
    unit: Literal["days", "months", "years"]
    event: str


Condition = If | Within | From | By | Unless | OnlyWith | After | Period


# -- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clause:
    """`NAME: may|never ACTION DATA …`, or a law's `NAME: compels share …`. `name` is `section.name`."""

    name: str
    modal: Literal["may", "never", "compels"]
    action: Action
    data: tuple[str, ...]
    parties: tuple[str, ...] = ()  # empty: the slot was not said
    purposes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    excepts: tuple[str, ...] = ()  # full names, or the name of a section
    say: str = ""  # own wording, every word of the clause a {slot}
    comments: tuple[Comment, ...] = ()
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Saying:
    """`NAME: says STRING [while FACT]`: on the page, bound, grants nothing."""

    name: str
    text: str
    while_fact: str = ""
    comments: tuple[Comment, ...] = ()
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Choice:
    """`choice|consent NAME STRING`. `for_each` holds one tuple a dimension (topics, then channels)."""

    name: str  # without its section: a choice is one in all versions
    section: str
    kind: Literal["choice", "consent"]
    phrase: str
    ways: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # a named consent: party, data, from, until
    for_each: tuple[tuple[str, ...], ...] = ()
    per: str = ""
    carries: tuple[str, ...] = ()
    for_good: bool = False
    lasts: tuple[int, str] | None = None
    comments: tuple[Comment, ...] = ()
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Duty:
    """`NAME: must [try to] …`, one of the closed list. `slots` are (slot, values) in order of the form."""

    name: str
    form: str
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    effort: bool = False  # `must try to`: tracked and shown, bars nothing
    denied: bool = False  # `does not honour dnt`
    lines: tuple[tuple[str, ...], ...] = ()  # further lines, as words: ("silence", "is", "no")
    comments: tuple[Comment, ...] = ()
    span: Span = Span()

    def slot(self, name: str) -> tuple[str, ...]:
        """The values of one slot, empty where the duty does not say it."""
        return next((values for key, values in self.slots if key == name), ())


Statement = Clause | Saying | Choice | Duty


# -- forms ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """`needs|asks DATA ["LABEL"] [of SOMEBODY] for PURPOSES [at PLACE]`: fields of a form, each by its word."""

    data: tuple[str, ...]
    purposes: tuple[str, ...]
    needed: bool = False  # the form is not taken without it
    label: str = ""  # own wording beside the field, in place of the phrase of its word
    of: str = ""  # somebody else whom it is about: `friend`
    place: str = ""  # where it is given, if that is not the place of the form: `optional-field`


@dataclass(frozen=True, slots=True)
class Form:
    """`form NAME STRING`: what the operator asks for at one place, what for, and what comes of it."""

    name: str
    phrase: str
    place: str
    asked: tuple[Asked, ...]
    ways: tuple[
        str, ...
    ] = ()  # typed in by an operator from what came these ways; empty: on the site
    country: bool = False  # asks where somebody lives: it decides which laws apply
    offers: tuple[str, ...] = ()  # choices and consents that may be ticked
    opens: str = ""  # a matter
    notice: str = ""  # the form's own notice: `webinar-w7`
    button: str = ""
    thanks: str = ""
    comments: tuple[Comment, ...] = ()
    span: Span = Span()


# -- documents -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A Markdown heading. `section` is its `{#anchor}` (made from the text where it has none)."""

    level: int
    text: str
    section: str
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between the boxes, as written."""

    text: str
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Box:
    """A ```` ```policy ```` box: what binds. `closing` are comments after its last statement.

    A ```` ```words ```` box has `words`, a ```` ```form ```` box `forms`, and no statements.
    """

    section: str
    statements: tuple[Statement, ...]
    closing: tuple[Comment, ...] = ()
    span: Span = Span()
    words: tuple[Word, ...] = ()
    forms: tuple[Form, ...] = ()


Part = Heading | Prose | Box
DocumentKind = Literal["version", "law", "house", "contract", "notice", "forms", "words"]


@dataclass(frozen=True)
class Document:
    """One file of the language: a version of a policy, a law, the operator's file, a contract, a form's
    notice, the forms of a version.

    `id` is what people read: `callminer/2003-06-05`, `law/us-coppa`, `callminer/house`,
    `callminer/contracts/A-9`, `callminer/notices/webinar-w7`, `callminer/forms/2014-11-21`.
    `front` is the front matter in order, as written; the dates and lists most asked for are beside it.
    """

    kind: DocumentKind
    id: str
    front: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    in_force: date | None = None
    ends: date | None = None
    path: str = ""
    span: Span = Span()
    front_spans: tuple[Span, ...] = ()  # where each value of the front matter stands
    front_comments: tuple[Comment, ...] = ()  # `row` counts the entries of the front matter

    def setting(self, key: str, default: str = "") -> str:
        """The value of one key of the front matter."""
        return next((value for name, value in self.front if name == key), default)

    def listed(self, key: str) -> tuple[str, ...]:
        """A comma-separated value of the front matter."""
        return tuple(part.strip() for part in self.setting(key).split(",") if part.strip())

    def holds_on(self, day: date) -> bool:
        """From its first day to its last."""
        begun = self.in_force is None or self.in_force <= day
        return begun and (self.ends is None or day <= self.ends)

    def covered(self, day: date | None = None) -> tuple[str, ...]:
        """The hosts and places it covers, declared successors among them: on a day, or on any."""
        entries = (*self.listed("covers"), *(s for s in self.listed("successors") if s != "none"))
        parts = (entry.partition(" from ") for entry in entries)
        by = None if day is None else day.isoformat()
        return tuple(name.strip() for name, _, since in parts if by is None or since.strip() <= by)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(s for part in self.parts if isinstance(part, Box) for s in part.statements)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words defined in its own ```` ```words ```` boxes."""
        return tuple(w for part in self.parts if isinstance(part, Box) for w in part.words)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(s for s in self.statements if isinstance(s, Clause))

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(s for s in self.statements if isinstance(s, Choice))

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        return tuple(s for s in self.statements if isinstance(s, Duty))

    @cached_property
    def sayings(self) -> tuple[Saying, ...]:
        return tuple(s for s in self.statements if isinstance(s, Saying))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms declared in its ```` ```form ```` boxes."""
        return tuple(f for part in self.parts if isinstance(part, Box) for f in part.forms)


@dataclass(frozen=True)
class Policy:
    """All that speaks for one company: its versions in order of date, what its operator adds, the laws it names."""

    name: str
    versions: tuple[Document, ...]
    words: dict[tuple[Kind, str], Word] = field(hash=False, repr=False)
    house: Document | None = None
    laws: tuple[Document, ...] = ()
    notices: tuple[Document, ...] = ()
    contracts: tuple[Document, ...] = ()
    forms: tuple[Document, ...] = ()

    def version(self, day: str) -> Document:
        """The version by its date as written (`2003-06-05`). KeyError where there is none."""
        for version in self.versions:
            if version.id == f"{self.name}/{day}":
                return version
        raise KeyError(f"{self.name} has no version {day}")

    def at(self, day: date) -> Document | None:
        """The version in force on a day of the policy's zone; none before the first, and once the last has ended."""
        current = [v for v in self.versions if v.in_force is not None and v.in_force <= day]
        return current[-1] if current and current[-1].holds_on(day) else None

    def forms_of(self, version: Document, day: date) -> Document | None:
        """The forms in use under a version on a day: of several files the latest in force."""
        own = [d for d in self.forms if d.setting("forms") == version.id and d.in_force]
        current = [d for d in own if d.holds_on(day)]
        return max(current, key=lambda d: str(d.in_force), default=None)

    def since(self, first: Document, day: date) -> tuple[Document, ...]:
        """`first` and every version that came into force after it, up to the day."""
        start = self.versions.index(first)
        return tuple(
            v for v in self.versions[start:] if v is first or (v.in_force and v.in_force <= day)
        )


# -- asking and answering ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """One question in the policy's words. A slot left out (None) means all of it."""

    action: Action
    data: str
    purpose: str | None = None
    party: str | None = None
    place: str | None = None
    by: str | None = None  # the way or the role of who asks


@dataclass(frozen=True, slots=True)
class Stamp:
    """Under which promise something was given. `versions` has several where in doubt; none: unstamped."""

    versions: tuple[str, ...] = ()  # document ids, earliest first
    place: str | None = None
    notice: str | None = None  # the form's notice document, where it was shown
    role: Literal["own", "held"] = "own"
    customer: str | None = None  # whom it is held for
    contract: str | None = None
    purposes: tuple[str, ...] = ()  # stated at collection; empty: none stated
    against: bool = (
        False  # collected against the policy, while it was only observed: nothing permits it
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one leaf: allowed or not, the deciding clauses (full ids, in order), what would allow it."""

    allowed: bool
    clauses: tuple[str, ...] = ()
    ways: Callable[[], tuple[str, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def would_allow(self) -> tuple[str, ...]:
        """What would make it allowed, worked out when it is read: most answers are never asked why."""
        return self.ways()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of an answer: what was asked about one stored field (`field`, none for collecting)."""

    ask: Ask
    decision: Decision
    field: int | None = None
    record: int | None = None
    person: int | None = None
    version: str | None = None  # the version it was given under; None: unstamped, or still to come


@dataclass(frozen=True, slots=True)
class Answer:
    """What an ask comes to over all that is held: yes, no, or in part. `bool(answer)` is `allowed`.

    An answer that is `observed` says what it would have been: not a yes, and nothing was refused.
    """

    verdict: Literal["yes", "no", "in part"]
    leaves: tuple[Leaf, ...] = ()
    entry: int | None = None  # its place in the ledger
    observed: bool = False

    @property
    def allowed(self) -> bool:
        return self.verdict == "yes" or self.observed

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def clauses(self) -> tuple[str, ...]:
        """The deciding clauses: of a yes those that permit, otherwise those that withhold; each once."""
        deciding = self.leaves if self.verdict == "yes" else self.withheld
        return tuple(dict.fromkeys(c for leaf in deciding for c in leaf.decision.clauses))

    @property
    def withheld(self) -> tuple[Leaf, ...]:
        return tuple(leaf for leaf in self.leaves if not leaf.decision.allowed)

    @property
    def would_allow(self) -> tuple[str, ...]:
        """What would make the withheld parts allowed, shortest first, each once."""
        ways = {w for leaf in self.withheld for w in leaf.decision.would_allow}
        return tuple(sorted(ways, key=lambda way: (len(way), way)))
