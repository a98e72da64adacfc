"""In a real browser without scripts, on a phone: a visitor registers, chooses, looks; an operator asks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tests.site.served import PASSWORD, Served, someone

CHROMIUM = next(
    path
    for path in (Path("/usr/lib/chromium/chromium"), Path("/usr/bin/chromium"))
    if path.exists()
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTH = 390


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
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    """A page as wide as a phone's, that runs no script, and asks no other host."""
    context = chromium.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": WIDTH, "height": 844}
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert all(url.startswith(address) for url in asked)
    context.close()


def fits(page: Page) -> None:
    """Nothing stands out to the right of a phone."""
    for part in ("main", "header", "footer"):
        box = page.locator(part).first.bounding_box()
        assert box is not None and box["x"] + box["width"] <= WIDTH
    shot = page.screenshot(full_page=True)
    assert int.from_bytes(shot[16:20], "big") == WIDTH  # the width in the head of a PNG


def register(page: Page, name: str) -> str:
    email = someone()
    page.goto("/callminer/register")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label("Your telephone number").fill("+1 617 555 0100")
    page.get_by_label("Your postal address").fill("1 Main St")
    page.get_by_label("The country you live in").select_option("US")
    fits(page)
    page.get_by_role("button", name="Register").click()
    return email


def test_a_visitor_registers_chooses_and_looks_and_the_operator_asks(phone: Page) -> None:
    phone.goto("/")
    fits(phone)
    phone.get_by_role("link", name="CallMiner, Inc.").click()
    fits(phone)
    email = register(phone, "Carla Stone")
    assert phone.get_by_role("heading", level=1).inner_text() == "You are registered"
    code = phone.locator("section[aria-labelledby='code'] code").inner_text()

    phone.get_by_role("main").get_by_role("link", name="What you hold about me").click()
    fits(phone)
    assert phone.get_by_text("Carla Stone").is_visible()
    mail = phone.locator("section", has=phone.get_by_role("heading", name="Your e-mail address"))
    row = mail.get_by_role("row", name="special offers")
    assert row.locator(".badge.yes").is_visible()

    phone.get_by_role("link", name="Choices", exact=True).click()
    fits(phone)
    card = phone.locator(
        "section", has=phone.get_by_role("heading", name="Stop promotional e-mail from CallMiner")
    )
    card.get_by_role("checkbox").check()
    card.get_by_role("button", name="Save").click()
    assert phone.get_by_role("status").is_visible()
    phone.get_by_role("link", name="What you hold about me").click()
    assert not mail.get_by_role("row", name="special offers").locator(".badge.yes").is_visible()
    phone.get_by_role("button", name="Sign out").click()
    phone.wait_for_load_state()
    phone.goto("/callminer/held")
    phone.get_by_label("Your e-mail address").fill(email)
    phone.get_by_label("Your access code").fill(code)
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_text("Carla Stone").wait_for()

    phone.goto("/desk")
    phone.get_by_label("Company").select_option("callminer")
    phone.get_by_label("Name", exact=True).fill("Kim")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    fits(phone)
    phone.get_by_label("Whose data").fill(email)
    phone.get_by_label("With what").select_option("email")
    phone.get_by_label("What is done").select_option("use")
    phone.get_by_label("What for").select_option("own-offers")
    phone.get_by_role("button", name="Ask").click()
    fits(phone)
    assert phone.locator("h2.answer").inner_text() == "No"
    assert phone.locator("main").get_by_text("callminer/2014-11-21#use.own-mail").first.is_visible()
    assert not phone.get_by_text("Carla Stone").is_visible()


def test_what_is_wrong_is_said_and_can_be_mended(phone: Page) -> None:
    phone.goto("/callminer/register")
    phone.get_by_label("Your name").fill("Dan")
    phone.get_by_label("Your e-mail address").fill("dan@local")  # a browser takes it, we do not
    phone.get_by_label("Your telephone number").fill("none")
    phone.get_by_label("Your postal address").fill("2 Main St")
    phone.get_by_role("button", name="Register").click()
    assert phone.get_by_role("alert").get_by_text("Nothing was saved.").is_visible()
    assert phone.get_by_label("Your name").input_value() == "Dan"
    fits(phone)
    phone.get_by_label("Your e-mail address").fill(someone())
    phone.get_by_label("Your telephone number").fill("617 555 0100")
    phone.get_by_role("button", name="Register").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "You are registered"


def test_the_keyboard_reaches_everything_in_order(phone: Page) -> None:
    phone.goto("/callminer/register")
    phone.keyboard.press("Tab")
    assert phone.locator(":focus").inner_text() == "Skip to the text"
    seen = []
    for _ in range(60):
        phone.keyboard.press("Tab")
        focused = phone.locator(":focus")
        seen.append(focused.get_attribute("id") if focused.count() else None)
    order = [
        name for name in seen if name in ("name", "email", "phone", "postal-address", "country")
    ]
    assert list(dict.fromkeys(order)) == ["name", "email", "phone", "postal-address", "country"]


@pytest.mark.parametrize(
    "address_of_page",
    [
        "/callminer/privacy",
        "/callminer/privacy/2003-06-05..2014-11-21",
        "/law/us-coppa",
        "/incontact/order",
        "/incontact/choices",
        "/callminer/sign-in",
        "/nowhere",
    ],
)
def test_every_page_fits_a_phone(phone: Page, address_of_page: str) -> None:
    phone.goto(address_of_page)
    fits(phone)
