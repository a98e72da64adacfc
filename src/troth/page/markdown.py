"""A document as Markdown: the same sentences and anchors, to be read anywhere and kept beside the page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troth.language.model import Document
from troth.page.outline import Line, Outline, Section, day, last_day, outline
from troth.page.phrases import Piece, Sentence
from troth.page.voice import Words

_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


def markdown(document: Document, words: Words, editions: Sequence[Document] = ()) -> str:
    """The page of a version, a law or a notice as Markdown with HTML anchors."""
    laid = outline(document, words, editions)
    blocks = [f"# {laid.title}", _standing(document, editions), *_parts(laid.opening)]
    for section in laid.sections:
        blocks += [
            f"{'#' * section.level} {section.heading} {{#{section.anchor}}}",
            *_parts(section),
        ]
    return "\n\n".join([*blocks, *_words(laid), *_contact(document)]) + "\n"


def _standing(document: Document, editions: Sequence[Document]) -> str:
    until = last_day(document, editions)
    ending = f" until {day(until)}" if until else ""
    by, why = document.setting("approved by"), document.setting("reason")
    approved = f" Approved by {by}{f': {why}' if why else ''}." if by else ""
    return f"In force from {day(document.in_force)}{ending}.{approved}"


def _parts(section: Section) -> list[str]:
    return [
        part if isinstance(part, str) else "\n".join(_line(line) for line in part)
        for part in section.parts
    ]


def _line(line: Line) -> str:
    return f'- <a id="{line.name}"></a>{_text(line.sentence)} (`{line.name}`)'


def _words(laid: Outline) -> list[str]:
    if not laid.words:
        return []
    entries = [
        f'- <a id="{e.anchor}"></a>**{_escaped(e.phrase)}**: {_text(e.meaning)}' for e in laid.words
    ]
    return ["## Words on this page", "\n".join(entries)]


def _contact(document: Document) -> list[str]:
    keys = ("contact", "phone", "officer", "address")
    lines = [
        f"- {key.capitalize()}: {document.setting(key)}" for key in keys if document.setting(key)
    ]
    return ["## Contact", "\n".join(lines)] if lines else []


def _text(sentence: Sentence) -> str:
    return "".join(_piece(piece) for piece in sentence)


def _piece(piece: Piece) -> str:
    text = _escaped(piece.text)
    return f"[{text}](#{piece.anchor})" if piece.anchor else text


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
