"""What every answer carries, and what becomes of an error nobody expected: denied, and nothing told."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from troth.site.problems import Problem

log = logging.getLogger("troth.site")
ALWAYS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
PRIVATE = "no-store"
STATIC = "public, max-age=86400"
Shown = Callable[[Request, Problem], Response]


class Headers:
    """The outermost layer. An answer that does not say how it may be kept may not be kept at all."""

    def __init__(self, app: ASGIApp, shown: Shown) -> None:
        self.app = app
        self.shown = shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            if started:
                raise ConnectionAbortedError("an answer could not be finished") from None
            problem = Problem(500, reference=_noted(error))
            await self.shown(Request(scope), problem)(scope, receive, sending)


def _add(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    kept = STATIC if scope["path"].startswith("/static/") else PRIVATE
    headers.setdefault("cache-control", kept)
    if scope["scheme"] == "https":
        headers.setdefault("strict-transport-security", "max-age=31536000")


def _noted(error: Exception) -> str:
    """Put an error into the log under a number: its kind and where, never its words or the data in them."""
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in reversed(frames))
    log.error("internal error %s: %s at %s", reference, type(error).__name__, where)
    return reference
