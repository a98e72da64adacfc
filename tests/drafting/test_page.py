"""A page there is already, as HTML, Markdown and text: its promises are found, and nothing else of it."""

from __future__ import annotations

import pytest

from troth.drafting import blocks, promising, proposed, recall
from troth.drafting.promising import Promising

HTML = """<!doctype html><html><head><title>We will never be read</title><style>p { will: not }</style></head>
<body><nav><ul><li>We may be a menu</li></ul></nav>
<h1>Privacy at the Lighthouse</h1>
<p>Thank you for looking in. We ask for your e-mail address when you book a visit, e.g. for a school class.
We do <b>not</b> sell, rent or trade it.</p>
<h2>What we use it for</h2>
<p>We use your e-mail address to:</p>
<ul><li>answer your questions;</li><li>send you our newsletter</li></ul>
<p>You may unsubscribe at any&nbsp;time. Opening hours: 9 to 5.</p>
<h2>Who sees it?</h2>
<p>The harbour office may receive your name if a court orders it.</p>
<script>we.will("track you")</script></body></html>"""
MARKDOWN = """# Privacy at the Lighthouse

Thank you for looking in. We ask for your [e-mail address](https://a.example/x) when you book a visit, e.g. for a school class.
We do **not** sell, rent or trade it.

## What we use it for

We use your e-mail address to:

* answer your questions;
* send you our newsletter

You may unsubscribe at any time. Opening hours: 9 to 5.

* * *

**Who sees it?**

The harbour office may receive your name if a court orders it.
"""
FOUND = [
    (
        "Privacy at the Lighthouse",
        "",
        "We ask for your e-mail address when you book a visit, e.g. for a school class.",
    ),
    ("Privacy at the Lighthouse", "", "We do not sell, rent or trade it."),
    ("What we use it for", "", "We use your e-mail address to:"),
    ("What we use it for", "We use your e-mail address to:", "answer your questions;"),
    ("What we use it for", "We use your e-mail address to:", "send you our newsletter"),
    ("What we use it for", "", "You may unsubscribe at any time."),
    ("Who sees it?", "", "The harbour office may receive your name if a court orders it."),
]


@pytest.mark.parametrize(("page", "as_html"), [(HTML, True), (MARKDOWN, False)])
def test_the_promises_of_a_page_are_found_under_their_headings(page: str, as_html: bool) -> None:
    found = promising(blocks(page, as_html))
    assert [(p.heading, p.lead, p.text) for p in found] == FOUND


def test_what_is_no_page_gives_nothing_and_harms_nothing() -> None:
    for text in ("", "\0\x01", "<p", "<!--", "&#xfffffff;", "](" * 4000, "<li>" * 2000):
        assert promising(blocks(text, True)) == []
        assert promising(blocks(text, False)) == []


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("We do not sell your e-mail address.", "no-sale: never sell email"),
        ("We will never share your name with anyone.", "nobody: never share contact"),
        (
            "We may disclose your name to a court.",
            "shared: may share contact with authority for legal-process",
        ),
        ("We collect your IP address.", "collected: may collect visits at our-site"),
        (
            "We answer within thirty days.",
            "answered: must answer access, correction, deletion within 30 days",
        ),
        ("You can unsubscribe whenever you like.", 'choice no-news "Stop our news"'),
        ("We use your e-mail address to improve the site.", "used: may use email for improving"),
        ("The lighthouse is white.", ""),
    ],
)
def test_a_clear_pattern_has_a_proposed_clause(sentence: str, clause: str) -> None:
    assert proposed(Promising(sentence)) == clause


def test_recall_counts_quotes_whole_parts_and_over_several_sentences() -> None:
    found = promising(blocks(MARKDOWN, False))
    quotes = [
        "do *not* sell, rent or trade it",
        "We do not sell, rent or trade it.  You may unsubscribe at any time",
        "Opening hours: 9 to 5.",
    ]
    counted = recall(quotes, found)
    assert (counted.found, counted.asked) == (2, 3)
    assert counted.missed == ("opening hours: 9 to 5.",)
