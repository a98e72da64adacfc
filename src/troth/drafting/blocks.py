"""A page as its blocks of text: paragraphs, headings and list items, from HTML, Markdown or plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

Sort = Literal["text", "heading", "item"]
BREAKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
UNSEEN = frozenset(
    ["script", "style", "nav", "noscript", "template", "svg", "select", "button", "title", "head"]
)
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)")
_MARK = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}|`+|\\(?=[^\w\s])")
_ITEM = re.compile(r"^(?:[-*+•]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s+", re.IGNORECASE)
_RULE = re.compile(r"^[\s*_|:=-]{3,}$")


@dataclass(frozen=True, slots=True)
class Block:
    """Text that stands by itself, in one line."""

    sort: Sort
    text: str


def blocks(page: str, as_html: bool) -> list[Block]:
    """The blocks of a page in order, without what nobody reads as its text."""
    found = _of_html(page) if as_html else _of_text(page)
    return [block for block in found if block.text]


def flat(text: str) -> str:
    """On one line, with the plain forms of quotes and blanks, so that a quote is found again."""
    for fine, plain in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("\u00ad", "")):
        text = text.replace(fine, plain)
    return " ".join(text.split())


# -- HTML ------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self._text: list[str] = []
        self._sort: Sort = "text"
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in UNSEEN:
            self._unseen += 1
        if tag in BREAKS:
            self.close_block()
            if tag == "li":
                self._sort = "item"
            elif tag[:1] == "h" and tag[1:].isdigit():
                self._sort = "heading"

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in BREAKS:
            self.close_block()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._text.append(data)

    def close_block(self) -> None:
        text = flat("".join(self._text))
        if text:
            self.found.append(Block(self._sort, text))
            self._sort = "text"
        self._text = []


def _of_html(page: str) -> list[Block]:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.close_block()
    return reader.found


# -- Markdown and plain text -----------------------------------------------------------------------


def _of_text(page: str) -> Iterator[Block]:
    """Paragraphs between blank lines; a line that begins an item begins a block."""
    waiting: list[str] = []
    sort: Sort = "text"
    for raw in [*html.unescape(page).splitlines(), ""]:
        line = re.sub(r"^[\s>|]+", "", raw).rstrip(" |").replace("|", " ")
        begins = not line or _RULE.match(line) or _ITEM.match(line) or line.startswith("#")
        if begins and waiting:
            yield Block(sort, _plain(" ".join(waiting)))
            waiting, sort = [], "text"
        if not line or _RULE.match(line):
            continue
        if line.startswith("#"):
            yield Block("heading", _plain(line.lstrip("# ")))
            continue
        bare = _plain(line)
        if _ITEM.match(line) or re.match(r"^[a-z0-9ivx]{1,4}\)\s", bare, re.IGNORECASE):
            if waiting:
                yield Block(sort, _plain(" ".join(waiting)))
                waiting = []
            sort = "item"
            line = _ITEM.sub("", line)
        waiting.append(line)


def _plain(text: str) -> str:
    return flat(_MARK.sub("", _LINK.sub(r"\1", text)))
