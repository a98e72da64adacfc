"""The forms of a company, made from the version in force: what a clause lets us collect there, and what for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from troth.company import Company
from troth.language.model import Clause, Document, From
from troth.language.vocabulary import OTHER
from troth.page.phrases import capital
from troth.site.cite import Cited, cited
from troth.site.countries import COUNTRIES

MANY = 3  # purposes said beside a field; more are folded


@dataclass(frozen=True)
class FormKind:
    """A form of the site: its name in the address, where its data is given, and what it says."""

    key: str
    places: tuple[str, ...]
    menu: str
    heading: str
    intro: str
    submit: str
    done: str


FORMS = (
    FormKind(
        "register",
        ("product-registration", "sign-up"),
        "Register",
        "Register",
        "Below each field stands what it is used for. The list is made from the policy, and so is the answer "
        "whenever somebody asks whether it may be used.",
        "Register",
        "You are registered",
    ),
    FormKind(
        "trial",
        ("trial-download",),
        "",
        "Fetch a trial",
        "Below each field stands what it is used for.",
        "Send",
        "Your trial is ready",
    ),
    FormKind(
        "order",
        ("order-form",),
        "Order",
        "Order a service",
        "To bill you we need more than at sign-up. Below each field stands what it is used for.",
        "Order",
        "Your order is taken down",
    ),
)

# How a word is typed: the kind of field, and what a browser may fill in by itself.
TYPED = {
    "name": ("text", "name"),
    "email": ("email", "email"),
    "phone": ("tel", "tel"),
    "employer": ("text", "organization"),
    "postal-address": ("textarea", "street-address"),
    "billing-address": ("textarea", "billing street-address"),
    "product-info": ("textarea", ""),
    "stated-needs": ("textarea", ""),
    "message": ("textarea", ""),
    "card-number": ("text", "cc-number"),
}
CUT = ("card-number", "bank-account")  # of these the last four digits are kept, no more
NOT_TYPED = ("password",)  # we sign people in by an access code: no password is taken or kept


@dataclass(frozen=True)
class Field:
    """One field of a form. `uses` are the clauses that say what for."""

    name: str
    label: str
    purpose: str
    required: bool
    type: str = "text"
    autocomplete: str = ""
    options: tuple[tuple[str, str], ...] = ()
    uses: tuple[Cited, ...] = ()


COUNTRY = Field(
    "country",
    "The country you live in",
    "Tells which laws protect you and, where a country has a reseller of its own, which one it is.",
    False,
    "select",
    "country",
    COUNTRIES,
)


def forms_of(company: Company, version: Document) -> list[FormKind]:
    """The forms at which this version lets the company collect anything."""
    return [form for form in FORMS if place_of(company, version, form)]


def place_of(company: Company, version: Document, form: FormKind) -> str:
    """The place of a form under a version; empty where nothing may be collected at it."""
    return next((p for p in form.places if any(_at(company, version, "collect", p))), "")


def fields_of(company: Company, version: Document, place: str) -> list[Field]:
    """The fields of a form at a place, in the order of the vocabulary, and the country."""
    collected = _leaves(company, version, "collect", place)
    required = _leaves(company, version, "require", place)
    words = company.policy.words
    made_by_us = {word.becomes for word in words.values() if word.becomes}
    typed = collected - made_by_us - set(NOT_TYPED)
    named = [name for kind, name in words if kind == "data" and name in typed]
    return [_field(company, version, name, name in required) for name in named] + [COUNTRY]


def notice_of(company: Company, version: Document, place: str, fields: list[Field]) -> Markup:
    """What is said at the form before anything is sent: who else may see what is given there."""
    given = {field.name for field in fields}
    shares = [c for c in version.clauses if (c.modal, c.action) == ("may", "share")]
    reach = company.gate.words.leaves
    own = [c for c in shares if given & reach("data", c.data) and _from(company, c, place)]
    lines = [cited(company, f"{version.id}#{clause.name}") for clause in own]
    items = Markup("").join(
        Markup('<li>{} <a class="mark" href="{}">{}</a></li>').format(
            line["sentence"], line["href"], line["id"].partition("#")[2]
        )
        for line in lines
    )
    if not items:
        return Markup("")
    shown = any(d.form == "show-notice" and place in d.slot("places") for d in version.duties)
    return Markup("<details{}><summary>Who else may see it</summary><ul>{}</ul></details>").format(
        Markup(" open") if shown else "", escape(items)
    )


def _field(company: Company, version: Document, name: str, required: bool) -> Field:
    word = company.policy.words["data", name]
    kind, autocomplete = TYPED.get(name, ("text", ""))
    uses = list(_uses(company, version, name))
    purposes = dict.fromkeys(p for c in uses for p in _purposes(company, c))
    cut = " We keep its last four digits, no more." if name in CUT else ""
    return Field(
        name,
        capital(word.phrase),
        _said(list(purposes)) + cut,
        required,
        kind,
        autocomplete,
        uses=tuple(cited(company, f"{version.id}#{clause.name}") for clause in uses),
    )


def _uses(company: Company, version: Document, name: str) -> Iterator[Clause]:
    entrusted = version.listed("entrusted")
    for clause in version.clauses:
        named = (clause.modal, clause.action) == ("may", "use") and clause.purposes
        own = clause.name.partition(".")[0] not in entrusted
        if named and own and name in company.gate.words.leaves("data", clause.data):
            yield clause


def _purposes(company: Company, clause: Clause) -> Iterator[str]:
    for purpose in clause.purposes:
        word = company.policy.words.get(("purpose", purpose))
        yield word.phrase if word else purpose


def _said(purposes: list[str]) -> str:
    if not purposes:
        return "No clause says what for, so it may not be used for anything."
    first, more = purposes[:MANY], len(purposes) - MANY
    if more > 0:
        return f"For {', '.join(first)}, and {more} more {'purpose' if more == 1 else 'purposes'}."
    return (
        f"For {first[0]}." if len(first) == 1 else f"For {', '.join(first[:-1])} and {first[-1]}."
    )


def _leaves(company: Company, version: Document, action: str, place: str) -> set[str]:
    reach = company.gate.words.leaves
    found = {leaf for c in _at(company, version, action, place) for leaf in reach("data", c.data)}
    return {leaf for leaf in found if not leaf.endswith(OTHER)}


def _at(company: Company, version: Document, action: str, place: str) -> Iterator[Clause]:
    for clause in version.clauses:
        places = company.gate.words.leaves("place", clause.places, True)
        if (clause.modal, clause.action) == ("may", action) and place in places:
            yield clause


def _from(company: Company, clause: Clause, place: str) -> bool:
    """Whether a clause may reach what was given at this place."""
    places = [c.places for c in clause.conditions if isinstance(c, From)]
    return all(place in company.gate.words.leaves("place", p, True) for p in places)
