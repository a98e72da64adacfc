"""What is said at a form before anything is sent: who else may see it, what for, and how long it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from markupsafe import Markup

from troth.language.model import Clause, Document, Period
from troth.site.cite import Cited, address_of, cited
from troth.site.forms import Opened, reaches, series
from troth.site.gist import phrase


def notice_of(opened: Opened) -> Markup:
    """The notice of a form. Where the version promises to show it, it stands open."""
    form, parts = opened.form, [Markup("")]
    places = {form.place, *(field.place for field in opened.fields)}
    duties = [d for d in opened.version.duties if d.form == "show-notice"]
    reach = opened.company.gate.words.leaves
    shown = any(places & reach("place", d.slot("places"), True) for d in duties)
    own = opened.notice
    if own is not None:
        parts.append(_own(opened, own))
    named = tuple(purpose for field in opened.fields for purpose in field.purposes)
    parts.append(_folded("Who else may see it", _seen_by(opened, named), shown))
    parts.append(_folded("How long it is kept", _kept_for(opened), False))
    parts.append(_besides(opened))
    return Markup("").join(parts)


def _besides(opened: Opened) -> Markup:
    """What every form of the version names: what becomes of everything that is held."""
    if not opened.also:
        return Markup("")
    said = series([phrase(opened.company, "purpose", purpose) for purpose in opened.also])
    start = Markup("<p>Like everything we hold, it may also serve for {}.</p>").format(said)
    return _folded("And, like everything we hold", _seen_by(opened, opened.also), False, start)


def words_digest(opened: Opened) -> str:
    """What stands over and beside the fields, as a short digest: an embedded copy says which words it shows."""
    beside = [
        f"{f.name}\0{f.label}\0{f.purpose}\0{f.required}\0{'/'.join(f.purposes)}"
        for f in opened.fields
    ]
    offered = [choice.phrase for choice in opened.offers]
    said = "\n".join((str(notice_of(opened)), opened.intro, *beside, *offered))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _own(opened: Opened, notice: Document) -> Markup:
    lines = [cited(opened.company, f"{notice.id}#{clause.name}") for clause in notice.clauses]
    said = Markup(" ").join(line["sentence"] for line in lines)
    return Markup('<p>{} <a class="mark" href="{}">{}</a></p>').format(
        said, address_of(notice.id), notice.id
    )


def _folded(heading: str, lines: list[Cited], shown: bool, start: Markup | None = None) -> Markup:
    if not lines and start is None:
        return Markup("")
    items = Markup("").join(
        Markup("<li>{}{}</li>").format(
            line["sentence"],
            Markup(' <a class="mark" href="{}">{}</a>').format(
                line["href"], line["id"].partition("#")[2]
            )
            if line["href"]
            else "",
        )
        for line in lines
    )
    listed = Markup("<ul>{}</ul>").format(items) if lines else ""
    return Markup("<details{}><summary>{}</summary>{}{}</details>").format(
        Markup(" open") if shown else "", heading, start or "", listed
    )


def _seen_by(opened: Opened, purposes: tuple[str, ...]) -> list[Cited]:
    """The sharing that the clauses of the version allow for these purposes, of what the form asks for."""
    company, reach = opened.company, opened.company.gate.words.leaves
    return [
        cited(company, f"{opened.version.id}#{clause.name}")
        for clause in _clauses(opened.version, "share")
        if any(
            field.word in reach("data", clause.data)
            and reach("purpose", tuple({*field.purposes, *opened.also} & {*purposes}), True)
            & reach("purpose", clause.purposes, True)
            and reaches(company, clause, field.place)
            for field in opened.fields
        )
    ]


def _kept_for(opened: Opened) -> list[Cited]:
    """The periods that end the keeping, the operator's own among them."""
    company, words = opened.company, {field.word for field in opened.fields}
    house = [company.policy.house] if company.policy.house else []
    reach = company.gate.words.leaves
    return [
        cited(company, f"{text.id}#{clause.name}")
        for text in (opened.version, *house)
        for clause in _clauses(text, "keep")
        if any(isinstance(c, Period) for c in clause.conditions)
        and words & reach("data", clause.data)
    ]


def _clauses(text: Document, action: str) -> Iterator[Clause]:
    entrusted = text.listed("entrusted")
    for clause in text.clauses:
        own = clause.name.partition(".")[0] not in entrusted
        if own and (clause.modal, clause.action) == ("may", action):
            yield clause
