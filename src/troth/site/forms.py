"""The forms of a company as they are declared beside its version: each field with its label and what for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from troth.company import Company
from troth.language.model import Asked, Choice, Clause, Document, Form, From, Prose
from troth.language.vocabulary import OTHER
from troth.page.phrases import capital
from troth.site.cite import Cited, cited
from troth.site.countries import COUNTRIES
from troth.site.gist import phrase
from troth.site.when import today

LONG, LINE = "textarea", "text"
# How a word is typed, and what a browser may fill in by itself; whatever is not here is one line.
TYPED = {
    "name": (LINE, "name"),
    "email": ("email", "email"),
    "phone": ("tel", "tel"),
    "employer": (LINE, "organization"),
    "job-title": (LINE, "organization-title"),
    "postal-address": (LONG, "street-address"),
    "billing-address": (LONG, "billing street-address"),
    "card-number": (LINE, "cc-number"),
    **dict.fromkeys(("employer-address", "product-info", "products-used", "environment"), (LONG, "")),
    **dict.fromkeys(("stated-needs", "message", "feedback", "survey-answers"), (LONG, "")),
    **dict.fromkeys(("application-papers", "review", "testimonial", "cpni-choice"), (LONG, "")),
}  # fmt: skip
CUT = ("card-number", "bank-account")  # of these the last four digits are kept, no more
COUNTRY = "country"
COUNTRY_SERVES = (
    "Tells which laws protect you and, where a country has a reseller of its own, which one it is."
)


@dataclass(frozen=True)
class Field:
    """One field of a form. `uses` are the clauses that say what for."""

    name: str  # in the form: `email`, `friend-email`
    word: str
    label: str
    purpose: str
    required: bool
    type: str = LINE
    autocomplete: str = ""
    options: tuple[tuple[str, str], ...] = ()
    uses: tuple[Cited, ...] = ()
    of: str = ""  # somebody else whom it is about
    sole: bool = False  # by nothing else can that somebody be reached
    place: str = ""
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A form as it stands open before somebody: whose, under which version, with which fields."""

    company: Company
    form: Form
    forms: Document
    version: Document
    fields: tuple[Field, ...]
    offers: tuple[Choice, ...]

    @property
    def intro(self) -> str:
        """What the prose says between the form's heading and its box."""
        before = ""
        for part in self.forms.parts:
            if self.form in getattr(part, "forms", ()):
                return before
            before = part.text if isinstance(part, Prose) else ""
        return ""

    @property
    def notice(self) -> Document | None:
        """The form's own notice."""
        name = f"{self.company.name}/notices/{self.form.notice}"
        return next((n for n in self.company.policy.notices if n.id == name), None)

    @property
    def also(self) -> tuple[str, ...]:
        """The purposes that every form of this version names."""
        return self.forms.listed("also for")

    @property
    def refuses(self) -> bool:
        """It says no to something and nothing else: whose address it is need not be shown for that."""
        own = {field.word for field in self.fields if not field.of}
        no = [choice for choice in self.offers if choice.kind == "choice"]
        return bool(no) and len(no) == len(self.offers) and own <= {"name", "email", "phone"}


def opened(company: Company, version: Document, name: str, at: datetime) -> Opened | None:
    """The form of this name under a version, or none."""
    document = company.policy.forms_of(version, today(company, at))
    found = [f for f in document.forms if f.name == name] if document is not None else []
    if document is None or not found:
        return None
    form = found[0]
    texts = (version, *([company.policy.house] if company.policy.house else []))
    choices = {c.name: c for text in reversed(texts) for c in text.choices}
    return Opened(
        company,
        form,
        document,
        version,
        tuple(_fields(company, version, form)),
        tuple(choices[name] for name in form.offers if name in choices),
    )


def declared(company: Company, version: Document, at: datetime, desk: bool = False) -> list[Form]:
    """The forms of a version in order: those of the site, or those that an operator types in."""
    document = company.policy.forms_of(version, today(company, at))
    return [f for f in document.forms if bool(f.ways) is desk] if document is not None else []


# -- fields ----------------------------------------------------------------------------------------


def _fields(company: Company, version: Document, form: Form) -> Iterator[Field]:
    for asked in form.asked:
        for word in asked.data:
            leaves = company.gate.words.leaves("data", (word,))
            order = [name for kind, name in company.policy.words if kind == "data"]
            for leaf in sorted((x for x in leaves if not x.endswith(OTHER)), key=order.index):
                yield _field(company, version, form, asked, leaf)
    if form.country:
        label = "The country you live in"
        yield Field(
            COUNTRY, COUNTRY, label, COUNTRY_SERVES, False, "select", "country", COUNTRIES
        )  # fmt: skip


def _field(company: Company, version: Document, form: Form, asked: Asked, word: str) -> Field:
    kind, autocomplete = TYPED.get(word, (LINE, ""))
    cut = " We keep its last four digits, no more." if word in CUT else ""
    said = [phrase(company, "purpose", purpose) for purpose in asked.purposes]
    place = asked.place or form.place
    clauses = _uses(company, version, form, word, asked.purposes, place)
    return Field(
        f"{asked.of}-{word}" if asked.of else word,
        word,
        _label(company, asked, word),
        f"For {series(said)}.{cut}",
        asked.needed,
        kind,
        "" if asked.of else autocomplete,
        uses=tuple(cited(company, f"{text.id}#{clause.name}") for text, clause in clauses),
        of=asked.of,
        sole=bool(asked.of) and word == "email",
        place=place,
        purposes=asked.purposes,
    )


def _label(company: Company, asked: Asked, word: str) -> str:
    if asked.label:
        return asked.label
    said = phrase(company, "data", word)
    if asked.of:
        said = said.replace("your ", f"your {asked.of.replace('-', ' ')}’s ", 1)
    return capital(said)


def series(said: list[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _uses(
    company: Company,
    version: Document,
    form: Form,
    word: str,
    purposes: Iterable[str],
    place: str,
) -> Iterator[tuple[Document, Clause]]:
    """The clauses that let the field be used for what the form names."""
    reach = company.gate.words.leaves
    wanted = reach("purpose", tuple(purposes), True)
    notice = f"{company.name}/notices/{form.notice}"
    entrusted = version.listed("entrusted")
    for text in (version, *(n for n in company.policy.notices if n.id == notice)):
        for clause in text.clauses:
            own = clause.name.partition(".")[0] not in entrusted
            granted = clause.modal == "may" and clause.action in ("use", "share") and own
            about = word in reach("data", clause.data)
            meant = wanted & reach("purpose", clause.purposes, True)
            if granted and about and meant and reaches(company, clause, place):
                yield text, clause


def reaches(company: Company, clause: Clause, place: str) -> bool:
    """Whether a clause may reach what was given at this place."""
    places = [c.places for c in clause.conditions if isinstance(c, From)]
    return all(place in company.gate.words.leaves("place", named, True) for named in places)
