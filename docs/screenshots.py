"""Take the screenshots of a running demo into docs/images/.

Run by hand from the repository's folder, with what `make dev` installs, while `troth demo` is running and has played its change:
`.venv/bin/python docs/screenshots.py [http://127.0.0.1:8000]`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from troth.demo.fill import CODES, OPERATOR, PASSWORD

FOLDER = Path(__file__).parent / "images"
SIZE = {"width": 1180, "height": 760}
ANNA = "anna@example.com"
MOST_BYTES = 150_000


def main(address: str) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, base_url=address)
        page.goto("/callminer/privacy/2003-06-05#share")
        _take(page, "policy")
        page.goto("/interactive-intelligence/support")
        _take(page, "form")
        _sign_in(page)
        page.goto("/callminer/choices")
        _take(page, "choices")
        page.goto("/callminer/held")
        _take(page, "held")
        _ask(page)
        _take(page, "desk")
        page.goto("/desk/notices")
        _take(page, "notices")
        browser.close()


def _sign_in(page: Page) -> None:
    page.goto("/callminer/sign-in")
    page.fill("[name=email]", ANNA)
    page.fill("[name=code]", CODES[ANNA])
    page.click("main button:text-is('Sign in')")


def _ask(page: Page) -> None:
    page.goto("/desk/sign-in")
    page.select_option("[name=company]", "callminer")
    page.fill("[name=name]", OPERATOR)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("[name=person]", ANNA)
    page.select_option("[name=action]", "share")
    page.select_option("[name=data]", "email")
    page.select_option("[name=purpose]", "joint-marketing")
    page.select_option("[name=party]", "acme")
    page.click("main form button[type=submit] >> nth=0")


def _take(page: Page, name: str) -> None:
    picture = FOLDER / f"{name}.png"
    page.wait_for_timeout(1000)  # a page that moves to its anchor has arrived
    page.screenshot(path=picture)
    assert picture.stat().st_size <= MOST_BYTES, f"{picture} is too large"


if __name__ == "__main__":
    main(*sys.argv[1:] or ["http://127.0.0.1:8000"])
