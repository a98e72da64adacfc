"""A look at a site sees what it puts into a browser, where its links lead and what it answers to a signal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.duties.conftest import Measured
from troth.duties import Look, over_the_web
from troth.language.read import read
from troth.page.html import article

SITE = [
    ("incontact", "#cookies.plain"),
    ("incontact", "#cookies.gone"),
    ("incontact", "#cookies.without"),
    ("incontact", "#links.marked"),
    ("incontact", "#security.throttle"),
    ("incontact", "#changes.noted"),
    ("incontact", "#changes.earlier"),
    ("infusionsoft", "#links.plain"),
    ("infusionsoft", "#signal.dnt"),
    ("infusionsoft", "#collect.fields"),
    ("callminer", "#ads.signal"),
    ("callminer", "#cookies.open-areas"),
    ("interactive-intelligence", "#links.beside"),
]
PAGES = {
    "/incontact/privacy": '<a href="/incontact/forms">Forms</a> <a href="https://tracker.example/?from=you">out</a>',
    "/incontact/forms": '<script src="https://tracker.example/a.js"></script>'
    '<form action="/incontact/ask"><input type="hidden" name="notice"><input name="email"></form>',
}


class Careless(BaseHTTPRequestHandler):
    """A site that follows everybody."""

    def do_GET(self) -> None:
        page = PAGES.get(self.path.partition("?")[0])
        self.send_response(200 if page else 404)
        self.send_header("set-cookie", "who=anna@example.com")
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def careless() -> Iterator[Look]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    yield Look(over_the_web(origin), "incontact", (), origin, trial=False)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("company", "duty"), SITE)
def test_the_own_site_keeps_what_is_promised_of_it(
    figure: Measured, company: str, duty: str
) -> None:
    found = figure(company, duty)
    assert found.verdict == "kept", found


@pytest.mark.parametrize(
    "duty", ["#cookies.without", "#links.marked", "#changes.earlier", "#changes.noted"]
)
def test_a_careless_site_is_seen_to_be_one(figure: Measured, careless: Look, duty: str) -> None:
    found = figure("incontact", duty, careless)
    assert found.verdict == "not kept" and found.remedy, found


def test_what_is_not_sent_encrypted_is_not_kept(figure: Measured, careless: Look) -> None:
    found = figure("incontact", "#security.transit", careless)
    assert (found.verdict, found.numbers["over_tls"]) == ("not kept", 0)


def test_a_signal_that_changes_nothing_is_not_honoured(figure: Measured, careless: Look) -> None:
    from dataclasses import replace

    found = figure("infusionsoft", "#signal.dnt", replace(careless, company="incontact"))
    assert (found.verdict, found.numbers["cookies"]) == ("not kept", 4)  # two pages, two signals


def test_nobody_is_registered_at_a_site_that_serves_others(
    figure: Measured, careless: Look
) -> None:
    assert figure("incontact", "#cookies.plain", careless).verdict == "not measured"


def test_a_site_that_does_not_answer_is_not_measured(figure: Measured, careless: Look) -> None:
    from dataclasses import replace

    nobody = replace(careless, company="nobody")
    assert figure("incontact", "#cookies.without", nobody).verdict == "not measured"


LINKING = """---
policy: bakery
company: The Corner Bakery
in force: 2026-01-01
zone: Europe/Zurich
covers: bakery.example
---

# Bread {#bread}

See [the millers](https://millers.example/flour) and [ourselves](https://bakery.example/).

```policy
beside: must open outside links in a new window
```
"""


def test_a_link_that_leaves_the_site_is_marked_hands_nothing_over_and_opens_beside_it() -> None:
    document, problems = read(LINKING, "bakery/2026-01-01.md")
    assert not problems
    page = str(article(document, {}, [document]))
    outside = page.split('href="https://millers.example/flour"')[1].split("</a>", maxsplit=1)[0]
    assert 'rel="external noopener noreferrer" target="_blank"' in outside
    assert "leaves this site in a new window" in outside
    assert '<a href="https://bakery.example/">ourselves</a>' in page
