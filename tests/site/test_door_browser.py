"""In a real browser without scripts, at phone width: the sign-in by a link, joining, receipts; held to axe."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.mail.relaying import Received, relaying
from tests.site.served import PASSWORD, Served
from tests.site.test_browser import ARGUMENTS, CHROMIUM, WIDTH, fits
from troth import campaigns
from troth.mail import KINDS, Post
from troth.site import create_app
from troth.store import tables as t
from troth.work import Worker


@pytest.fixture(scope="module")
def received() -> Received:
    return Received()


@pytest.fixture(scope="module")
def address(served: Served, received: Received) -> Iterator[str]:
    """The service on a port of its own, with its worker beside it and a mail server."""
    with served.company().writing() as session:
        session.remove(t.attempts, t.attempts.c.id > 0)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    here = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        create_app(served.house, mail=True), access_log=False, log_level="error"
    )
    server, stop = uvicorn.Server(config), threading.Event()
    with relaying(received, here) as relay:
        doers = Post(served.house, relay, {**KINDS, **campaigns.KINDS}).doers
        worker = Worker(served.house.store, ("callminer",), doers, served.house.clock)
        threads = [
            threading.Thread(target=server.run, args=([listening],), daemon=True),
            threading.Thread(target=worker.run, args=(stop, 0.05), daemon=True),
        ]
        for thread in threads:
            thread.start()
        while not server.started:
            time.sleep(0.02)
        yield here
        server.should_exit = True
        stop.set()
        for thread in threads:
            thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": WIDTH, "height": 844}
    )
    yield context.new_page()
    context.close()


def way_to(received: Received, email: str) -> str:
    """The link in the newest mail to an address, as soon as it has come."""
    for _ in range(400):
        found = [re.findall(r"http://\S+/link/\S+", m.get_content()) for m in received.to(email)]
        if found and found[-1]:
            return str(found[-1][0])
        time.sleep(0.02)
    raise AssertionError("no mail came")


def sound(chromium: Browser, page: Page) -> None:
    """No rule of axe is broken; it needs scripts, so the page is opened in a context that has them."""
    context = chromium.new_context(
        storage_state=page.context.storage_state(), viewport={"width": WIDTH, "height": 844}
    )
    checked = context.new_page()
    checked.route("**/*", lambda route: route.continue_())
    response = checked.goto(page.url)
    assert response is not None
    found = Axe().run(checked)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_person_signs_in_by_a_link_joins_an_address_and_sees_her_receipts(
    chromium: Browser, phone: Page, served: Served, received: Received
) -> None:
    _, email, _ = served.anna()
    _, second, _ = served.anna()
    phone.goto("/callminer/sign-in?next=you")
    fits(phone)
    sound(chromium, phone)
    phone.get_by_label("Your e-mail address").fill(email)
    phone.keyboard.press("Enter")  # the first button: a link
    phone.get_by_role("status").get_by_text("If this address is known here").wait_for()
    phone.goto(way_to(received, email))
    fits(phone)
    sound(chromium, phone)  # opens the link once more, which uses it no more than a scanner does
    phone.get_by_role("button", name="Sign in").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Your addresses and receipts"
    fits(phone)
    phone.get_by_label("Another address of yours").fill(second)
    phone.get_by_role("button", name="Send the link").click()
    phone.goto(way_to(received, second))
    phone.get_by_role("button", name="Join the two addresses").click()
    assert phone.get_by_text(second).is_visible()
    fits(phone)
    sound(chromium, phone)
    phone.get_by_role("link", name="Choices", exact=True).click()
    card = phone.locator(
        "section", has=phone.get_by_role("heading", name="Stop promotional e-mail")
    )
    card.get_by_role("checkbox").check()
    card.get_by_role("button", name="Save").click()
    phone.get_by_role("link", name="Your addresses and receipts").first.click()
    phone.get_by_role("table").get_by_role("link").first.click()
    assert phone.get_by_text("The words you were shown").is_visible()
    fits(phone)
    sound(chromium, phone)
    phone.get_by_role("link", name="All receipts").click()
    phone.get_by_role("button", name=f"Part {second}").click()
    assert phone.get_by_text("You parted two addresses").first.is_visible()
    phone.get_by_role("link", name="What you hold about me").first.click()
    sound(chromium, phone)


def test_the_operator_looks_at_the_mails(chromium: Browser, phone: Page) -> None:
    phone.goto("/desk")
    phone.get_by_label("Company").select_option("callminer")
    phone.get_by_label("Name", exact=True).fill("Kim")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_role("link", name="Notices", exact=True).click()
    phone.get_by_role("button", name="Tell people of it").click()
    assert phone.get_by_role("progressbar").is_visible()
    fits(phone)
    sound(chromium, phone)
    phone.get_by_role("link", name="Mail", exact=True).click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Mail"
    fits(phone)
    sound(chromium, phone)
