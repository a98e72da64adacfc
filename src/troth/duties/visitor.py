"""A visitor of a site: asks for pages as a browser does, keeps the cookies it is given, sends what a form asks for."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from http.cookies import SimpleCookie
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit

from troth.duties.markup import Markup, read_markup

HERE = "http://127.0.0.1:8000"
SECONDS = 10
MOST_BYTES = 4_000_000
FORM = "application/x-www-form-urlencoded"
Headers = tuple[tuple[str, str], ...]
App = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that a page set. `held` is what it holds; empty where it is taken away."""

    name: str
    held: str
    secure: bool = False


@dataclass(frozen=True)
class Page:
    """What came back for one address."""

    path: str
    status: int
    headers: Headers
    text: str = field(repr=False)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        found = []
        for key, value in self.headers:
            if key.lower() == "set-cookie":
                found += [
                    Cookie(name, one.value, bool(one["secure"]))
                    for name, one in SimpleCookie(value).items()
                ]
        return tuple(found)

    @cached_property
    def markup(self) -> Markup:
        return read_markup(self.text)


Door = Callable[[str, str, Mapping[str, str], bytes], Page]  # method, path, headers, body


@dataclass
class Visitor:
    """One visit, from the first page on. `says` are headers sent with each: the signals of a browser."""

    door: Door
    origin: str = HERE
    says: Mapping[str, str] = field(default_factory=dict)
    jar: dict[str, str] = field(default_factory=dict)
    given: list[Cookie] = field(default_factory=list)  # every cookie that was set, in order

    def get(self, path: str) -> Page:
        """A page; where it leads on, the one it leads to."""
        return self._on(self._ask("GET", path, {}, b""))

    def send(self, path: str, values: Mapping[str, str]) -> Page:
        """A form, as our own page would send it."""
        headers = {"content-type": FORM, "origin": self.origin}
        return self._on(self._ask("POST", path, headers, urlencode(values).encode()))

    def _on(self, page: Page) -> Page:
        for _ in range(5):
            to = page.header("location")
            if page.status not in (301, 302, 303, 307, 308) or not to:
                break
            if (whole := urlsplit(urljoin(self.origin + page.path, to))).netloc != self._host:
                break
            page = self._ask(
                "GET", whole.path + (f"?{whole.query}" if whole.query else ""), {}, b""
            )
        return page

    @property
    def _host(self) -> str:
        return urlsplit(self.origin).netloc

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Page:
        kept = {"cookie": "; ".join(f"{k}={v}" for k, v in self.jar.items())} if self.jar else {}
        page = self.door(method, path, {**self.says, **kept, **headers}, body)
        for cookie in page.cookies:
            self.given.append(cookie)
            self.jar[cookie.name] = cookie.held
        self.jar = {name: held for name, held in self.jar.items() if held}
        return page


# -- doors -----------------------------------------------------------------------------------------


def in_process(app: App, origin: str = HERE) -> Door:
    """The door of an ASGI application, asked without a network."""
    scheme, host = urlsplit(origin)[:2]

    def ask(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Page:
        written = {"host": host, "content-length": str(len(body)), **headers}
        at, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": scheme,
            "path": at,
            "raw_path": at.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in written.items()],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 80),
        }
        return asyncio.run(_asked(app, scope, body))

    return ask


async def _asked(app: App, scope: MutableMapping[str, Any], body: bytes) -> Page:
    start: dict[str, Any] = {}
    parts: list[bytes] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"])
    query = scope["query_string"].decode()
    path = scope["path"] + (f"?{query}" if query else "")
    return Page(path, start["status"], headers, b"".join(parts).decode("utf-8", "replace"))


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leads nowhere by itself: what a page sets on the way counts too."""

    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: Message,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


def over_the_web(origin: str) -> Door:
    """The door of a site that is served somewhere. OSError where it cannot be reached."""
    opener = urllib.request.build_opener(_Stay)

    def ask(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Page:
        request = urllib.request.Request(
            f"{origin}{path}", body or None, dict(headers), method=method
        )
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return _page(path, answer)
        except HTTPError as answer:
            with answer:
                return _page(path, answer)

    return ask


def _page(path: str, answer: Any) -> Page:
    return Page(
        path,
        answer.status,
        tuple(answer.headers.items()),
        answer.read(MOST_BYTES).decode("utf-8", "replace"),
    )
