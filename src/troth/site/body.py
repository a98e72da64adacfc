"""Bodies of requests: read up to a limit, and a form as its fields. What is wrong with them is a problem."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from troth.site.problems import Problem

MOST_BYTES = 64 * 1024
MOST_FIELDS = 200
ELSEWHERE = "The form came from another site; open it here and send it anew."
FORM = "application/x-www-form-urlencoded"


class Form:
    """The fields of a form in order; a name may come several times."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def one(self, name: str) -> str:
        """The first value of a field without outer blanks; empty where there is none."""
        return next((value.strip() for key, value in self._pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]

    def number(self, name: str) -> int:
        """A number of the store, as a page wrote it into its form; 0, which nothing has, where it is none."""
        said = self.one(name)
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else 0

    def names(self) -> list[str]:
        """The name of every field sent, in order, with repeats."""
        return [key for key, _ in self._pairs]


Posted = Callable[[Request, Form], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


async def read_body(request: Request) -> bytes:
    """The whole body, or a problem as soon as it is over the limit: the rest is not read."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise Problem(413)
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > MOST_BYTES:
            raise Problem(413)
    return bytes(found)


def read_form(content_type: str, body: bytes) -> Form:
    """The fields of an ordinary form. Files are taken nowhere."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Problem(415, "A form is sent as its browser sends it, without files.")
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem(400, "The form cannot be read; open it again and send it anew.") from None
    if any("\0" in part for pair in pairs for part in pair):
        raise Problem(400, "The form holds a character that no text has; type it anew.")
    return Form([(name, value.replace("\r\n", "\n")) for name, value in pairs])


def posted(endpoint: Posted, anywhere: bool = False) -> Endpoint:
    """An endpoint for a form: the form is read here, the endpoint then works in a thread of its own.

    `anywhere`: the endpoint itself looks at where the form came from.
    """
    assert not inspect.iscoroutinefunction(endpoint)

    @wraps(endpoint)
    async def taking(request: Request) -> Response:
        if not anywhere and not from_here(request):
            raise Problem(403, ELSEWHERE)
        form = read_form(request.headers.get("content-type", ""), await read_body(request))
        return await run_in_threadpool(endpoint, request, form)

    return taking


def from_here(request: Request) -> bool:
    """Whether a form comes from our own page: browsers say so, and other sites cannot make them say it."""
    origin = request.headers.get("origin")
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    ours = origin is None or origin.partition("://")[2] == request.headers.get("host")
    return ours and fetched in ("same-origin", "none")
