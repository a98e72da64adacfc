"""The ledger for the public: what was signed last, and proofs against it. They name nobody and need no key."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from troth import ledger
from troth.company import Company
from troth.ledger import Checkpoint
from troth.ledger.note import written
from troth.site import visit
from troth.site.bodies import ConsistencyAnswer
from troth.site.problems import Problem
from troth.store.columns import read_moment

ANEW = timedelta(minutes=1)  # the public has no more checkpoints signed than one in this time
FRESH = {"cache-control": "no-cache"}


def checkpoint(request: Request) -> Response:
    """The newest checkpoint: how far the ledger has come, signed."""
    company = visit.company_of(request)
    return PlainTextResponse(_signed(request, company).note, headers=FRESH)


def proof(request: Request) -> Response:
    """That one entry stands in the ledger of the newest checkpoint, as tlog-proof."""
    company, seq = visit.company_of(request), _number(request.path_params["entry"])
    signed = _signed(request, company)
    if seq > signed.size:
        raise Problem(404, f"{signed.size} entries are signed so far; ask again in a minute.")
    with company.reading() as session:
        return PlainTextResponse(ledger.proof(session, seq, signed), headers=FRESH)


def consistency(request: Request) -> Response:
    """That what an older checkpoint signed is still what the ledger begins with."""
    company = visit.company_of(request)
    signed = _signed(request, company)
    old = _number(request.query_params.get("from", ""))
    new = _number(request.query_params.get("to", str(signed.size)))
    if not old <= new <= signed.size:
        raise Problem(422, f"Ask `from` 1 or more `to` at most {signed.size}, in this order.")
    with company.reading() as session:
        path = ledger.continued(session, old, new)
    answer = ConsistencyAnswer(signed.origin, old, new, [written(hashed) for hashed in path])
    return Response(msgspec.json.encode(answer), media_type="application/json", headers=FRESH)


def _signed(request: Request, company: Company) -> Checkpoint:
    """What was signed last; signed anew where the ledger has grown since and some time has passed."""
    at = visit.site_of(request).now()
    with company.reading() as session:
        last, size = ledger.newest(session), ledger.size(session)
    if last is not None:
        passed = at - read_moment(last.at)  # less than nothing where an entry is of a later day
        if last.size == size or timedelta(0) <= passed < ANEW:
            return last
    with company.writing() as session:
        return ledger.sign(session, company.signer, at)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text)):
        raise Problem(422, "Name an entry by its number, counted from 1.")
    return int(text)
