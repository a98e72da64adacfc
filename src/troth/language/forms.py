"""The closed list of duties: each form with its wording, its sentence for the page, and what keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troth.language.read_forms import Piece, compiled, fitted, matched, worded
from troth.language.read_tokens import Token

SLOT_KINDS: dict[str, tuple[str, ...]] = {
    "data": ("data",),
    "statistics": ("data", "purpose"),
    "parties": ("party",),
    "purposes": ("purpose",),
    "places": ("place",),
    "ways": ("way",),
    "terms": ("term",),
    "signals": ("signal",),
    "matters": ("matter",),
    "facts": ("fact",),
    "choices": ("choice",),
    "starts": ("event", "fact", "choice", "matter"),
    "measures": (),
    "moments": (),
    "requests": (),
    "reviewed": (),
    "groups": (),
    "risks": (),
    "number": (),
    "unit": (),
}
"""For each slot the kinds of word it takes, for checking; an empty tuple: the form's own words."""

REQUESTS = (
    "access",
    "correction",
    "update",
    "deletion",
    "removal",
    "complaint",
    "question",
    "copy",
)
"""The requests that software answers by itself; other names are kinds of request a policy adds."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `templates` are the wording (the first is how it is written back, all are read);
    `{slot}` is a slot, `[…]` may be left out. `sentence` is what follows "We " or "We try to "
    on the page, with the same slots, already in the page's words. `lines` are its further lines."""

    name: str
    templates: tuple[str, ...]
    sentence: str
    keeper: str  # the room that keeps it
    lines: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """The wording with its slots in capitals, as an error shows it."""
        return "must " + _shaped(self.templates[0])

    def said(self, slots: Mapping[str, str]) -> str:
        """The sentence with its slots filled; a group with an empty slot is left out."""
        return worded(compiled(self.sentence), {k: (v,) for k, v in slots.items() if v}).strip()


def _shaped(template: str) -> str:
    out = template
    for slot in SLOT_KINDS:
        out = out.replace(f"{{{slot}}}", "N" if slot == "number" else slot.upper())
    return out.replace("UNIT", "days")


WITHIN = " within {number} {unit}"
OF = WITHIN + " of {starts}"
IF_LINE = "if {facts}"
SILENCE = (
    "silence is no",
    "silence is yes after {number} {unit}",
    "nevers too",
    "offers {choices}",
)


def _form(name: str, keeper: str, template: str, sentence: str, *also: str) -> Form:
    return Form(name, (template, *also), sentence, keeper, (IF_LINE,))


FORMS: tuple[Form, ...] = (
    # requests
    _form(
        "answer",
        "requests",
        f"answer [{{requests}}] [{WITHIN}] [by {{ways}}]",
        f"answer [your request for {{requests}}] [{WITHIN}] [, by {{ways}}]",
    ),
    _form(
        "verify-identity",
        "requests",
        "verify identity before {requests}",
        "make sure who you are before we answer a request for {requests}",
    ),
    _form(
        "help",
        "requests",
        "help {groups}" + OF,
        "help {groups} within {number} {unit} of {starts}",
    ),
    _form(
        "pass-requests",
        "requests",
        "pass requests to {groups}",
        "pass a request about what we hold for another on to {groups}",
    ),
    _form(
        "return",
        "requests",
        "return and erase {data}" + OF,
        "give back and erase {data} within {number} {unit} of {starts}",
    ),
    _form(
        "name-authority",
        "requests",
        "name {groups} in answers to {requests}",
        "name {groups} in every answer to a {requests}",
    ),
    # notices and changes
    Form(
        "tell-wider-use",
        ("tell people [by {ways}] before wider use of earlier data",),
        "tell you [by {ways}] before we use in a wider way what you gave us earlier",
        "people",
        (IF_LINE, *SILENCE),
    ),
    Form(
        "tell-before",
        ("tell people [by {ways}] before {moments}",),
        "tell you [by {ways}] before {moments}",
        "people",
        (IF_LINE, *SILENCE),
    ),
    _form(
        "tell-customer",
        "disclosures",
        "tell {groups} of {matters} before disclosure",
        "tell {groups} of {matters} before we disclose anything",
    ),
    _form(
        "post-changes",
        "people",
        "post changes [{number} {unit} ahead]",
        "post changes of this policy here [{number} {unit} ahead]",
    ),
    _form("note-changes", "page", "note changes", "note in this policy what changed and when"),
    _form(
        "earlier-versions",
        "site",
        "give earlier versions",
        "give you every earlier version of this policy",
        "give earlier versions on request",
    ),
    _form(
        "renew",
        "work",
        "renew {reviewed} each {number} {unit}",
        "renew {reviewed} each {number} {unit}",
        "renew {reviewed} every {number} {unit}",
    ),
    # choices
    _form(
        "stop",
        "gate",
        "stop {purposes}" + WITHIN + " of {choices}",
        "stop {purposes} within {number} {unit} of your choice {choices}",
    ),
    _form(
        "no-effect",
        "gate",
        "keep {choices} out of {purposes}",
        "let your choice {choices} make no difference to {purposes}",
    ),
    _form("honour", "site", "honour {signals}", "honour the signal {signals} of your browser"),
    _form(
        "carry",
        "mail",
        "carry unsubscribe in {purposes}",
        "put a way to unsubscribe into every message for {purposes}",
    ),
    _form(
        "carry-every",
        "mail",
        "carry unsubscribe in every {ways}",
        "put a way to unsubscribe into every {ways} we send",
    ),
    # parties
    _form("bind", "disclosures", "bind {parties} to {terms}", "bind {parties} to {terms}"),
    _form(
        "limit",
        "disclosures",
        "limit {parties} to the fields of its agreement",
        "give {parties} only what its agreement names",
        "limit {parties} to the fields of their agreement",
        "limit {parties} to the fields of their agreements",
    ),
    _form(
        "log",
        "disclosures",
        "log disclosures",
        "keep a record of everything we disclose",
    ),
    _form(
        "record-reason",
        "disclosures",
        "record reason" + WITHIN,
        "record the reason of such an act within {number} {unit}",
    ),
    # keeping
    _form(
        "erase",
        "work",
        "erase {data}" + OF,
        "erase {data} within {number} {unit} of {starts}",
    ),
    _form(
        "count",
        "query",
        "count at least {number} people in {statistics}",
        "give {statistics} only for groups of at least {number} people",
    ),
    _form(
        "only-counts",
        "query",
        "keep {data} only as counts by {reviewed}",
        "keep {data} only as counts by {reviewed}",
    ),
    # protection
    _form("protect", "estate", "protect {data} by {measures}", "protect {data} by {measures}"),
    _form(
        "protect-against",
        "estate",
        "protect {data} against {risks}",
        "protect {data} against {risks}",
    ),
    _form(
        "check-protections",
        "work",
        "check protections each day",
        "check our protections each day",
        "check protections every day",
    ),
    _form(
        "monitor",
        "work",
        "monitor [{reviewed}]",
        "watch [{reviewed}] without pause",
        "monitor [{reviewed}] without pause",
    ),
    _form(
        "review",
        "work",
        "review {reviewed} every {number} {unit}",
        "review {reviewed} every {number} {unit}",
        "review {reviewed} each {number} {unit}",
    ),
    _form(
        "review-for",
        "work",
        "review {reviewed} for {facts}",
        "review {reviewed} for being {facts}",
    ),
    _form(
        "verify",
        "people",
        f"verify {{data}} [{OF}]",
        "check that {data} is right [within {number} {unit} of {starts}]",
    ),
    # the site
    _form(
        "show-notice",
        "site",
        "show notice at {places}",
        "show this notice at {places}, before you give anything there",
    ),
    _form(
        "field-purposes",
        "site",
        "name purpose of each field [at {places}]",
        "name the purpose of each field [at {places}]",
    ),
    _form(
        "random-cookies",
        "site",
        "set cookies as one random code [up to {number} bytes]",
        "put nothing into a cookie but one random code [of at most {number} bytes]",
    ),
    _form(
        "without-cookies",
        "site",
        "serve {places} without cookies",
        "let you use {places} without cookies",
        "work without cookies at {places}",
    ),
    _form(
        "forget-cookies",
        "site",
        "forget deleted cookies",
        "forget a cookie that you delete and never bring it back",
    ),
    _form("mark-links", "site", "mark outside links", "mark every link that leaves our site"),
    _form("plain-links", "site", "link plainly", "link to others plainly, handing nothing over"),
    _form(
        "new-window",
        "site",
        "open outside links in a new window",
        "open links to other sites in a new window",
    ),
    _form(
        "register-first",
        "site",
        "register people before {purposes}",
        "ask you to register before {purposes}",
    ),
)
BY_NAME: dict[str, Form] = {form.name: form for form in FORMS}
_COMPILED: dict[str, tuple[tuple[Form, tuple[Piece, ...]], ...]] = {}


def verbs() -> tuple[str, ...]:
    """The first words of all forms."""
    return tuple(_by_verb())


def forms_of(verb: str) -> tuple[Form, ...]:
    """The forms that begin with a word."""
    return tuple(dict.fromkeys(form for form, _ in _by_verb().get(verb, ())))


def _by_verb() -> dict[str, tuple[tuple[Form, tuple[Piece, ...]], ...]]:
    if not _COMPILED:
        found: dict[str, list[tuple[Form, tuple[Piece, ...]]]] = {}
        for form in FORMS:
            for template in form.templates:
                verb = template.split()[0]
                found.setdefault(verb, []).append((form, compiled(template)))
        _COMPILED.update({verb: tuple(entries) for verb, entries in found.items()})
    return _COMPILED


Slots = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """Where a duty left the closed list: the token index reached, what was expected there."""

    at: int
    expected: str
    form: Form | None = None


def match(tokens: list[Token]) -> tuple[Form, Slots] | Miss:
    """The form a duty line has and its slots, or where the best attempt failed. `tokens` begin at the verb."""
    best = Miss(0, "a form of the closed list")
    for form, pieces in _by_verb().get(tokens[0].text if tokens else "", ()):
        trial = matched(pieces, tokens)
        if trial.slots is not None:
            return form, trial.slots
        if trial.furthest > best.at:
            best = Miss(trial.furthest, trial.expected, form)
    return best


def match_line(form: Form, tokens: list[Token]) -> tuple[str, ...] | None:
    """A further line of a duty as plain words (`silence is yes after 30 days`), or none of its form."""
    for template in form.lines:
        trial = matched(compiled(template), tokens)
        if trial.slots is not None:
            return fitted_line(template, dict(trial.slots))
    return None


def fitted_line(template: str, slots: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A further line as plain words, from its wording and its slots."""
    return fitted(compiled(template), slots)


def write(form: str, slots: Slots) -> str:
    """The wording of a duty after `must`, from its form and its slots."""
    return worded(compiled(BY_NAME[form].templates[0]), dict(slots))


def write_line(words: tuple[str, ...]) -> str:
    """A further line from its plain words; lists get their commas back."""
    if words[0] in ("offers", "if"):
        joint = ", " if words[0] == "offers" else " or "
        return f"{words[0]} {joint.join(words[1:])}"
    return " ".join(words)
