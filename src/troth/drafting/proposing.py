"""A clause proposed for a sentence, where its pattern is clear: a start for its writer, never more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .promising import Promising

NOT = r"(?:not|never|n't|no longer)\b[^.;]{0,60}?\b"
NUMBER = {"ten": "10", "fourteen": "14", "thirty": "30", "sixty": "60", "ninety": "90"}
DATA = (
    ("email", r"e-?mail address"),
    ("phone", r"(?:tele)?phone number"),
    ("postal-address", r"(?:mailing|postal|street|home) address"),
    ("card-number", r"(?:credit|debit) card|card number"),
    ("cookie-code", r"\bcookies?\b"),
    ("visits", r"\bIP address|\blog files?\b|pages? (?:you )?view|browser|domain names?"),
    ("contact", r"contact (?:information|details)|personal(?:ly identif\w+)? information|\bname\b"),
)
PARTIES = (
    ("service-provider", r"service providers?|contractors?|vendors?|agents?"),
    ("affiliate", r"affiliates?|subsidiar"),
    ("authority", r"law enforcement|court|subpoena|legal process|government|police"),
    ("buyer", r"merger|acqui|sale of (?:the|our) (?:business|assets)"),
    ("reseller", r"resellers?"),
    ("third-party", r"third part|other compan|partners?|others\b|anyone"),
)
PURPOSES = (
    ("own-news", r"promot|market|offers?|newsletter|news\b"),
    ("billing", r"\bbill|payment|invoice"),
    ("order-filling", r"\borders?\b|purchase"),
    ("support", r"support|help you"),
    ("answering", r"respond|answer|inquir|questions?"),
    ("statistics", r"statistic|aggregate|analy[sz]"),
    ("improving", r"improv"),
    ("legal-process", r"\blaws?\b|legal|subpoena|court"),
    ("serving", r"provide|service|deliver"),
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One clear way of promising. `{data}`, `{party}`, `{purpose}`, `{days}` are taken from the sentence."""

    name: str
    when: re.Pattern[str]
    clause: str


def _pattern(name: str, when: str, clause: str) -> Pattern:
    return Pattern(name, re.compile(when, re.IGNORECASE), clause)


PATTERNS = (
    _pattern("no-sale", NOT + r"(?:sell|sold|rent|lease|trade)", "never sell {data}"),
    _pattern(
        "children",
        r"\bunder (?:the age of )?(?:13|thirteen)\b|children",
        "never collect {data}\n    if under-13",
    ),
    _pattern("nobody", NOT + r"(?:share|disclose|provide|give|release)", "never share {data}"),
    _pattern("never-used", NOT + r"use\b", "never use {data} for {purpose}"),
    _pattern(
        "answered",
        r"\bwithin (?:\w+ )?\(?(?P<days>\d+|ten|fourteen|thirty|sixty|ninety)\)?[^.]{0,20}days",
        "must answer access, correction, deletion within {days} days",
    ),
    _pattern(
        "opt-out",
        r"\bopt[- ]?out|unsubscribe|no longer (?:wish|want) to",
        'choice no-news "Stop our news"',
    ),
    _pattern(
        "changes",
        r"\b(?:chang|revis|updat|amend)\w*[^.]{0,80}\b(?:post|site|page)",
        "must post changes",
    ),
    _pattern(
        "guarded",
        r"\b(?:secur\w+|encrypt\w*|protect\w*|safeguards?)\b",
        "must try to protect {data} against loss, misuse, access",
    ),
    _pattern(
        "links",
        r"\blinks? to (?:other|third|outside)|other (?:web ?)?sites",
        "must mark outside links",
    ),
    _pattern(
        "shared",
        r"\b(?:may|will|can)\b[^.]{0,40}\b(?:share|disclose|provide|give|transfer|release)",
        "may share {data} with {party} for {purpose}",
    ),
    _pattern(
        "collected",
        r"\b(?:collect|gather|obtain|record|track|log)s?\b|\bask(?:s|ed)? (?:you )?(?:for|to (?:provide|register))",
        "may collect {data} at our-site",
    ),
    _pattern("used", r"\buse[sd]?\b|\bin order to\b", "may use {data} for {purpose}"),
)


def proposed(sentence: Promising) -> str:
    """A clause with its name, in the words of the language; empty where no pattern is clear."""
    said = f"{sentence.lead} {sentence.text}".strip()
    for pattern in PATTERNS:
        found = pattern.when.search(said)
        if found:
            days = found.groupdict().get("days") or ""
            slots = {
                "data": _first(DATA, said, "contact"),
                "party": _first(PARTIES, said, "third-party"),
                "purpose": _first(PURPOSES, said, "serving"),
                "days": NUMBER.get(days.lower(), days),
            }
            clause = pattern.clause.format(**slots)
            return clause if clause.startswith("choice") else f"{pattern.name}: {clause}"
    return ""


def _first(known: tuple[tuple[str, str], ...], said: str, otherwise: str) -> str:
    return next((w for w, when in known if re.search(when, said, re.IGNORECASE)), otherwise)
