"""Letters: one page a person, ready for a window envelope (DIN 5008, form B), and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from troth.campaigns.calls import allowed, to_tell
from troth.campaigns.campaign import Campaign, failed, told
from troth.campaigns.members import ADDRESS
from troth.campaigns.notice import said
from troth.company import Company
from troth.facts.calendar import day_of
from troth.gate import Asking
from troth.page.outline import day
from troth.people.holdings import held
from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from fpdf import FPDF

LEFT, RIGHT = 25.0, 20.0  # millimetres
WINDOW = (25.0, 45.0, 80.0)  # left, top and width of the address
TEXT = 105.0  # where the letter begins, below the fold at 105


class NoFont(ValueError):
    """Somebody's name or address has letters that the built-in font lacks; name a font file."""


def letters(
    company: Company,
    session: Session,
    campaign: Campaign,
    at: datetime,
    address: str,
    font: Path | None = None,
) -> tuple[bytes, int]:
    """A PDF of everybody who is to be told by letter now, one page each, and how many. They count as told
    once they were `posted`. To print an address is a use of it, and passes the gate."""
    made = _begun(font)
    text = next(v for v in company.policy.versions if v.id == campaign.version)
    pages, members = 0, to_tell(session, campaign, "letter")
    asking = Asking(company.gate, session, at)
    asking.ahead((member.person for member in members), ADDRESS)
    for member in members:
        if not allowed(company, asking, member.person, ADDRESS):
            failed(session, campaign, member.person, "letter", at, came_back=False)
            continue
        to = _address(session, member.person)
        words = said(company, session, member.person, text, at, address)
        _page(made, company, to, f"{day(day_of(at, company.zone))}", words, font is None)
        pages += 1
    asking.record()
    return bytes(made.output()), pages


def posted(session: Session, campaign: Campaign, at: datetime, people: Iterable[int] = ()) -> int:
    """The letters were posted: those of these people, or of all who wait for one; how many."""
    chosen = set(people)
    waiting = [row.person for row in to_tell(session, campaign, "letter")]
    done = [person for person in waiting if not chosen or person in chosen]
    for person in done:
        told(session, campaign, person, "letter", at)
    return len(done)


def returned(session: Session, campaign: Campaign, at: datetime, people: Iterable[int]) -> int:
    """These letters came back: whoever was told by them was not, and the next way is taken; how many."""
    count = 0
    for person in people:
        row = session.one(
            t.campaign_people, campaign=campaign.id, person=person, way="letter", state="told"
        )
        if row is not None:
            failed(session, campaign, person, "letter", at, came_back=True)
            count += 1
    return count


def _address(session: Session, person: int) -> list[str]:
    values = {one.data: one.value for one in held(session, person, ("name", ADDRESS))}
    written = str(values.get(ADDRESS, ""))
    lines = [part.strip() for part in written.replace("\n", ",").split(",")]
    return [str(values.get("name", "")), *lines]


def _begun(font: Path | None) -> FPDF:
    from fpdf import FPDF  # half a second, for whoever prints letters alone

    made = FPDF(format="A4")
    made.set_margins(LEFT, 20, RIGHT)
    made.set_auto_page_break(False)
    made.set_title("Letters")
    if font is not None:
        made.add_font("letter", fname=str(font))
    made.set_font("letter" if font is not None else "Helvetica", size=10.5)
    return made


def _page(
    made: FPDF, company: Company, to: list[str], date: str, words: str, built_in: bool
) -> None:
    content = [company.title, date, words, *to]
    if built_in and any(not _printable(part) for part in content):
        raise NoFont("a name or an address needs other letters; name a font with --font FILE.ttf")
    made.add_page()
    left, top, width = WINDOW
    made.set_xy(left, top)
    made.set_font_size(7)
    _line(made, width, company.title, built_in)
    made.set_font_size(10.5)
    for part in (p for p in to if p):
        made.set_x(left)
        _line(made, width, part, built_in)
    made.set_xy(LEFT, TEXT - 12)
    _line(made, 0, date, built_in)
    made.set_xy(LEFT, TEXT)
    made.multi_cell(0, 5.2, _fit(words, built_in))


def _line(made: FPDF, width: float, text: str, built_in: bool) -> None:
    made.cell(width, 4.8, _fit(text, built_in), new_x="LEFT", new_y="NEXT")


DASHES = {"–": "-", "—": "-", "’": "'", "“": '"', "”": '"', "…": "..."}


def _fit(text: str, built_in: bool) -> str:
    """The built-in font has the letters of Latin-1 alone; its dashes and quotation marks are plainer."""
    if built_in:
        for mark, plain in DASHES.items():
            text = text.replace(mark, plain)
    return text


def _printable(text: str) -> bool:
    try:
        _fit(text, True).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
