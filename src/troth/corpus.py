"""A tree of policies read from disk: every company with its versions, laws, words and stories, and all problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from .language.check import check, check_document, defined_twice, in_order, limited, unused
from .language.check_names import front_span
from .language.check_scope import Scope
from .language.model import Document, DocumentKind, Kind, Policy, Span, Word
from .language.problem import Enough, Findings, Problem, did_you_mean
from .language.published import LOCK, Lock, check_published, read_lock
from .language.read import read_bytes, source
from .language.read_front import Front, kind_of, read_front

if TYPE_CHECKING:
    from .language.story_model import Fixture, Story

STORIES = "stories.md"
BESIDE = ("README.md", "CONTRIBUTING.md", "survivors.md")  # files of a tree that are no part of it
WITHOUT_TEXTS = ("promises", "pages", "changes", "drafts")  # folders with nothing to read
FRONT = 20_000  # characters within which a front matter ends
# the key of the front matter that says whose a text is; a law and the shared words are nobody's
OWNER: dict[DocumentKind, str] = {
    "version": "policy",
    "contract": "policy",
    "notice": "rider of",
    "house": "house",
    "forms": "forms",
}


@dataclass(frozen=True)
class StoryFile:
    """The stories of one company, and the parties they may name."""

    path: str
    stories: tuple[Story, ...] = ()
    fixtures: tuple[Fixture, ...] = ()


@dataclass(frozen=True)
class Corpus:
    """All companies of one tree. `sources` are the texts by path, as problems are printed against them.

    `problems` are what is wrong; `notes` only what may be tidied, and leave a check clean.
    """

    policies: dict[str, Policy] = field(default_factory=dict)
    laws: dict[str, Document] = field(default_factory=dict)
    stories: dict[str, StoryFile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=dict)

    def published(self) -> dict[str, Policy]:
        """The policies with what was published alone; one of which nothing ever was, as it stands."""
        return {name: _published(policy, self.lock) for name, policy in self.policies.items()}


def _published(policy: Policy, lock: Lock) -> Policy:
    out = tuple(version for version in policy.versions if version.id in lock)
    return replace(policy, versions=out) if out else policy


@dataclass
class _Reading:
    """What was read so far, before it is put together."""

    only: str | None = None  # the one company that is asked for
    whole: bool = True  # with the stories, and with forms held to their version
    documents: list[Document] = field(default_factory=list)
    stories: list[tuple[Path, StoryFile]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Document]:
        return [d for d in self.documents if d.kind == kind]

    @property
    def unread(self) -> set[str]:
        return {p.span.file for p in self.problems}


def load(path: Path, stories: bool = True, company: str | None = None) -> Corpus:
    """The corpus of a tree (`policies`), or of the tree that a file stands in; every file is read once.

    What a file is, its front matter says. Spans name files as reached from `path`. Who only decides needs
    no stories, which are half of the reading, and no forms held to their version; who asks of one `company` needs no other's texts. An
    OSError is raised where nothing can be read.
    """
    root = path if path.is_dir() else root_of(path)
    reading = _Reading(company, stories)
    for file in files(root):
        if stories or file.name != STORIES:
            _read(file, reading)
    for file in sorted(root.rglob(LOCK)):
        _read_lock(file, reading)
    return _put_together(reading)


def _read_lock(file: Path, reading: _Reading) -> None:
    try:
        reading.lock |= read_lock(source(file.read_bytes()))
    except ValueError as error:
        place = Span(file.as_posix(), 1, 1, 1)
        remedy = "bring it back from where the published versions are kept"
        reading.problems.append(Problem("P408", str(error), place, (), remedy))


def root_of(path: Path) -> Path:
    """The nearest folder above a file that holds words.md, or its own folder."""
    path.stat()  # a file that is not there is told of as such
    return next((p for p in path.parents if (p / "words.md").is_file()), path.parent)


def files(root: Path) -> Iterator[Path]:
    """The texts of a tree: not its made pages, notes and hidden folders."""
    for file in sorted(root.rglob("*.md")):
        folders = file.relative_to(root).parts[:-1]
        hidden = any(f in WITHOUT_TEXTS or f.startswith(".") for f in folders)
        if not hidden and file.name not in BESIDE and file.is_file():
            yield file


def _read(file: Path, reading: _Reading) -> None:
    name = file.as_posix()
    data = file.read_bytes()
    text = source(data)
    if reading.only is not None and _owner(text) not in ("", reading.only):
        return
    reading.sources[name] = text
    if file.name == STORIES:
        from .language.story import read_stories  # not loaded for whoever only decides

        stories, fixtures, problems = read_stories(text, name)
        reading.stories.append((file, StoryFile(name, stories, fixtures)))
    else:
        document, problems = read_bytes(data, name)
        reading.documents.append(document)
    reading.problems += problems


def _owner(text: str) -> str:
    """Whose text it is, by its front matter alone; empty where that cannot be read."""
    front = Front()
    with suppress(Enough):
        front = read_front(text[:FRONT].splitlines(), Findings(""))
    kind = kind_of(front)
    return front.value(OWNER[kind]).partition("/")[0] if kind in OWNER else ""


# -- putting together ----------------------------------------------------------------------------


def _put_together(reading: _Reading) -> Corpus:
    laws = {d.setting("law"): d for d in reading.of_kind("law")}
    shared = [w for d in reading.of_kind("words") if not _company(d) for w in d.words]
    policies = {name: _policy(name, reading, laws, shared) for name in _companies(reading)}
    stories = {name: f for path, f in reading.stories if (name := _told_of(path, policies))}
    problems = [*reading.problems, *_checked(reading, policies, laws, stories)]
    words = {(w.kind, w.name): w for w in shared}
    notes = limited(unused(words, reading.documents))
    return Corpus(
        policies, laws, stories, in_order(problems), in_order(notes), reading.sources, reading.lock
    )


def _companies(reading: _Reading) -> list[str]:
    versions = reading.of_kind("version")
    return sorted({name for d in versions if (name := _company(d))})


def _company(document: Document) -> str:
    key = OWNER.get(document.kind)
    return document.setting(key).partition("/")[0] if key else ""


def _policy(
    name: str, reading: _Reading, laws: dict[str, Document], shared: Iterable[Word]
) -> Policy:
    own = [d for d in reading.documents if _company(d) == name]
    versions = sorted(
        (d for d in own if d.kind == "version" and d.in_force is not None),
        key=lambda d: (str(d.in_force), d.path),
    )
    named = dict.fromkeys(law for d in own for law in d.listed("laws") if law in laws)
    attached = tuple(laws[law] for law in named)
    words: dict[tuple[Kind, str], Word] = {}
    for word in (*shared, *(w for d in (*attached, *own) for w in d.words)):
        words.setdefault((word.kind, word.name), word)
    return Policy(
        name,
        tuple(versions),
        words,
        next((d for d in own if d.kind == "house"), None),
        attached,
        tuple(d for d in own if d.kind == "notice"),
        tuple(d for d in own if d.kind == "contract"),
        tuple(d for d in own if d.kind == "forms"),
    )


def _told_of(path: Path, policies: dict[str, Policy]) -> str:
    """The company of a file of stories: its folder, or the only company there is."""
    if path.parent.name in policies:
        return path.parent.name
    return next(iter(policies)) if len(policies) == 1 else ""


# -- checking ------------------------------------------------------------------------------------


def _checked(
    reading: _Reading,
    policies: dict[str, Policy],
    laws: dict[str, Document],
    stories: dict[str, StoryFile],
) -> Iterator[Problem]:
    yield from _of_the_calendar(d for d in reading.documents if d.path not in reading.unread)
    every = [d for d in reading.documents if d.kind in ("words", "law")]
    yield from defined_twice(w for d in every for w in d.words)
    for name, policy in policies.items():
        own = [d for d in reading.documents if _company(d) == name]
        yield from defined_twice(w for d in (*every, *own) for w in d.words)
        yield from check(policy, reading.sources, laws, reading.unread, reading.whole)
        yield from check_published(policy, reading.lock)
        if name in stories:
            from .language.check_stories import check_stories

            told = stories[name]
            yield from check_stories(told.stories, told.fixtures, policy, reading.sources)
    if reading.only is None:  # a law may stand on the choices of a company that was not read
        yield from _unattached(reading, policies, laws)


def _of_the_calendar(documents: Iterable[Document]) -> Iterator[Problem]:
    """P117: a zone that this machine's calendar does not know, a last day before the first."""
    for document in documents:
        zone, span = document.setting("zone"), front_span(document, "zone")
        if zone and not _is_known(zone):
            close = did_you_mean(zone, available_timezones())
            remedy = close or "write an IANA zone, such as America/New_York"
            yield Problem("P117", f"there is no zone `{zone}`", span, (), remedy)
        if document.in_force and document.ends and document.ends < document.in_force:
            message = f"its last day, {document.ends}, is before its first, {document.in_force}"
            remedy = "mend one of the two"
            yield Problem("P117", message, front_span(document, "ends"), (), remedy)


def _is_known(zone: str) -> bool:
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return bool(ZoneInfo(zone))
    return False


def _unattached(
    reading: _Reading, policies: dict[str, Policy], laws: dict[str, Document]
) -> Iterator[Problem]:
    """Laws that no policy names are checked against all words and choices there are."""
    attached = {law.id for policy in policies.values() for law in policy.laws}
    alone = [law for law in laws.values() if law.id not in attached]
    words = {(w.kind, w.name): w for d in reading.documents for w in d.words}
    everyone = Policy("", tuple(reading.documents), words)
    scope = Scope(everyone, reading.sources)
    for law in alone:
        yield from limited(check_document(scope, law))
