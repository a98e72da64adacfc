"""Small policies written on the spot, for the tests of the checks."""

from __future__ import annotations

from pathlib import Path

from troth.corpus import Corpus, load

FRONT = """---
policy: acme
company: Acme
in force: {day}
zone: Europe/Berlin
contact: privacy@acme.example
covers: www.acme.example
{more}---
"""
WORDS = """```words
data email "your e-mail address"
data phone "your telephone number"
data contact "how to reach you"
    holds email, phone
data passport "your passport number" only by name
data secrets "what nobody should know"
    holds passport
data calls "your calls"
purpose news "our news"
purpose offers "special offers"
purpose promotion "promotion"
    holds news, offers
purpose support "helping you"
party shop "a shop"
party bank "a bank"
party helper "a company that works for us" acts for us
party others "others"
    holds shop, bank
place form "a form"
place log "a log"
matter order "your order" opened by person ends filled
fact child "you are a child" of person: age under 13, starts no
fact member "you are a member" of person, asserted by front-office
event purchase "you bought something"
way letter "letter"
way email "e-mail"
term secrecy "secrecy"
signal gpc "the signal of your browser"
```
"""


def page(clauses: str, *, day: str = "2020-01-01", more: str = "", prose: str = "") -> str:
    """A version with these clauses in a section `s`."""
    front = FRONT.format(day=day, more=more)
    return (
        f"{front}\n# Privacy\n\n## Section {{#s}}\n\n{prose}\n\n```policy\n{clauses.strip()}\n```\n"
    )


def corpus_of(folder: Path, **files: str) -> Corpus:
    """The corpus of some files beside the words above; a file is named without its ending."""
    (folder / "words.md").write_text(WORDS, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    return load(folder)


def told(corpus: Corpus) -> list[str]:
    """Codes and messages of all problems."""
    return [f"{problem.code} {problem.message}" for problem in corpus.problems]


def checked(folder: Path, clauses: str, *, more: str = "", prose: str = "") -> list[str]:
    """What is told of one version with these clauses."""
    return told(corpus_of(folder, policy=page(clauses, more=more, prose=prose)))
