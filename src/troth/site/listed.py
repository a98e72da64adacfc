"""Asking about a list of any length: a person a line in, a yes or no a line out, and only a part of it in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from troth.company import Company
from troth.company.many import Many
from troth.site import visit
from troth.site.api import asks as asked_at_once
from troth.site.api import caller_of, decoded, door, must_claim
from troth.site.bodies import AsksBody, AsksOfList, Person
from troth.site.problems import Problem

NDJSON = "application/x-ndjson"
MOST_PEOPLE = 10_000_000
LONGEST = 1024  # bytes of a line
AT_ONCE = 10_000  # lines
YES, NO = b"true\n", b"false\n"
_at_once = door("ask", AsksBody, asked_at_once)


async def asks(request: Request) -> Response:
    """One question about many people: in one body, or line by line."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return await (_line_by_line(request) if kind == NDJSON else _at_once(request))


async def _line_by_line(request: Request) -> Response:
    """The answers are given when all are there, a byte each: nobody has to read while she writes."""
    company = visit.company_of(request)
    many = await run_in_threadpool(_question, request, company)
    answers = bytearray()
    async for lines in _lines(request):
        answers += await run_in_threadpool(_answered, many, lines)
    return StreamingResponse(_written(answers), media_type=NDJSON)


def _question(request: Request, company: Company) -> Many:
    caller = caller_of(request, company, "ask")
    said = decoded(msgspec.json.encode(dict(request.query_params)), AsksOfList)
    must_claim(company, caller, said.purpose)
    slots = {"data": said.data, "party": said.party, "within": said.within, "by": caller.role}
    return company.many(said.purpose, **slots)


def _answered(many: Many, lines: list[bytes]) -> bytes:
    people: list[Any] = [decoded(line, Person) for line in lines]
    return bytes(many.of(people))


async def _lines(request: Request) -> AsyncIterator[list[bytes]]:
    """The lines of the body, so many at once; empty ones are none."""
    rest, waiting, count = b"", list[bytes](), 0
    async for chunk in request.stream():
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST or any(len(line) > LONGEST for line in whole):
            raise Problem(413, f"A line is longer than {LONGEST} bytes; write one person on each.")
        waiting += [line for line in whole if line.strip()]
        while len(waiting) >= AT_ONCE:
            some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            count = _counted(count + len(some))
            yield some
    waiting += [rest] if rest.strip() else []
    _counted(count + len(waiting))
    if waiting:
        yield waiting


def _counted(count: int) -> int:
    if count > MOST_PEOPLE:
        raise Problem(413, f"Send at most {MOST_PEOPLE:,} people at once.")
    return count


def _written(answers: bytearray) -> Iterator[bytes]:
    for start in range(0, len(answers), AT_ONCE):
        yield b"".join([YES if answer else NO for answer in answers[start : start + AT_ONCE]])
