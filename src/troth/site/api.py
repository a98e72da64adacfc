"""The API: a program with its key asks, collects, and passes on what people chose."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from troth import access
from troth.access import Caller
from troth.company import Company
from troth.people import notices
from troth.people.choices import Scope
from troth.refusal import Refused
from troth.site import visit
from troth.site.bodies import (
    AgreeBody,
    AskAnswer,
    AskBody,
    AsksAnswer,
    AsksBody,
    ChoiceAnswer,
    ChoiceBody,
    CitedClause,
    CollectAnswer,
    CollectBody,
    RefuseBody,
    SayBody,
    TakeBackBody,
    WithheldPart,
)
from troth.site.body import read_body
from troth.site.cite import all_cited
from troth.site.offered import offered
from troth.site.problems import Problem
from troth.site.when import in_force
from troth.store import Session
from troth.store import tables as t

B = TypeVar("B")
Door = Callable[[Request, Company, Caller, B], msgspec.Struct]
NOBODY = "no such person is known here; a person erased is unknown"
WITHOUT_PURPOSE = ("collect", "require", "keep")  # these speak of no purpose


def door(name: str, shape: Any, work: Door[Any]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a body of one shape, open to keys that open this door."""

    async def endpoint(request: Request) -> Response:
        company = visit.company_of(request)
        caller = await run_in_threadpool(caller_of, request, company, name)
        body = decoded(await read_body(request), shape)
        answer = await run_in_threadpool(work, request, company, caller, body)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return endpoint


def decoded(raw: bytes, shape: Any) -> Any:
    """The body, or a problem that says where it is wrong and repeats nothing of it."""
    if b"\0" in raw or b"\\u0000" in raw:
        raise Problem(400, "The body holds a character that no text has.")
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise Problem(422, f"The body does not fit: {_wrong(str(error))}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "The body is no JSON that can be read.") from None


def _wrong(message: str) -> str:
    if "unknown field" in message:
        return "it has a field that is not known here; see /api/openapi.json"
    plain = re.sub(r"value '.*'", "value", message, flags=re.DOTALL)
    return plain[0].lower() + plain[1:]


def caller_of(request: Request, company: Company, name: str) -> Caller:
    """Whose key this is. It must be of this company and open this door."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise Problem(401, "Send the key as `Authorization: Bearer …`.")
    with company.reading() as session:
        caller = access.claim(session, key) if key.isascii() else None
    if caller is None:
        if access.company_of(key) not in ("", company.name):
            raise Problem(403, "The key is of another company.", "G507")
        raise Problem(401, "The key is not known here, or has ended.")
    if not caller.may_use(name):
        raise Problem(403, f"The key does not open `{name}`.", "G507")
    return caller


def _must_be_known(company: Company, person: int | str | None) -> None:
    """A number nobody has, or had, is no person; an address is looked for when it is asked about."""
    if isinstance(person, int):
        with company.reading() as session:
            if session.one(t.people, id=person, erased_at=None) is None:
                raise Refused("G506", NOBODY)


def must_claim(company: Company, caller: Caller, purpose: str | None) -> None:
    """All leaves of the purpose must be among those the key lists; no purpose means every one."""
    if caller.may_claim(purpose):
        return
    reach = company.gate.words.leaves
    claimed = reach("purpose", (purpose,), True) if purpose else frozenset()
    if not claimed or not claimed <= reach("purpose", caller.purposes, True):
        raise Problem(403, "The key may not claim this purpose; ask for one it lists.", "G507")


# -- asking ----------------------------------------------------------------------------------------


def ask(_request: Request, company: Company, caller: Caller, body: AskBody) -> AskAnswer:
    """One question; the role of the key is who asks."""
    if body.purpose is not None or body.action not in WITHOUT_PURPOSE:
        must_claim(company, caller, body.purpose)
    _must_be_known(company, body.person)
    answer = company.ask(
        body.action,
        body.data,
        person=body.person,
        party=body.party,
        purpose=body.purpose,
        place=body.place,
        within=body.within,
        by=caller.role,
        observe=_observing(caller, body.observe),
    )
    withheld = [
        WithheldPart(
            leaf.ask.data,
            list(leaf.decision.clauses),
            leaf.ask.purpose,
            leaf.ask.party,
            leaf.ask.place,
            leaf.version,
            leaf.record,
        )
        for leaf in answer.withheld
    ]
    return AskAnswer(
        answer.verdict,
        answer.allowed,
        [CitedClause(**clause) for clause in all_cited(company, answer.clauses)],
        withheld,
        list(answer.would_allow),
        answer.entry,
        answer.observed,
    )


def _observing(caller: Caller, asked: bool) -> bool | None:
    """What the call says; where it says nothing, what the service does."""
    if asked and not caller.may_use("observe"):
        raise Problem(403, "The key does not open `observe`.", "G507")
    return True if asked else None


def asks(_request: Request, company: Company, caller: Caller, body: AsksBody) -> AsksAnswer:
    """One question about many people; the role of the key is who asks."""
    must_claim(company, caller, body.purpose)
    slots = {"party": body.party, "within": body.within, "by": caller.role}
    return AsksAnswer(company.allowed(body.purpose, body.people, data=body.data, **slots))


# -- collecting ------------------------------------------------------------------------------------


def collect(request: Request, company: Company, caller: Caller, body: CollectBody) -> CollectAnswer:
    """Keep what was given just now, if the version whose notice was shown allows it there."""
    for purpose in body.purposes:
        must_claim(company, caller, purpose)
    if any(not isinstance(body.values.get(kind, ""), str) for kind in ("email", "phone")):
        raise Problem(422, "An address is a text; write it between quotation marks.")
    version = body.version or in_force(company, visit.site_of(request).now()).id
    taken = company.take(
        body.place,
        body.values,
        person=body.person,
        version=version,
        notice_shown=body.version is not None,
        notice=body.notice,
        host=body.host,
        source=body.source,
        purposes=tuple(body.purposes),
        customer=body.customer,
        contract=body.contract,
        matter=body.matter,
        observe=_observing(caller, body.observe),
    )
    return CollectAnswer(taken.record, version, list(taken.against))


# -- choosing --------------------------------------------------------------------------------------


def choose(request: Request, company: Company, caller: Caller, body: ChoiceBody) -> ChoiceAnswer:
    """Note what a person said of a choice, a consent or a waiting clause."""
    if isinstance(body, (AgreeBody, RefuseBody)):
        with company.writing() as session:
            person = company.person(session, body.person)
            if person is None:
                raise Refused("G506", NOBODY)
            return ChoiceAnswer([_answer(request, company, session, person, body)])
    rows = company.say(
        body.person,
        _choice(company, body.choice, request),
        body.items,
        standing=isinstance(body, SayBody),
        way=body.way,
        by=caller.role,
        text_shown=body.text_shown,
        complete=body.complete if isinstance(body, SayBody) else True,
        scope=_scope(company, body),
        at=visit.site_of(request).now(),
    )
    return ChoiceAnswer(list(rows))


def _scope(company: Company, body: SayBody | TakeBackBody) -> Scope:
    if isinstance(body, TakeBackBody):
        return Scope(body.party, zone=company.zone)
    return Scope(body.party, tuple(body.data), body.since, body.until, company.zone)


def _choice(company: Company, name: str, request: Request) -> Any:
    at = visit.site_of(request).now()
    every = [v.id for v in company.policy.versions]
    found = next((o for o in offered(company, at, every) if o.choice.name == name), None)
    if found is None:
        raise Refused("G506", "no text of this company offers that choice")
    return found.choice


def _answer(
    request: Request,
    company: Company,
    session: Session,
    person: int,
    body: AgreeBody | RefuseBody,
) -> int:
    at = visit.site_of(request).now()
    current = in_force(company, at)
    wanted = body.version or current.id
    version = next((v for v in company.policy.versions if v.id == wanted), None)
    clause = next((c for c in version.clauses if c.name == body.clause), None) if version else None
    if version is None or clause is None:
        raise Refused("G506", "no version of this policy has that clause")
    digest = company.gate.decider.meaning.digest(version, clause)
    answer = notices.agree if isinstance(body, AgreeBody) else notices.refuse
    return answer(session, person, clause.name, version.id, digest, at, body.way, body.text_shown)
