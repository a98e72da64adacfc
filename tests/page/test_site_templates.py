"""Every template of the site renders from what its comment asks for, escapes it, and stays accessible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

import troth
from tests.page.samples import COMPANY, CONTEXTS, OFFERS
from tests.page.samples_mail import CLAUSE

SITE = Path(troth.__file__).parent / "site"


def site(name: str) -> str:
    """A template rendered as the site renders it, with its sample."""
    templates = Environment(loader=FileSystemLoader(SITE / "templates"), autoescape=True)
    return templates.get_template(name).render({"company": COMPANY, **CONTEXTS[name]})


def test_every_template_has_a_sample() -> None:
    names = {path.name for path in (SITE / "templates").glob("*.html")}
    assert names - {"base.html", "parts.html", "fields.html", "snippet.html"} == set(CONTEXTS)


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_a_page_has_one_main_heading_a_language_and_a_way_past_the_header(name: str) -> None:
    shown = site(name)
    assert shown.count("<h1") == 1
    assert '<html lang="en">' in shown
    assert 'href="#page_text"' in shown and 'id="page_text"' in shown
    ids = re.findall(r'\sid="([^"]*)"', shown)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_no_page_needs_a_script_or_another_host(name: str) -> None:
    shown = site(name)
    assert "<script" not in shown
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', shown)


@pytest.mark.parametrize(
    "name",
    [
        "home.html",
        "register.html",
        "thanks.html",
        "held.html",
        "sign_in.html",
        "desk.html",
        "changes.html",
        "you.html",
        "receipt.html",
        "postbox.html",
        "forms.html",
        "embed.html",
        "letter.html",
    ],
)
def test_hostile_text_is_shown_as_text(name: str) -> None:
    assert "&lt;script&gt;" in site(name)


@pytest.mark.parametrize("name", ["register.html", "sign_in.html", "desk.html", "letter.html"])
def test_every_field_has_a_label(name: str) -> None:
    shown = site(name)
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", shown)
    named = [found[1] for f in fields if (found := re.search(r'\bid="([^"]*)"', f))]
    assert named
    for field in named:
        assert f'<label for="{field}"' in shown


def test_every_cell_of_a_choice_says_what_it_is() -> None:
    shown = site("choices.html")
    assert shown.count('name="cell"') == 7
    assert "Stop our offers: Special offers, by post" in shown


def test_the_desk_shows_the_answer_with_its_clauses_and_the_ledger_below() -> None:
    shown = site("desk.html")
    assert 'class="answer no"' in shown
    assert CLAUSE["href"] in shown and CLAUSE["sentence"] in shown
    assert 'href="/ledger/118"' in shown and 'href="/ledger/117"' in shown
    assert '<option value="41" selected>Anna Berg</option>' in shown


def test_what_is_held_says_yes_no_and_in_part_with_the_reason() -> None:
    shown = site("held.html")
    for badge in ('badge yes">yes', 'badge no">no', 'badge part">in part'):
        assert badge in shown
    assert OFFERS["sentence"] in shown and "Nothing allows it." in shown


def test_choices_without_a_person_cannot_be_changed() -> None:
    templates = Environment(loader=FileSystemLoader(SITE / "templates"), autoescape=True)
    context = {"company": COMPANY, **CONTEXTS["choices.html"], "person": None}
    shown = templates.get_template("choices.html").render(context)
    assert "Save</button>" not in shown
    assert shown.count("disabled") == 7
    assert 'href="/acme/sign-in"' in shown


def test_the_stylesheet_is_small_and_asks_no_other_host() -> None:
    style = (SITE / "static" / "troth.css").read_text()
    assert len(style.encode()) <= 16_000
    assert "url(" not in style and "@import" not in style
    for part in ("prefers-color-scheme: dark", "@media print", ":focus-visible"):
        assert part in style


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` as WCAG counts it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_stands_out_from_its_ground(scheme: int) -> None:
    """WCAG 2.2 AA, 1.4.3: 4.5 to 1 for text, in the light and the dark scheme."""
    style = (SITE / "static" / "troth.css").read_text()
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style.split(":root {")[scheme + 1]))
    pairs = [(t, g) for t in ("ink", "soft", "accent") for g in ("paper", "raised", "tint")]
    pairs += [
        ("yes", "yes-tint"),
        ("no", "no-tint"),
        ("part", "part-tint"),
        ("on", "accent"),
        ("ink", "part-tint"),
    ]
    for text, ground in pairs:
        light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)
