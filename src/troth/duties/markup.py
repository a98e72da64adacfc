"""What a page of a site is made of, read from its HTML: links, forms with their fields, what it loads from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

LOADS = {"script": "src", "img": "src", "iframe": "src", "link": "href"}
VOID = {"input", "img", "link", "meta", "br", "hr"}
CONTROLS = ("input", "select", "textarea")
Attributes = dict[str, str]


@dataclass
class Link:
    """A link with its attributes and what it says."""

    attributes: Attributes
    text: str = ""

    @property
    def to(self) -> str:
        return self.attributes.get("href", "")


@dataclass
class Form:
    """A form: where it goes, and its fields by their attributes (`tag` says what each is)."""

    attributes: Attributes
    fields: list[Attributes] = field(default_factory=list)

    @property
    def action(self) -> str:
        return self.attributes.get("action", "")

    @property
    def hidden(self) -> dict[str, str]:
        """What it carries unseen."""
        named = (f for f in self.fields if f.get("type") == "hidden")
        return {f.get("name", ""): f.get("value", "") for f in named}


@dataclass
class Markup:
    """What was read of one page. `said` is the text of each element that has an id."""

    links: list[Link] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)  # addresses of what it loads
    scripts: int = 0
    said: dict[str, str] = field(default_factory=dict)


def read_markup(text: str) -> Markup:
    """Read a page; what is not HTML has nothing in it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Markup()
        self._open: list[tuple[str, str]] = []  # the tags that are open, each with its id
        self._link: Link | None = None
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, given.get("id", "")))
        if tag in LOADS and LOADS[tag] in given:
            self.found.loads.append(given[LOADS[tag]])
        self.found.scripts += tag == "script"
        if tag == "a":
            self._link = Link(given)
            self.found.links.append(self._link)
        elif tag == "form":
            self._form = Form(given)
            self.found.forms.append(self._form)
        elif tag in CONTROLS and self._form is not None:
            self._form.fields.append({**given, "tag": tag})

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break
        if tag == "a":
            self._link = None
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self._link.text += data
        for _, known in self._open:
            if known:
                self.found.said[known] = self.found.said.get(known, "") + data
