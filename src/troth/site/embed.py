"""A form on a page of the company's own site: plain HTML that posts to us, from the hosts the policy covers."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from troth.company import Company
from troth.language.model import Document
from troth.site.forms import Opened
from troth.site.notice import notice_of, words_digest
from troth.site.when import today

JSON = "application/json"
CHANGED = (
    "What stands over this form has changed since the page it came from was made. Nothing was saved; "
    "read it here and send it once more."
)


def hosts(company: Company, version: Document, at: datetime) -> list[str]:
    """The hosts that the version covers on the day; a form on any other is refused."""
    return [entry for entry in version.covered(today(company, at)) if "." in entry]


def host_of(request: Request, company: Company, version: Document, at: datetime) -> str:
    """The covered host whose page sent the form; empty where it came from anywhere else."""
    origin = urlsplit(request.headers.get("origin", ""))
    known = hosts(company, version, at)
    covered = origin.scheme in ("http", "https") and origin.hostname in known
    return str(origin.hostname) if covered else ""


def mark(opened: Opened) -> str:
    """What an embedded copy carries: which words of which version it shows."""
    return f"{opened.version.id} {words_digest(opened)}"


def snippet(templates: Environment, opened: Opened, base: str) -> str:
    """The form as plain HTML, without a script and without a style."""
    company, form = opened.company.name, opened.form
    text = templates.get_template("snippet.html").render(
        action=f"{base}{company}/{form.name}",
        policy=f"{base}{company}/privacy",
        base=base.rstrip("/"),
        heading=form.phrase,
        intro=opened.intro,
        notice=notice_of(opened),
        mark=mark(opened),
        fields=opened.fields,
        offers=opened.offers,
        submit=form.button or "Send",
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def script(base: str) -> str:
    """The one line that lets the answer appear on the same page. The form works without it."""
    return f'<script src="{base}static/embed.js" defer></script>'


def wants_json(request: Request) -> bool:
    """The script asks for JSON; a browser that sends a form by itself asks for a page."""
    return request.headers.get("accept", "").startswith(JSON)


def allow(answer: Response, request: Request) -> Response:
    """Let the script on the covered page read the answer, and nobody else's."""
    answer.headers["access-control-allow-origin"] = request.headers["origin"]
    answer.headers["vary"] = "Origin"
    return answer
