"""Markdown cut into headings, prose and boxes; what a box says is read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troth.language.model import Heading, Prose, Span
from troth.language.problem import Findings, nearest

BOXES = ("policy", "words", "form")
_ANCHOR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHOWN = 200  # characters of a line that a span of a whole line covers


@dataclass(frozen=True, slots=True)
class RawBox:
    """The lines of a ```` ```policy ````, ```` ```words ```` or ```` ```form ```` box. `first` is the line of the first of them."""

    kind: str
    lines: Sequence[str]
    first: int
    span: Span


def parts_of(
    lines: Sequence[str], start: int, findings: Findings
) -> Iterator[Heading | Prose | RawBox]:
    """Headings, prose and boxes from the line index `start` on, in order."""
    at, prose_from = start, start
    in_comment = 0  # the line where a comment over several lines began
    while at < len(lines):
        line = lines[at]
        if not in_comment and (not line or (line[0] not in "#`~ " and "<!--" not in line)):
            at += 1
            continue
        fence = None if in_comment else _fence(line)
        heading = None if in_comment or fence else _heading(line, at + 1, findings)
        if fence is None and heading is None:
            in_comment = _commented(line, at + 1, in_comment)
            at += 1
            continue
        kind = fence[2] if fence else ""
        if fence and kind not in BOXES:
            _check_kind(fence, at + 1, findings)
            at = _closing(lines, at, fence, findings, False)[1]
            continue
        yield from _prose(lines, prose_from, at, findings)
        if fence:
            end, after = _closing(lines, at, fence, findings, True)
            span = Span(findings.file, at + 1, 1, len(line.rstrip()))
            yield RawBox(kind, lines[at + 1 : end], at + 2, span)
            at = after
        elif heading:
            yield heading
            at += 1
        prose_from = at
    if in_comment:
        span = Span(findings.file, in_comment, 1, min(len(lines[in_comment - 1]), _SHOWN))
        findings.add("P127", "the comment is not closed", span, "end it with `-->`")
    yield from _prose(lines, prose_from, len(lines), findings)


def _fence(line: str) -> tuple[str, int, str] | None:
    """The character, length and kind of an opening fence."""
    text = line.lstrip(" ")
    if len(line) - len(text) > 3 or text[:3] not in ("```", "~~~"):
        return None
    rest = text.lstrip(text[0])
    kind = rest.strip()
    return None if "`" in kind else (text[0], len(text) - len(rest), kind)


def _closing(
    lines: Sequence[str], opening: int, fence: tuple[str, int, str], findings: Findings, ours: bool
) -> tuple[int, int]:
    """Where the box's lines end, and where the text goes on. A heading ends an unclosed box of ours."""
    mark, length, _ = fence
    for at in range(opening + 1, len(lines)):
        line = lines[at]
        if mark * 3 not in line and line[:1] != "#":
            continue
        text = line.strip()
        if text[:3] == mark * 3 and len(text) >= length and not text.strip(mark):
            return at, at + 1
        if ours and line[:1] == "#" and line.lstrip("#")[:1] == " ":
            _not_closed(lines, opening, findings)
            return at, at
    _not_closed(lines, opening, findings)
    return len(lines), len(lines)


def _not_closed(lines: Sequence[str], opening: int, findings: Findings) -> None:
    span = Span(findings.file, opening + 1, 1, min(len(lines[opening].rstrip()), _SHOWN))
    findings.add("P120", "the box is not closed", span, "end it with ``` on a line of its own")


def _check_kind(fence: tuple[str, int, str], line: int, findings: Findings) -> None:
    """A box whose kind is nearly one of ours would silently bind nothing."""
    word = fence[2].split(" ", 1)[0][:40]
    meant = nearest(word, BOXES) if word.lower() not in ("story", "fixtures") else ""
    if meant and fence[0] == "`":
        span = Span(findings.file, line, 1 + fence[1], max(len(word), 1))
        message = f"a box of the kind `{fence[2][:40]}` binds nothing"
        findings.add("P128", message, span, f"did you mean ```{meant}?")


def _heading(line: str, number: int, findings: Findings) -> Heading | None:
    if line[:1] != "#":
        return None
    text = line.lstrip("#")
    level = len(line) - len(text)
    if level > 6 or text[:1] not in (" ", ""):
        return None
    text, anchor = _anchored(text.strip())
    span = Span(findings.file, number, 1, min(len(line.rstrip()), _SHOWN))
    if anchor and not _ANCHOR.fullmatch(anchor):
        remedy = f"did you mean `{{#{slug(anchor)}}}`?"
        findings.add("P131", f"`{anchor[:60]}` is not a name for a section", span, remedy)
    # a title without an anchor opens no section: what stands under it has plain names
    return Heading(level, text, anchor or (slug(text) if level > 1 else ""), span)


def _anchored(text: str) -> tuple[str, str]:
    """A heading's text and its `{#anchor}`."""
    opening = text.rfind("{#")
    if opening < 0 or not text.endswith("}") or " " in text[opening:]:
        return text, ""
    return text[:opening].rstrip(), text[opening + 2 : -1]


def slug(text: str) -> str:
    """The section a heading makes where it names none."""
    made = "-".join(re.findall(r"[a-z0-9]+", text[:_SHOWN].lower()))
    return made or "section"


def _commented(line: str, number: int, since: int) -> int:
    """The line where the comment began that is still open after this line, or 0."""
    if since and "-->" not in line:
        return since
    opens, closes = line.rfind("<!--"), line.rfind("-->")
    return number if opens > closes else 0


def _prose(lines: Sequence[str], start: int, end: int, findings: Findings) -> Iterator[Prose]:
    """The lines as written, without blank ones before and after."""
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start < end:
        length = min(len(lines[start]), _SHOWN)
        yield Prose("\n".join(lines[start:end]), Span(findings.file, start + 1, 1, length))
