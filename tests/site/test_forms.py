"""Every declared form in a real browser, on a phone, without scripts: filled as a person would, and refused."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.site.served import Served, someone
from tests.site.test_browser import ARGUMENTS, CHROMIUM
from troth.company import Company
from troth.site.forms import Field, Opened, declared, opened
from troth.store import tables as t

COMPANIES = ("callminer", "incontact", "infusionsoft", "interactive-intelligence")
WIDTH = 375
# the company's host stands on this very machine here, which a browser asks people about elsewhere
NEARBY = "--disable-features=LocalNetworkAccessChecks,HttpsUpgrades"
AXE = Axe()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
VALUES = {
    "name": "Rosa Lind",
    "phone": "+1 617 555 0100",
    "card-number": "4111 1111 1111 1111",
    "country": "US",
}
KINDS = {
    "contact": ("contact",),
    "information request": ("information",),
    "technical support": ("support",),
    "webinar": ("webinar",),
    "download": ("download", "ebook"),
    "trial": ("trial",),
    "purchase and order": ("order",),
    "registration": ("register",),
    "newsletter": ("newsletter",),
    "survey": ("survey",),
    "sweepstakes": ("contest",),
    "job application": ("job",),
    "review": ("review",),
    "testimonial": ("testimonial",),
    "refer-a-friend": ("refer",),
    "feedback": ("feedback",),
    "opt-out letter": ("letter",),
}


@pytest.fixture(scope="module")
def address(served: Served) -> Iterator[str]:
    """The service on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(served.app, port=port, access_log=False, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, NEARBY])
        yield browser
        browser.close()


def phone(browser: Browser, address: str, scripts: bool = False) -> Page:
    """A page as wide as a phone's, of a visitor nobody knows."""
    context = browser.new_context(
        base_url=address, java_script_enabled=scripts, viewport={"width": WIDTH, "height": 812}
    )
    context.set_default_timeout(5_000)
    return context.new_page()


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Page:
    """A page that runs scripts, for axe is one: it is shown what stands on the page without."""
    return chromium.new_context(viewport={"width": WIDTH, "height": 812}).new_page()


def sound(page: Page, reader: Page) -> None:
    """No violation that axe finds, and nothing that stands out to the right of a phone."""
    html = page.content()
    reader.unroute_all()
    reader.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
    reader.goto(page.url)
    found = AXE.run(reader, options=RULES)
    assert not found.response["violations"], found.generate_report()
    wide = reader.evaluate("document.documentElement.scrollWidth")
    assert wide == WIDTH, f"{page.url} is {wide} wide"


def forms_of(company: Company, served: Served) -> list[Opened]:
    at = served.clock()
    version = company.policy.versions[-1]
    names = [form.name for form in declared(company, version, at)]
    return [found for name in names if (found := opened(company, version, name, at)) is not None]


def value(field: Field) -> str:
    if field.word == "email":
        return someone()
    return VALUES.get(field.word, f"What {field.word} is about")


def fill_in(page: Page, found: Opened, wrong: bool = False) -> dict[str, str]:
    """Type something into every field, found by its label; a wrong address where one is wanted."""
    typed = {}
    for field in found.fields:
        control = page.get_by_label(re.compile(rf"^{re.escape(field.label)}( optional)?$"))
        typed[field.name] = "rosa@local" if wrong and field.word == "email" else value(field)
        if field.options:
            control.select_option(typed[field.name])
        else:
            control.fill(typed[field.name])
    return typed


def stored(company: Company) -> tuple[int, ...]:
    tables = (t.people, t.records, t.fields, t.choices, t.matters, t.ledger)
    with company.reading() as session:
        return tuple(session.count(table) for table in tables)


def test_all_kinds_of_forms_that_the_texts_name_are_declared(served: Served) -> None:
    names = {
        form.name
        for company in served.house.companies()
        for document in company.policy.forms
        for form in document.forms
    }
    assert not [kind for kind, wanted in KINDS.items() if not names & set(wanted)]
    assert {"register"} <= {f.form.name for f in forms_of(served.company("infusionsoft"), served)}


@pytest.mark.parametrize("name", COMPANIES)
def test_every_form_is_refused_with_wrong_input_and_taken_once_it_is_mended(
    served: Served, address: str, chromium: Browser, reader: Page, name: str
) -> None:
    company, page = served.company(name), phone(chromium, address)
    page.goto("/")
    reached = {a.get_attribute("href") for a in page.locator("main a").all()}
    for found in forms_of(company, served):
        path = f"/{name}/{found.form.name}"
        assert path in reached
        page.goto(path)
        assert page.get_by_role("heading", level=1).inner_text() == found.form.phrase
        sound(page, reader)
        typed = refused(page, company, found)
        taken(page, company, found, typed)
        page.context.clear_cookies()  # the next one is of somebody else
    page.context.close()


def refused(page: Page, company: Company, found: Opened) -> dict[str, str]:
    """What is wrong stands beside its field, what was typed is still there, and nothing is stored."""
    mails = [field for field in found.fields if field.word == "email"]
    before, typed = stored(company), fill_in(page, found, wrong=True) if mails else {}
    page.get_by_role("button", name=found.form.button or "Send").click()
    wrong = page.locator("[aria-invalid]")
    assert wrong.count() == (len(mails) or 1)  # left empty, it comes to nothing
    for field_name, said in typed.items():
        assert page.locator(f'[name="{field_name}"]').input_value() == said
    first = wrong.first.get_attribute("name")
    beside = page.locator(f"#{first}-problem").inner_text()
    assert ("not a whole address" if mails else "Nothing was filled in") in beside
    assert f"{first}-problem" in str(wrong.first.get_attribute("aria-describedby")).split()
    assert page.get_by_role("alert").get_by_text("Nothing was saved.").is_visible()
    assert stored(company) == before
    return typed


def taken(page: Page, company: Company, found: Opened, typed: dict[str, str]) -> None:
    """Mended and sent again, all of it is kept, and what it opened has a number."""
    if not typed:
        typed = fill_in(page, found)
    for field in found.fields:
        if field.word == "email":
            typed[field.name] = someone()
            page.locator(f'[name="{field.name}"]').fill(typed[field.name])
    page.get_by_role("button", name=found.form.button or "Send").click()
    assert page.get_by_role("heading", level=1).inner_text() == found.form.thanks
    assert page.get_by_role("heading", name="Your receipt").is_visible()
    with company.reading() as session:
        values = {row.value for row in session.rows(t.fields)}
        matters = {row.id for row in session.rows(t.matters)}
    cut = ("country", "card-number")
    assert {typed[f.name] for f in found.fields if f.word not in cut} <= values
    if found.form.opens:
        number = page.locator("section", has=page.locator("#matter")).locator("code").inner_text()
        assert re.fullmatch(r"[A-Z2-9]{3}-[A-Z2-9]{3}", number)
        assert f"{found.form.opens}:{number}" in matters


def test_the_pages_around_the_forms_are_sound(
    address: str, chromium: Browser, reader: Page
) -> None:
    page = phone(chromium, address)
    for path in ("/", "/infusionsoft/forms", "/callminer/contact/embed"):
        page.goto(path)
        sound(page, reader)
    page.goto("/interactive-intelligence/support")
    page.get_by_label("Your name").fill("Rosa Lind")
    page.get_by_label("Your e-mail address").fill("rosa@local")
    page.get_by_label("The product, and its version").fill("Dialer 2")
    page.get_by_label("The system you run it on").fill("One server")
    page.get_by_role("button", name="Open a case").click()
    sound(page, reader)
    page.get_by_label("Your e-mail address").fill(someone())
    page.get_by_role("button", name="Open a case").click()
    sound(page, reader)
    number = page.locator("main code").first.inner_text()
    page.get_by_role("main").get_by_role("link", name="What you hold about me").click()
    sound(page, reader)
    assert page.get_by_text(number).first.is_visible()
    page.context.close()


def embedded(page: Page, reader: Page, script: bool) -> None:
    """A page of the company's own host that carries the snippet, and the one optional line."""
    page.goto("/callminer/contact/embed")
    parts = page.locator("pre code").all_inner_texts()
    html = f'<!doctype html><html lang="en"><title>Contact</title><main><h1>Contact</h1>{parts[0]}</main>'
    html += parts[1] if script else ""

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    page.route("http://www.callminer.com/**", answer)
    page.goto("http://www.callminer.com/contact")
    sound(page, reader)
    page.get_by_label("Your name").fill("Rosa Lind")


def test_a_form_embedded_in_the_companys_own_site_posts_to_us(
    served: Served, address: str, chromium: Browser, reader: Page
) -> None:
    page = phone(chromium, address)
    embedded(page, reader, script=False)
    email = someone()
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your question has arrived"
    with served.company().reading() as session:
        (row,) = [r for r in session.rows(t.fields) if r.value == email]
        assert session.one(t.records, id=row.record).host == "www.callminer.com"  # type: ignore[union-attr]
    page.context.close()


def test_with_the_script_the_answer_appears_on_the_same_page(
    address: str, chromium: Browser, reader: Page
) -> None:
    page = phone(chromium, address, scripts=True)
    embedded(page, reader, script=True)
    page.get_by_label("Your e-mail address").fill("rosa@local")
    page.get_by_role("button", name="Send").click()
    page.locator("[role=alert]", has_text="not a whole address").wait_for()
    assert page.url == "http://www.callminer.com/contact"
    page.get_by_label("Your e-mail address").fill(someone())
    page.get_by_role("button", name="Send").click()
    said = "Your question has arrived: a question of yours"
    page.locator("[role=status]", has_text=said).wait_for()
    assert page.url == "http://www.callminer.com/contact"
    page.context.close()
