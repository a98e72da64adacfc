"""A small safe part of Markdown: paragraphs, emphasis, links, lists, headings, quotations. All else is text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from markupsafe import Markup, escape

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BULLET = re.compile(r"^\s{0,3}(?:[-*+])\s+(.*)$")
_NUMBER = re.compile(r"^\s{0,3}\d{1,9}[.)]\s+(.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ANCHOR = re.compile(r"\s*\{#[^}]*\}\s*$")
_QUOTE = re.compile(r"^\s{0,3}>\s?(.*)$")
_RULE = re.compile(r"^\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_INLINE = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+\-.!<>])"
    r"|`(?P<code>[^`]+)`"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<address>[^()\s]*)\)"
    r"|<(?P<bare>(?:https?://|mailto:)[^<>\s]+)>"
    r"|\*\*(?P<strong>\S(?:.*?\S)?)\*\*"
    r"|\*(?P<em>[^\s*](?:[^*]*[^\s*])?)\*"
    r"|(?<!\w)_(?P<under>[^\s_](?:[^_]*[^\s_])?)_(?!\w)",
    re.DOTALL,
)
_SAFE = re.compile(r"(?:https?://|mailto:|tel:|#|/(?!/)|\.{1,2}/)[^\s]*\Z", re.IGNORECASE)

_DEEPEST = 4  # quotations within quotations; deeper ones stay text


_OUTSIDE = re.compile(r'<a href="(https?://([^/"?#]*)[^"]*)">(.*?)</a>', re.DOTALL)


def marked_outside(page: Markup, own: Collection[str], beside: bool) -> Markup:
    """The links of a page that lead to hosts other than its `own`: marked, and handing over nothing of where
    one comes from; `beside` opens them in a window of their own."""
    window = ' target="_blank"' if beside else ""
    more = " in a new window" if beside else ""

    def link(found: re.Match[str]) -> str:
        if found[2].lower() in own:
            return found[0]
        return (
            f'<a class="outside" href="{found[1]}" rel="external noopener noreferrer"{window}>{found[3]}'
            f'<span class="sort"> (leaves this site{more})</span></a>'
        )

    return Markup(_OUTSIDE.sub(link, page))


def uncommented(text: str) -> str:
    """The text without its HTML comments, which are never published."""
    return _COMMENT.sub("", text)


def rendered(text: str, lowest: int = 3) -> Markup:
    """Markdown as HTML; headings start at `h{lowest}`. Nothing of the text becomes markup of its own."""
    return Markup("\n").join(_blocks(uncommented(text).splitlines(), lowest))


def _blocks(lines: list[str], lowest: int, depth: int = 0) -> Iterator[Markup]:
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            position += 1
        elif heading := _HEADING.match(line):
            level = min(6, max(lowest, len(heading[1])))
            yield _tag(f"h{level}", inline(_ANCHOR.sub("", heading[2])))
            position += 1
        elif _RULE.match(line):
            yield Markup("<hr>")
            position += 1
        elif _QUOTE.match(line) and depth < _DEEPEST:
            inner, position = _run(lines, position, _QUOTE)
            quoted = Markup("\n").join(_blocks(inner, lowest, depth + 1))
            yield _tag("blockquote", quoted)
        elif _BULLET.match(line) or _NUMBER.match(line):
            numbered = _BULLET.match(line) is None
            items, position = _items(lines, position, _NUMBER if numbered else _BULLET)
            yield _tag(
                "ol" if numbered else "ul", Markup("").join(_tag("li", inline(i)) for i in items)
            )
        else:
            text, position = _paragraph(lines, position)
            yield _tag("p", inline(text))


def _run(lines: list[str], start: int, shape: re.Pattern[str]) -> tuple[list[str], int]:
    inner: list[str] = []
    position = start
    while position < len(lines) and (found := shape.match(lines[position])):
        inner.append(found[1])
        position += 1
    return inner, position


def _items(lines: list[str], start: int, shape: re.Pattern[str]) -> tuple[list[str], int]:
    """The items of a list; an indented line goes on with the item above it."""
    items: list[str] = []
    position = start
    while position < len(lines) and lines[position].strip():
        if found := shape.match(lines[position]):
            items.append(found[1])
        elif lines[position].startswith(" "):
            items[-1] = f"{items[-1]} {lines[position].strip()}"
        else:
            break
        position += 1
    return items, position


def _paragraph(lines: list[str], start: int) -> tuple[str, int]:
    position = start + 1
    while position < len(lines) and lines[position].strip() and not _opens(lines[position]):
        position += 1
    return " ".join(line.strip() for line in lines[start:position]), position


def _opens(line: str) -> bool:
    return any(shape.match(line) for shape in (_HEADING, _RULE, _QUOTE, _BULLET, _NUMBER))


def inline(text: str) -> Markup:
    """Emphasis, code and links of one run of text; everything else escaped."""
    out: list[Markup] = []
    end = 0
    for found in _INLINE.finditer(text):
        out.append(escape(text[end : found.start()]))
        out.append(_marked(found))
        end = found.end()
    out.append(escape(text[end:]))
    return Markup("").join(out)


def _marked(found: re.Match[str]) -> Markup:
    kind = found.lastgroup
    if kind == "escaped":
        return escape(found["escaped"])
    if kind == "code":
        return _tag("code", escape(found["code"]))
    if kind == "strong":
        return _tag("strong", inline(found["strong"]))
    if kind in ("em", "under"):
        return _tag("em", inline(found[kind]))
    label = found["label"] or found["bare"].removeprefix("mailto:")
    return _link(label, found["address"] if found["label"] else found["bare"])


def _link(label: str, address: str) -> Markup:
    """A link to the web, a mail address or a place here; any other scheme stays text."""
    if not _SAFE.match(address):
        return inline(label) if label else Markup("")
    return Markup('<a href="{}">{}</a>').format(address, inline(label))


def _tag(name: str, inner: Markup) -> Markup:
    return Markup(f"<{name}>") + inner + Markup(f"</{name}>")
