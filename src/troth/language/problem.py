"""What is wrong, where, and what to do: a value that prints as a writer can use it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from troth.language.model import Span

CODES: dict[str, str] = {
    # P10x the file as a whole
    "P100": "too many problems",
    "P101": "bytes that are no text",
    "P102": "another encoding than UTF-8",
    "P103": "too long",
    # P11x front matter
    "P110": "no front matter",
    "P111": "front matter not closed",
    "P112": "line of the front matter that is no `key: value`",
    "P113": "unknown key",
    "P114": "key missing",
    "P115": "key given twice",
    "P116": "not a date",
    "P117": "value outside its closed list",
    "P118": "key without value",
    "P119": "file of no known kind",
    # P12x headings, boxes, lines
    "P120": "box not closed",
    "P121": "section named twice",
    "P122": "indented line without a statement",
    "P123": "line not indented properly",
    "P124": "string not closed",
    "P125": "character that cannot stand here",
    "P126": "unknown escape in a string",
    "P127": "comment in the prose not closed",
    "P128": "box of no known kind",
    # P13x statements of any form
    "P130": "unknown form of statement",
    "P131": "not a name",
    "P132": "name given twice",
    "P133": "something missing",
    "P134": "something too much",
    "P135": "not a number",
    "P136": "statement in the wrong kind of box",
    # P14x clauses
    "P140": "place missing",
    "P141": "purpose missing",
    "P142": "party missing",
    "P143": "unknown action",
    "P144": "unknown condition",
    "P145": "condition not allowed here",
    "P146": "said twice",
    "P147": "compels outside a law",
    # P15x choices and forms, P16x duties, P17x words
    "P150": "unknown line of a choice",
    "P151": "unknown line of a form",
    "P160": "duty outside the closed list",
    "P161": "unknown line of a duty",
    "P170": "unknown attribute of a word",
    "P171": "formula of a fact that cannot be read",
    "P172": "unknown subject of a fact",
    "P173": "attribute without its subject",
    "P174": "key that the standard does not have",
    "P175": "word that no text uses",
    # P18x names
    "P180": "unknown name",
    "P181": "word of another kind",
    "P183": "unknown clause or section",
    "P184": "word that holds itself",
    "P185": "word defined in two files",
    "P186": "unknown law",
    "P187": "carries an unknown choice",
    "P188": "topics and channels in one dimension",
    "P189": "matter without an end",
    # P19x stories
    "P190": "step that cannot be read",
    "P191": "unknown name in a story",
    "P192": "person, party or matter that was not there before",
    "P193": "step out of order",
    "P194": "fixture given twice",
    # P2xx clauses against clauses
    "P201": "may that can never take effect",
    "P202": "exception that excepts nothing",
    "P203": "may that adds nothing",
    "P204": "clause that no ask can reach",
    "P205": "conditions that contradict each other",
    "P206": "only with a choice",
    "P207": "may whose conditions can never be met",
    "P208": "may that clashes with a never wherever it applies",
    # P3xx page against clauses
    "P301": "prose outside a box that promises",
    "P302": "own wording that differs from its clause",
    "P303": "page that does not say what it covers, or whom to turn to",
    "P304": "channel without an address",
    "P305": "promise of an earlier page that nothing binds",
    # P31x forms against the version they stand under
    "P310": "field that no clause lets a form ask for",
    "P311": "field that no clause lets a form insist on",
    "P312": "purpose that no clause allows for a field",
    "P313": "form that opens what a person cannot open",
    "P314": "forms of an unknown version",
    # P4xx version against version
    "P401": "choice that a later version drops",
    "P402": "published version that was edited",
    "P403": "word of a published version that was edited",
    "P404": "two versions in force on one day",
    "P405": "file called after another day",
    "P406": "version in force before its publication",
    "P407": "version sooner than was promised",
    "P408": "lock that cannot be read",
}
"""Every code with its title. P1xx reading, P2xx clauses, P3xx page, P4xx versions, G5xx the gate."""

WIDTH = 110  # characters of a source line that an excerpt shows


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `because` are lines printed as they are: the reasons of a refusal."""

    code: str
    message: str
    span: Span = Span()
    others: tuple[tuple[Span, str], ...] = ()
    remedy: str = ""
    because: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.span.file}:{self.span.line}:{self.span.column}: " if self.span.line else ""
        return f"{place}{self.code}: {self.message}"

    def printed(self, sources: Mapping[str, str]) -> str:
        """As a writer sees it. `sources` maps the files of the spans to their texts."""
        return printed((self,), sources)


def printed(problems: Iterable[Problem], sources: Mapping[str, str]) -> str:
    """All problems in their printed form, each file split once; a blank line between two."""
    rows = {file: text.replace("\r\n", "\n").split("\n") for file, text in sources.items()}
    return "\n\n".join("\n".join(_lines(problem, rows)) for problem in problems)


def _lines(problem: Problem, rows: Mapping[str, list[str]]) -> list[str]:
    shown = [(span, note) for span, note in problem.others if _source(span, rows) is not None]
    marks = [(problem.span, "^", "")] if _source(problem.span, rows) is not None else []
    marks += [(span, "-", note) for span, note in shown]
    width = max((len(str(span.line)) for span, _, _ in marks), default=0)
    out = [str(problem)]
    place = (problem.span.file, 0)
    for span, mark, note in marks:
        row = _source(span, rows) or ""
        if span.file != place[0]:
            out.append(f"  {' ' * width} : {span.file}")
        excerpt, start, length = _excerpt(row, span)
        if (span.file, span.line) != place:
            out.append(f"  {span.line:>{width}} | {excerpt}".rstrip())
        out.append(f"  {' ' * width} | {' ' * start}{mark * length} {note}".rstrip())
        place = (span.file, span.line)
    out += [f"  {line}" for line in problem.because]
    if problem.remedy:
        out.append(f"  {' ' * (width + 1) if marks else ''}= {problem.remedy}")
    return out


def _source(span: Span, rows: Mapping[str, list[str]]) -> str | None:
    """The line a span stands in, or none where the text is not at hand."""
    lines = rows.get(span.file, [])
    return lines[span.line - 1] if 0 < span.line <= len(lines) else None


def _excerpt(row: str, span: Span) -> tuple[str, int, int]:
    """At most WIDTH characters around the span, where in them it starts, and how long it is there."""
    start = max(span.column - 1, 0)
    left = 0 if len(row) <= WIDTH or start < WIDTH * 2 // 3 else start - WIDTH // 3
    head, tail = "…" if left else "", "…" if len(row) > left + WIDTH else ""
    shown = row[left : left + WIDTH]
    clean = "".join(c if c.isprintable() else " " for c in shown)
    at = min(start - left, len(clean))
    return head + clean + tail, len(head) + at, max(1, min(span.length, len(clean) - at))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or nothing where none is like it."""
    close = difflib.get_close_matches(word[:60].lower(), list(known), n=1, cutoff=0.65)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question to end an error with, or nothing where no known word is like this one."""
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else ""


class Enough(Exception):
    """Raised when a file has more problems than anybody reads."""


class Findings:
    """The problems of one file, collected while it is read; past the limit reading stops."""

    def __init__(self, file: str, limit: int = 200) -> None:
        self.file = file
        self.limit = limit
        self._found: list[Problem] = []
        self._closing: tuple[Problem, ...] = ()

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        remedy: str = "",
        others: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Note a problem. Enough is raised where the limit is reached."""
        self.put(Problem(code, message, span, others, remedy))

    def put(self, problem: Problem) -> None:
        """Note a problem that is already made."""
        if len(self._found) >= self.limit:
            message = f"more than {self.limit} problems: the rest of the file was not read"
            remedy = "mend these first, then read it again"
            self._closing = (Problem("P100", message, problem.span, (), remedy),)
            raise Enough
        self._found.append(problem)

    def __len__(self) -> int:
        return len(self._found)

    def all(self) -> tuple[Problem, ...]:
        """All problems in order of their places, the closing one last."""
        ordered = sorted(self._found, key=lambda p: (p.span.line, p.span.column))
        return (*ordered, *self._closing)
