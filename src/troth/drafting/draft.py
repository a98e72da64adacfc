"""A first version of a policy: its front matter, and every promise that was found, marked until it is bound."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from troth.language.model import Kind

from .promising import Promising
from .proposing import proposed

WIDTH = 110
WORDS: dict[tuple[Kind, str], str] = {
    ("data", "name"): 'data name "your name"',
    ("data", "email"): 'data email "your e-mail address"',
    ("data", "contact"): 'data contact "your contact details" holds name, email',
    ("purpose", "answering"): 'purpose answering "answering what you ask" basic',
    ("place", "contact-form"): 'place contact-form "our contact form"',
}
START = """## What we collect {#collect}

```policy
form: may collect contact at contact-form
```

## What we do with it {#use}

```policy
answers: may use contact for answering
```

## Who else sees it {#share}

```policy
nobody: never share contact
```
"""
ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")


@dataclass(frozen=True, slots=True)
class Front:
    """What a first version says of itself."""

    policy: str
    company: str
    in_force: date
    zone: str
    contact: str
    covers: str

    def written(self) -> str:
        return (
            f"---\npolicy: {self.policy}\ncompany: {self.company}\nin force: {self.in_force}\n"
            f"zone: {self.zone}\ncontact: {self.contact}\ncovers: {self.covers}\n---\n"
        )


def started(front: Front, known: Collection[tuple[Kind, str]] = ()) -> str:
    """A small policy that is right as it stands; it brings the words that are not known yet."""
    lines = [line for key, line in WORDS.items() if key not in known]
    words = "\n".join(["```words", *lines, "```", "", ""]) if lines else ""
    return f"{front.written()}\n# Your privacy at {front.company}\n\n{words}{START}"


def from_page(front: Front, found: Iterable[Promising]) -> str:
    """A policy with a mark for each promise of a page, under its headings; nothing is bound yet."""
    parts = [front.written().rstrip(), f"# Your privacy at {front.company}"]
    anchors: dict[str, int] = {}
    heading = ""
    for number, promise in enumerate(found, 1):
        if promise.heading and promise.heading != heading:
            heading = promise.heading
            parts.append(f"## {_safe(heading)} {{#{_anchor(heading, anchors)}}}")
        parts.append(mark(f"{front.policy}.{number}", promise))
    return "\n\n".join(parts) + "\n"


def mark(name: str, promise: Promising) -> str:
    """One promise in a comment of the prose: never published, and told of until it is bound or waived."""
    lines = [f"<!-- promise {name}"]
    if promise.lead:
        lines += _wrapped(f"{promise.lead} …")
    lines += _wrapped(promise.text)
    proposal = proposed(promise)
    if proposal:
        lines.append(f"proposed: {proposal}")
    return "\n".join([*lines, "-->"])


def address_of(page: str) -> str:
    """The first e-mail address of a page, or nothing."""
    found = ADDRESS.search(page)
    return found[0] if found else ""


def _wrapped(text: str) -> list[str]:
    lines, line = [], ""
    for word in _safe(text).split():
        if line and len(line) + len(word) >= WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def _safe(text: str) -> str:
    """Without what would end the comment, or open a box or a section of its own."""
    return re.sub(r"-{2,}>?|<!--|`{3,}|~{3,}|[{}]", " ", text).replace("#", "no. ")


def _anchor(heading: str, anchors: dict[str, int]) -> str:
    """A name for a section, made from its heading; a second one of the name is counted."""
    words = re.findall(r"[a-z0-9]+", heading.lower())[:4]
    name = "-".join(words) or "more"
    name = name if name[0].isalpha() else f"about-{name}"
    anchors[name] = anchors.get(name, 0) + 1
    return name if anchors[name] == 1 else f"{name}-{anchors[name]}"
