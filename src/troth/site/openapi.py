"""The description of the API (OpenAPI 3.1), made from the very types that read the bodies."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from troth import __version__
from troth.site import bodies
from troth.site.listed import MOST_PEOPLE, NDJSON

TYPES: tuple[Any, ...] = (
    bodies.AskBody,
    bodies.AsksBody,
    bodies.CollectBody,
    bodies.ChoiceBody,
    bodies.AskAnswer,
    bodies.AsksAnswer,
    bodies.CollectAnswer,
    bodies.ChoiceAnswer,
    bodies.ConsistencyAnswer,
    bodies.ProblemAnswer,
)
# door → what it does, its body, its answer
DOORS = {
    "ask": ("May we do this with what is held about a person?", "AskBody", "AskAnswer"),
    "asks": ("Which of many people may it be done with?", "AsksBody", "AsksAnswer"),
    "collect": ("Keep what was given just now, or refuse it whole", "CollectBody", "CollectAnswer"),
    "choices": ("Note a choice, a consent, or an answer to a clause", "", "ChoiceAnswer"),
}
# address → what it gives to anybody, without a key: its parameters in the address, its answer
PUBLIC = {
    "ledger/checkpoint": (
        "The ledger's newest checkpoint, a signed note (C2SP tlog-checkpoint)",
        (),
    ),
    "ledger/proof/{entry}": (
        "That an entry stands in the ledger that was signed (C2SP tlog-proof)",
        (("entry", "path", "the entry's number, counted from 1"),),
    ),
    "ledger/consistency": (
        "That an older checkpoint's entries are still the first (RFC 6962, 2.1.2)",
        (
            ("from", "query", "the size of the older checkpoint"),
            ("to", "query", "the size of the newer one; the newest without it"),
        ),
    ),
}
BY_LINE = (
    f"the number or the address of a person on each line, as JSON; at most {MOST_PEOPLE:,} lines",
    "`true` or `false` for each, in their order",
)
IN_ADDRESS = f"with a body of {NDJSON} alone, in place of the field of the JSON body"
PROBLEMS = {
    "400": "The body cannot be read.",
    "401": "No key, or one that is not known.",
    "403": "The key may not do this, or the policy does not allow it.",
    "404": "There is no such company.",
    "409": "It cannot stand beside what is there.",
    "413": "The body is over 64 kB, or a list over its bound.",
    "422": "The body does not fit, or names what is not known.",
    "500": "Something went wrong: nothing was stored, nothing allowed.",
}


def show(_request: Request) -> Response:
    """The description."""
    return Response(
        description(), media_type="application/json", headers={"cache-control": "max-age=300"}
    )


@cache
def description() -> bytes:
    """The whole description as JSON."""
    shapes, components = msgspec.json.schema_components(
        TYPES, ref_template="#/components/schemas/{name}"
    )
    choice = shapes[2]
    paths = {
        f"/api/{{company}}/{name}": {"post": _operation(name, *said, choice)}
        for name, said in DOORS.items()
    }
    paths |= {f"/api/{{company}}/{name}": {"get": _public(name)} for name in PUBLIC}
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Troth",
                "version": __version__,
                "description": "A privacy policy that decides: ask, collect, choose.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            },
            "security": [{"key": []}],
        }
    )


def _operation(
    name: str, summary: str, body: str, answer: str, choice: dict[str, Any]
) -> dict[str, Any]:
    taken = _named(body) if body else choice
    given: dict[str, Any] = {"application/json": {"schema": _named(answer)}}
    content: dict[str, Any] = {"application/json": {"schema": taken}}
    asked: list[dict[str, Any]] = []
    if name == "asks":  # a list of any length: a person a line, an answer a line
        content[NDJSON], given[NDJSON] = (
            {"schema": {"type": "string", "description": said}} for said in BY_LINE
        )
        asked = [
            {"name": slot, "in": "query", "schema": {"type": "string"}, "description": IN_ADDRESS}
            for slot in bodies.AsksOfList.__struct_fields__
        ]
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            _company("the company by the name of its policy; the key is of it"),
            *asked,
        ],
        "requestBody": {"required": True, "content": content},
        "responses": _answers(given, PROBLEMS),
    }


def _public(name: str) -> dict[str, Any]:
    summary, parameters = PUBLIC[name]
    asked = [
        {
            "name": parameter,
            "in": where,
            "required": parameter != "to",
            "schema": {"type": "integer", "minimum": 1},
            "description": said,
        }
        for parameter, where, said in parameters
    ]
    given: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}}
    if name == "ledger/consistency":
        given = {"application/json": {"schema": _named("ConsistencyAnswer")}}
    problems = {code: PROBLEMS[code] for code in ("404", "422", "500")}
    return {
        "operationId": name.partition("/{")[0].replace("/", "-"),
        "summary": summary,
        "security": [],
        "parameters": [_company("the company by the name of its policy"), *asked],
        "responses": _answers(given, problems),
    }


def _company(said: str) -> dict[str, Any]:
    return {
        "name": "company",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": said,
    }


def _answers(given: dict[str, Any], problems: dict[str, str]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _named("ProblemAnswer")}}
    answers: dict[str, Any] = {"200": {"description": "The answer.", "content": given}}
    return answers | {
        code: {"description": said, "content": problem} for code, said in problems.items()
    }


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
