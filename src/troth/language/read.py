"""A file of the language read whole: its document, and every problem in it."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from troth.language.lines import RawStatement, statements_of
from troth.language.model import (
    Box,
    Choice,
    Clause,
    Comment,
    Document,
    DocumentKind,
    Duty,
    Form,
    Heading,
    Part,
    Saying,
    Span,
    Statement,
    Word,
)
from troth.language.problem import Enough, Findings, Problem, did_you_mean
from troth.language.read_choices import read_choice
from troth.language.read_clauses import MODALS, read_clause, read_duty, read_saying
from troth.language.read_front import (
    Front,
    check_front,
    day_of,
    id_of,
    kind_of,
    read_front,
)
from troth.language.read_intake import read_form
from troth.language.read_parts import RawBox, parts_of
from troth.language.read_tokens import Cursor, Unread
from troth.language.read_words import check_twice, read_word, starts_word

FORMS = (*MODALS, "must", "says", "does")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]+")
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read(
    text: str, path: str, kind: DocumentKind | None = None
) -> tuple[Document, tuple[Problem, ...]]:
    """The document a text makes, and all its problems by place.

    A statement with a problem is left out of the document, so a document with problems must not be
    put to use. `kind` is told by the front matter where it is not given.
    """
    findings = Findings(path)
    reading = _Reading(findings)
    with contextlib.suppress(Enough):  # the closing problem says so
        reading.read(text, kind)
    return reading.document(path), findings.all()


def read_words(text: str, path: str) -> tuple[tuple[Word, ...], tuple[Problem, ...]]:
    """The words of all ```` ```words ```` boxes of a file, and the problems of the file."""
    document, problems = read(text, path)
    return document.words, problems


def read_bytes(
    data: bytes, path: str, kind: DocumentKind | None = None
) -> tuple[Document, tuple[Problem, ...]]:
    """As `read`, from the bytes of a file."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            remedy = "save it as UTF-8"
            problem = Problem("P102", f"the file is {name}", Span(path, 1, 1, 1), (), remedy)
            return Document(kind or "version", "", path=path), (problem,)
    return read(decoded(data), path, kind)


def decoded(data: bytes) -> str:
    """The text of a file. A byte that is no UTF-8 becomes a lone surrogate, which `read` tells of."""
    return data.decode("utf-8", "surrogateescape")


def source(data: bytes) -> str:
    """The text of a file as problems are shown against it: line for line, always printable."""
    return "\n".join(_lines(decoded(data), Findings("", limit=10**9)))


def _lines(text: str, findings: Findings) -> list[str]:
    """The lines of a text, without byte order mark and carriage returns; what is no text is told of."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = plain.split("\n")
    if not _NO_TEXT.search(plain):
        return lines
    for at, line in enumerate(lines):
        for match in _NO_TEXT.finditer(line):
            what = "a NUL byte" if match[0][0] == "\x00" else "bytes that are no UTF-8"
            span = Span(findings.file, at + 1, match.start() + 1, len(match[0]))
            findings.add("P101", what, span, "save the file as UTF-8 text")
        lines[at] = _NO_TEXT.sub(lambda match: "\ufffd" * len(match[0]), line)
    return lines


@dataclass
class _Reading:
    """What is known of a document while its parts are read."""

    findings: Findings
    kind: DocumentKind = "version"
    front: Front = field(default_factory=Front)
    parts: list[Part] = field(default_factory=list)
    section: str = ""
    sections: dict[str, Span] = field(default_factory=dict)
    names: dict[str, Span] = field(default_factory=dict)  # clauses, sayings, duties by full name
    choices: dict[str, Span] = field(default_factory=dict)

    def read(self, text: str, kind: DocumentKind | None) -> None:
        lines = _lines(text, self.findings)
        self.front = read_front(lines, self.findings)
        self.kind = self._kind(lines, kind)
        if self.front.given and (kind or kind_of(self.front)):
            check_front(self.front, self.kind, self.findings)
        for part in parts_of(lines, self.front.body, self.findings):
            if isinstance(part, RawBox):
                self._box(part)
                continue
            if isinstance(part, Heading):
                self._open(part)
            self.parts.append(part)
        check_twice([w for p in self.parts if isinstance(p, Box) for w in p.words], self.findings)

    def _kind(self, lines: Sequence[str], kind: DocumentKind | None) -> DocumentKind:
        told = kind or kind_of(self.front)
        words = self.findings.file.endswith("words.md") or "```words" in lines
        if told is None and words and not self.front.entries:
            return "words"
        at = Span(self.findings.file, 1, 1, 3)
        if not self.front.given and told != "words":
            remedy = "begin with `---`, `policy: …`, `company: …`, `in force: …`, `zone: …`, `---`"
            self.findings.add("P110", "the file has no front matter", at, remedy)
        elif told is None:
            remedy = "name what it is: `policy`, `law`, `house`, `contract`, `notice` or `forms`"
            self.findings.add("P119", "the front matter does not say what the file is", at, remedy)
        return told or "version"

    def _open(self, heading: Heading) -> None:
        self.section = heading.section
        if not heading.section:
            return
        if heading.section in self.sections:
            others = ((self.sections[heading.section], "named here"),)
            message = f"the section `{heading.section}` is named twice"
            self.findings.add("P121", message, heading.span, "give one another `{#name}`", others)
        self.sections.setdefault(heading.section, heading.span)

    def _box(self, raw: RawBox) -> None:
        """What stands in a box. It is put down first, for reading may stop inside it."""
        statements: list[Statement] = []
        words: list[Word] = []
        forms: list[Form] = []
        closing: tuple[Comment, ...] = ()
        try:
            for found in statements_of(raw.lines, raw.first, self.findings):
                if isinstance(found, tuple):
                    closing = found
                elif raw.kind == "words" or self.kind == "words":
                    self._word(found, words)
                elif raw.kind == "form":
                    self._form(found, forms)
                else:
                    statement = self._statement(found)
                    statements += [statement] if statement else []
        finally:
            said = tuple(statements), closing, raw.span, tuple(words), tuple(forms)
            self.parts.append(Box(self.section, *said))

    def _word(self, raw: RawStatement, words: list[Word]) -> None:
        cursor = Cursor(raw.lines[0], self.findings.file)
        second = cursor.peek(1)
        if second and second.text == ":" and second.kind == "mark":
            remedy = "put it into a ```policy box"
            self.findings.add("P136", "a clause in a box of words", cursor.span(), remedy)
            return
        word = read_word(raw, self.findings)
        words += [word] if word else []

    def _form(self, raw: RawStatement, forms: list[Form]) -> None:
        cursor = Cursor(raw.lines[0], self.findings.file)
        if self.kind != "forms" or not cursor.at("form"):
            what = "a form in a file of another kind" if cursor.at("form") else "no form"
            remedy = 'write `form NAME "…"`, in a file whose front matter says `forms: …`'
            self.findings.add("P136", f"{what} in a box of forms", cursor.span(), remedy)
            return
        form = read_form(raw, self.findings)
        if form:
            self._once(self.names, form.name, form.span, f"the form `{form.name}`")
            forms.append(form)

    def _statement(self, raw: RawStatement) -> Statement | None:
        cursor = Cursor(raw.lines[0], self.findings.file)
        if cursor.at("choice") or cursor.at("consent"):
            if not cursor.at(cursor.tokens[0].text, ":"):
                return self._choice(raw)
        elif starts_word(raw.lines[0]):
            remedy = "put it into a ```words box"
            self.findings.add("P136", "a word in a box of clauses", cursor.span(), remedy)
            return None
        if self.kind == "forms":
            remedy = "a form grants nothing: put the clause into a version, or into a form's notice"
            self.findings.add("P136", "a clause in a file of forms", cursor.span(), remedy)
            return None
        try:
            return self._named(raw, cursor)
        except Unread as unread:
            raw.tell(unread.problem, 0, self.findings)
            return None

    def _choice(self, raw: RawStatement) -> Choice | None:
        choice = read_choice(raw, self.section, self.findings)
        if choice:
            self._once(self.choices, choice.name, choice.span, f"the {choice.kind} `{choice.name}`")
        return choice

    def _named(self, raw: RawStatement, cursor: Cursor) -> Clause | Saying | Duty | None:
        """`NAME: …`: the word behind the colon tells the form."""
        span = cursor.span()
        name = cursor.name("a name")
        full = f"{self.section}.{name}" if self.section else name
        cursor.expect(":")
        form = cursor.peek()
        if form is None or form.text not in FORMS or form.kind != "word":
            word = form.text if form else ""
            remedy = did_you_mean(word, FORMS) or "write " + ", ".join(f"`{f}`" for f in FORMS)
            raise cursor.unread("P130", f"expected a form of statement{cursor.found()}", remedy)
        self._once(self.names, full, span, f"`{full}`")
        if form.text in MODALS:
            return read_clause(raw, full, span, self.kind, self.findings)
        if form.text == "says":
            return read_saying(raw, full, span, self.findings)
        return read_duty(raw, full, span, self.findings)

    def _once(self, seen: dict[str, Span], name: str, span: Span, what: str) -> None:
        if name in seen:
            others = ((seen[name], "given here"),)
            self.findings.add(
                "P132", f"{what} is given twice", span, "rename one of the two", others
            )
        seen.setdefault(name, span)

    def document(self, path: str) -> Document:
        front = self.front
        return Document(
            self.kind,
            id_of(front, self.kind) if front.given or self.kind == "words" else "",
            tuple(front.entries),
            tuple(self._resolved(part) if isinstance(part, Box) else part for part in self.parts),
            day_of(front.value("in force")),
            day_of(front.value("ends")),
            path,
            Span(path, 1, 1, 0),
            tuple(front.spans),
            tuple(front.comments),
        )

    def _resolved(self, box: Box) -> Box:
        """The box with the exceptions of its clauses under their full names."""
        statements = tuple(
            replace(s, excepts=tuple(self._target(box.section, target) for target in s.excepts))
            if isinstance(s, Clause) and s.excepts
            else s
            for s in box.statements
        )
        return replace(box, statements=statements)

    def _target(self, section: str, target: str) -> str:
        """`#name` is a clause of the own section first, then a section; what is neither stays for the check."""
        full = f"{section}.{target}" if section else target
        if "." in target or (full not in self.names and target in self.sections):
            return target
        return full
