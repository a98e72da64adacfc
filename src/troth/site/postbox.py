"""The postbox of a demo: the mails its own mail server was given, to be read and clicked. A service has none."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from troth.site import visit
from troth.site.problems import Problem

SHOWN = 50
LINK = re.compile(r"(https?://[^\s<>\"]+)")


def show(request: Request) -> Response:
    """The newest mails."""
    received = visit.site_of(request).postbox
    if received is None:
        raise Problem(404)
    return visit.page(
        request,
        "postbox.html",
        title="Postbox",
        nav=[],
        mails=[_shown(request, one) for one in reversed(received[-SHOWN:])],
        count=len(received),
    )


def _shown(request: Request, mail: EmailMessage) -> dict[str, Any]:
    here = str(request.base_url)
    parts = [
        {"text": part, "href": "/" + part.removeprefix(here) if part.startswith(here) else ""}
        for part in LINK.split(str(mail.get_content()))
    ]
    return {
        "to": str(mail["To"]),
        "sender": str(mail["From"]),
        "subject": str(mail["Subject"]),
        "parts": parts,
    }
