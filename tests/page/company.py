"""A small invented company whose two versions use every kind of statement and condition."""

from __future__ import annotations

from datetime import date

from troth.language.model import (
    After,
    Box,
    By,
    Choice,
    Clause,
    Comment,
    Document,
    Duty,
    From,
    Heading,
    If,
    Kind,
    OnlyWith,
    Part,
    Period,
    Prose,
    Saying,
    Statement,
    Unless,
    Within,
    Word,
)

_WORDS = (
    Word("data", "name", "your name"),
    Word("data", "email", "your e-mail address"),
    Word("data", "phone", "your telephone number"),
    Word("data", "contact", "your contact details", holds=("name", "email", "phone"), open=True),
    Word("data", "card-number", "your card number", only_by_name=True),
    Word("data", "code", "a random code", means="A number that says nothing of you."),
    Word("purpose", "support", "helping you with a problem"),
    Word("purpose", "own-offers", "our special offers"),
    Word("purpose", "news", "to tell you what is new"),
    Word("party", "reseller", "a reseller", one_for_each_country=True),
    Word("party", "host", "a company that hosts our systems", acts_for_us=True),
    Word("party", "court", "a court"),
    Word("place", "purchase", "a purchase"),
    Word("place", "cookie", "in a cookie"),
    Word("place", "sign-up", "the sign-up form"),
    Word("way", "email", "e-mail"),
    Word("way", "letter", "letter"),
    Word(
        "matter",
        "support-case",
        "your support case",
        opened_by=("person", "support-team"),
        ends="closed",
        ends_after_days=14,
    ),
    Word("matter", "legal-demand", "a recorded demand", needs=("authority", "basis")),
    Word("fact", "serves-your-country", "the reseller serves your country"),
    Word("fact", "under-13", "we know that you are under 13"),
    Word("fact", "certified", "we are certified"),
    Word("event", "account-closed", "your account was closed"),
    Word("term", "confidence", "keeping what it learns to itself"),
    Word("signal", "dnt", "Do Not Track"),
)
WORDS: dict[tuple[Kind, str], Word] = {(word.kind, word.name): word for word in _WORDS}

NO_OFFERS = Choice(
    "no-offers",
    "choices",
    "choice",
    "Stop our offers",
    ways=("email", "letter"),
    asks=("name",),
    for_each=(("own-offers", "news"), ("email", "phone")),
)
REMEMBER = Choice(
    "remember-me",
    "choices",
    "consent",
    "Remember me here",
    names=("party", "until"),
    lasts=(12, "months"),
)


def clause(name: str, modal: str, action: str, data: str, **rest: object) -> Clause:
    """A clause from its name, modal, action and data (one word, or several with blanks)."""
    return Clause(name, modal, action, tuple(data.split()), **rest)  # type: ignore[arg-type]


COLLECT: tuple[Statement, ...] = (
    clause("collect.forms", "may", "collect", "contact", places=("purchase", "sign-up")),
    clause(
        "collect.code",
        "may",
        "collect",
        "code",
        places=("cookie",),
        comments=(Comment("secret.note"),),
    ),
    clause("collect.children", "never", "collect", "anything", conditions=(If(("under-13",)),)),
)
USE: tuple[Statement, ...] = (
    clause(
        "use.support",
        "may",
        "use",
        "contact",
        purposes=("support",),
        conditions=(Within(("support-case",)),),
    ),
    clause(
        "use.offers",
        "may",
        "use",
        "email",
        purposes=("own-offers", "news"),
        conditions=(Unless(("no-offers",)),),
    ),
    clause(
        "use.known",
        "may",
        "use",
        "code",
        purposes=("support",),
        conditions=(OnlyWith(("remember-me",)),),
    ),
    clause(
        "use.form",
        "may",
        "use",
        "name",
        purposes=("support",),
        conditions=(From(("sign-up",)), By(("support-team",)), After(30, "account-closed")),
    ),
    clause("use.card", "never", "use", "card-number name", purposes=("own-offers", "support")),
    clause(
        "use.kept", "may", "keep", "contact", conditions=(Period(1, "years", "account-closed"),)
    ),
)
SHARE: tuple[Statement, ...] = (
    clause(
        "share.reseller",
        "may",
        "share",
        "contact",
        parties=("reseller",),
        purposes=("support", "own-offers"),
        conditions=(If(("serves-your-country",)),),
    ),
    clause(
        "share.court",
        "may",
        "share",
        "contact",
        parties=("court",),
        purposes=("support",),
        conditions=(Within(("legal-demand",)),),
        say="Only with {legal-demand} does {court} get {contact}, for {purposes}.",
    ),
    clause("share.nobody", "never", "share", "contact", excepts=("share.reseller", "share.court")),
    clause("share.no-sale", "never", "sell", "contact"),
    clause("share.host", "may", "share", "contact", parties=("host",), purposes=("support",)),
)
DUTIES: tuple[Statement, ...] = (
    NO_OFFERS,
    REMEMBER,
    Duty(
        "choices.answer",
        "answer",
        (("requests", ("access", "deletion")), ("number", ("30",)), ("unit", ("days",))),
    ),
    Duty(
        "choices.bind",
        "bind",
        (("parties", ("reseller",)), ("terms", ("confidence",))),
        effort=True,
    ),
    Duty("choices.dnt", "honour", (("signals", ("dnt",)),), denied=True),
    Duty(
        "choices.tell",
        "tell-wider-use",
        (("ways", ("email",)),),
        lines=(("silence", "is", "yes", "after", "30", "days"), ("nevers", "too")),
    ),
    Saying("choices.seal", "We carry a seal.", while_fact="certified"),
    Saying("choices.plain", "Write to us."),
)


def _parts(*boxes: tuple[str, str, tuple[Statement, ...]]) -> tuple[Part, ...]:
    parts: list[Part] = [
        Heading(1, "Privacy at Acme", "privacy-at-acme"),
        Prose(
            "*A made-up company.* <!-- never shown -->\n\nRead on, or [write](mailto:a@acme.example)."
        ),
    ]
    for section, heading, statements in boxes:
        parts += [Heading(2, heading, section), Prose("Some words."), Box(section, statements)]
    return tuple(parts)


def version(day: str, *boxes: tuple[str, str, tuple[Statement, ...]], **front: str) -> Document:
    """A version of Acme's policy."""
    settings = (
        ("policy", "acme"),
        ("company", "Acme, Inc."),
        ("in force", day),
        ("contact", front.get("contact", "privacy@acme.example")),
        ("changes", "posted"),
        ("covers", "www.acme.example"),
    )
    return Document("version", f"acme/{day}", settings, _parts(*boxes), date.fromisoformat(day))


FIRST = version(
    "2003-06-05",
    ("collect", "What we collect", COLLECT),
    ("use", "What we do with it", USE),
    ("share", "Who else sees it", SHARE),
    ("choices", "Your choices", DUTIES),
)
SECOND = version(
    "2014-11-21",
    ("collect", "What we collect", COLLECT[:2]),
    ("use", "What we do with it", USE),
    (
        "share",
        "Who else sees it",
        (
            *SHARE[1:],
            clause(
                "share.reseller",
                "may",
                "share",
                "contact",
                parties=("reseller",),
                purposes=("support",),
            ),
            clause(
                "share.partners",
                "may",
                "share",
                "email",
                parties=("host",),
                purposes=("own-offers",),
            ),
        ),
    ),
    ("choices", "Your choices", DUTIES),
    contact="office@acme.example",
)
