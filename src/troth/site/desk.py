"""The desk: an operator asks whether something may be done with what is held, and sees why. Never a value."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth import ledger
from troth.access import Visitor
from troth.company import Company
from troth.gate import OBSERVED
from troth.language.model import Answer
from troth.ledger import Entry
from troth.page.phrases import capital
from troth.people.problems import Conflict, Unknown
from troth.refusal import Refused
from troth.site import visit
from troth.site.body import Form
from troth.site.cases import matter_called
from troth.site.cite import all_cited, plainly
from troth.site.desk_options import options
from troth.site.desk_signin import NAV, operator_of
from troth.site.gist import phrase
from troth.site.when import day_said, moment_said
from troth.store import tables as t

SLOTS = ("action", "data", "purpose", "party", "matter", "person", "place", "by")
LATELY = 20
TAKES_PLACE = ("collect", "require")


def show(request: Request) -> Response:
    """The desk before a question."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    return _desk(request, *found, dict.fromkeys(SLOTS, ""), None, None)


def take(request: Request, form: Form) -> Response:
    """One question, its answer, and its entry in the ledger."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    visit.must_be_ours(request, form, "desk", visit.DESK_COOKIE)
    company, operator = found
    asked = {slot: form.one(slot)[:300] for slot in SLOTS}
    try:
        answer = _ask(company, operator, asked)
    except (Refused, Unknown, Conflict) as error:
        said = error.message if isinstance(error, Refused) else "No one person has this address."
        return _desk(request, company, operator, asked, None, said, 422)
    return _desk(request, company, operator, asked, _answered(company, asked, answer), None)


def verify(request: Request, form: Form) -> Response:
    """Read the whole ledger and hold it against its tree and its checkpoints."""
    found = operator_of(request)
    if found is None:
        return RedirectResponse("/desk/sign-in", 303)
    visit.must_be_ours(request, form, "desk", visit.DESK_COOKIE)
    company, site = found[0], visit.site_of(request)
    with company.reading() as session:
        signed = ledger.newest(session) is not None
        verdict = ledger.verify(session, company.signer.key if signed else None)
    when = moment_said(company, site.now())
    site.verified[company.name] = (
        f"Verified {when}: {verdict.entries} entries, whole, root {verdict.root}."
        if verdict
        else f"Verified {when}: broken. {capital(verdict.problem)}."
    )
    return RedirectResponse("/desk#ledger", 303)


def _ask(company: Company, operator: Visitor, asked: dict[str, str]) -> Answer:
    who = asked["person"]
    role = asked["by"] if operator.has_role(asked["by"]) else next(iter(operator.roles), None)
    needs_nobody = asked["action"] in TAKES_PLACE
    if not who and not needs_nobody:
        raise Refused("G506", "name the person whose data is meant")
    return company.ask(
        asked["action"],
        asked["data"],
        person=_number(company, who) if who.isdecimal() and len(who) < 10 else who or None,
        party=asked["party"] or None,
        purpose=asked["purpose"] or None,
        place=asked["place"] or None,
        within=asked["matter"] or None,
        by=role,
    )


def _number(company: Company, who: str) -> int | str:
    """A number is the person's; one that nobody has may still be a telephone."""
    with company.reading() as session:
        known = session.one(t.people, id=int(who), erased_at=None)
    return int(who) if known is not None else who


# -- the answer ------------------------------------------------------------------------------------


def _answered(company: Company, asked: dict[str, str], answer: Answer) -> dict[str, Any]:
    return {
        "answer": answer.verdict,
        "observed": answer.observed,
        "question": _question(company, asked),
        "given": _given(company, answer),
        "clauses": all_cited(company, answer.clauses),
        "withheld": _withheld(company, answer) if answer.verdict == "in part" else [],
        "would_allow": [plainly(company, way) for way in answer.would_allow[:5]],
        "nothing": not answer.leaves,
        "entry": answer.entry,
    }


def _question(company: Company, asked: dict[str, str]) -> str:
    words = [capital(asked["action"]), phrase(company, "data", asked["data"])]
    if asked["party"]:
        words.append(f"with {_called(company, asked['party'])}")
    if asked["purpose"]:
        words.append(f"for {phrase(company, 'purpose', asked['purpose'])}")
    if asked["place"]:
        words.append(f"at {phrase(company, 'place', asked['place'])}")
    if asked["matter"]:
        words.append(f"within {matter_called(company, asked['matter'])}")
    return f"{' '.join(words)}?"


def _called(company: Company, party: str) -> str:
    """A party by its name, a kind of party by its phrase."""
    with company.reading() as session:
        known = session.one(t.parties, id=party)
    return str(known.name) if known is not None else phrase(company, "party", party)


def _given(company: Company, answer: Answer) -> str:
    """When and where what is asked about was given, and under what."""
    numbers = sorted({leaf.record for leaf in answer.leaves if leaf.record is not None})
    versions = dict.fromkeys(leaf.version or "no known version" for leaf in answer.leaves)
    if not numbers:
        return ""
    with company.reading() as session:
        rows = session.rows(t.records, t.records.c.id.in_(numbers), order=[t.records.c.given_at])
    said = dict.fromkeys(
        f"{day_said(company, row.given_at)}"
        + (f" at {phrase(company, 'place', row.place)}" if row.place else "")
        for row in rows
    )
    return f"Given on {'; '.join(said)}, under {', '.join(versions)}."


def _withheld(company: Company, answer: Answer) -> list[dict[str, Any]]:
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for leaf in answer.withheld:
        said = phrase(company, "data", leaf.ask.data)
        if leaf.ask.purpose:
            said += f", for {phrase(company, 'purpose', leaf.ask.purpose)}"
        found[said, leaf.decision.clauses] = None
    return [
        {"label": capital(label), "clauses": all_cited(company, clauses)}
        for label, clauses in found
    ]


# -- the page --------------------------------------------------------------------------------------


def _desk(
    request: Request,
    company: Company,
    operator: Visitor,
    asked: dict[str, str],
    answer: dict[str, Any] | None,
    problem: str | None,
    status: int = 200,
) -> Response:
    site = visit.site_of(request)
    with company.reading() as session:
        entries = ledger.entries(session, limit=LATELY, newest_first=True)
        offered = options(company, operator, session)
    total = entries[0].seq if entries else 0
    return visit.page(
        request,
        "desk.html",
        status=status,
        title=f"Desk · {company.title}",
        here="desk",
        nav=[*NAV, {"key": "privacy", "label": company.title, "href": f"/{company.name}/privacy"}],
        operator=operator.name,
        firm=company.title,
        action="/desk",
        token=visit.form_token(request, "desk", visit.DESK_COOKIE),
        leave={
            "action": "/desk/sign-out",
            "token": visit.form_token(request, "desk sign-out", visit.DESK_COOKIE),
        },
        person=f"{operator.name} ({', '.join(operator.roles) or 'no role'}) for {company.title}",
        companies=[(company.name, company.title)],
        options=offered,
        asked={"company": company.name, **asked},
        answer=answer,
        problem=problem,
        entries=[_entry(company, entry) for entry in entries],
        ledger={
            "verified": site.verified.get(company.name, f"{total} entries, not yet verified here."),
            "action": "/desk/verify",
        },
    )


def _data(company: Company, said: Any) -> str:
    words = said if isinstance(said, list) else [said]
    return ", ".join(phrase(company, "data", str(word)) for word in words)


def _what(company: Company, payload: dict[str, Any]) -> str:
    """What was asked, in the words people read."""
    said = [str(payload.get("action", "")), _data(company, payload.get("data", ""))]
    party, purpose = payload.get("with") or payload.get("party"), payload.get("purpose")
    said += [f"with {_called(company, str(party))}"] if party else []
    said += [f"for {phrase(company, 'purpose', str(purpose))}"] if purpose else []
    said += (
        [f"at {phrase(company, 'place', str(payload['place']))}"] if payload.get("place") else []
    )
    return " ".join(part for part in said if part)


def _happened(company: Company, kind: str, payload: dict[str, Any]) -> str:
    """What an entry of another kind notes: `Matter opened: your support case, K7M-4QX`."""
    said = kind.replace(".", " ").replace("-", " ")
    if isinstance(payload.get("matter"), str) and kind.startswith("matter."):
        return f"{said}: {matter_called(company, payload['matter'])}"
    if isinstance(payload.get("place"), str):
        return f"{said}, at {phrase(company, 'place', payload['place'])}"
    return said


def _entry(company: Company, entry: Entry) -> dict[str, Any]:
    payload = entry.payload if isinstance(entry.payload, dict) else {}
    observed = entry.kind == OBSERVED
    asked = entry.kind == "asked" or (observed and "verdict" in payload)
    what = _what(company, payload) if asked else _happened(company, entry.kind, payload)
    what += " (observed)" if observed and asked else ""
    whose = f", person {entry.person}" if entry.person is not None else ""
    return {
        "number": entry.seq,
        "when": moment_said(company, entry.at),
        "what": f"{capital(what)}{whose}" if not entry.forgotten else "Forgotten",
        "answer": payload.get("verdict", ""),
        "clauses": all_cited(company, tuple(payload.get("clauses", ()))[:3]) if asked else [],
        "href": "",
    }
