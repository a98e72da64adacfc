"""The published page: an anchor for all that can be cited, nothing hostile, nothing that is not a promise."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.page.company import FIRST, SECOND, WORDS
from troth.language.model import Box, Document, DocumentKind, Heading, Prose, Saying, Word
from troth.page import article, difference, difference_page, markdown, page
from troth.page.prose import rendered
from troth.page.voice import name_of

SHOWN = page(FIRST, WORDS, (FIRST, SECOND), SECOND)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def ids(shown: str) -> list[str]:
    """Every id of a page."""
    return re.findall(r'\sid="([^"]*)"', shown)


def test_every_cited_clause_has_an_anchor_on_the_page() -> None:
    for statement in FIRST.statements:
        assert ids(SHOWN).count(name_of(statement)) == 1
        assert f'href="#{name_of(statement)}"' in SHOWN


def test_every_section_has_an_anchor_and_stands_in_the_contents() -> None:
    contents = SHOWN.split('class="contents"')[1].split("</nav>")[0]
    for section in ("collect", "use", "share", "choices"):
        assert section in ids(SHOWN)
        assert f'href="#{section}"' in contents


def test_no_id_stands_twice_even_where_a_policy_uses_the_page_s_own_words() -> None:
    extra = tuple(
        part
        for name in ("words", "versions", "contact", "text", "content")
        for part in (Heading(2, name, name), Box(name, (Saying(f"{name}.data", "So it is."),)))
    )
    shown = page(replace(FIRST, parts=FIRST.parts + extra), WORDS, (FIRST, SECOND), SECOND)
    assert len(ids(shown)) == len(set(ids(shown)))


def test_every_link_within_the_page_leads_somewhere() -> None:
    for target in re.findall(r'href="#([^"]*)"', SHOWN):
        assert target in ids(SHOWN)


def test_only_words_that_are_used_are_explained() -> None:
    unused = Word("data", "shoe", "your shoe size", means="In centimetres.")
    shown = page(FIRST, {**WORDS, ("data", "shoe"): unused})
    assert "word.data.contact" in ids(shown)
    assert "shoe size" not in shown
    assert (
        "Your name, your e-mail address, your telephone number and anything else of the kind."
        in shown
    )


def test_a_matter_says_who_opens_it_and_when_it_ends() -> None:
    assert "Opened by you or our support team. It ends 14 days after it is closed." in SHOWN
    assert "It must record its authority and its basis." in SHOWN


def test_an_earlier_version_says_so_and_leads_to_the_one_in_force_and_to_the_difference() -> None:
    assert "This is not the version in force now." in SHOWN
    assert "since 5 June 2003, until 20 November 2014" in SHOWN
    assert 'href="/acme/privacy/2014-11-21"' in SHOWN
    assert 'href="/acme/privacy/2003-06-05..2014-11-21"' in SHOWN
    now = page(SECOND, WORDS, (FIRST, SECOND), SECOND)
    assert "not the version in force now" not in now
    assert 'href="/acme/privacy/2003-06-05"' in now


def test_choices_contact_and_mode_of_change_are_told() -> None:
    assert 'href="/acme/choices"' in SHOWN
    assert 'href="mailto:privacy@acme.example"' in SHOWN
    assert "the new version is posted here with its date" in SHOWN


def test_comments_of_either_kind_are_never_published() -> None:
    assert "never shown" not in SHOWN
    assert "secret.note" not in SHOWN
    assert "never shown" not in markdown(FIRST, WORDS)


@pytest.mark.parametrize("kind", ["house", "contract", "words"])
def test_what_the_operator_keeps_to_itself_is_never_a_page(kind: DocumentKind) -> None:
    document = replace(FIRST, kind=kind, id=f"acme/{kind}")
    with pytest.raises(ValueError, match="is never published as a page"):
        page(document, WORDS)
    with pytest.raises(ValueError, match="is never published as a page"):
        markdown(document, WORDS)


def test_a_law_says_that_it_is_no_advice_and_who_reviewed_it() -> None:
    law = Document(
        "law", "law/us-example", (("law", "us-example"), ("where", "US"), ("reviewed by", "nobody"))
    )
    shown = page(law, WORDS)
    assert "This is not legal advice." in shown
    assert "<dt>Reviewed by</dt><dd>nobody</dd>" in shown


def test_hostile_text_stays_text_wherever_it_stands() -> None:
    words = {key: replace(word, phrase=HOSTILE, means=HOSTILE) for key, word in WORDS.items()}
    front = tuple(
        (key, HOSTILE if key in ("company", "contact", "covers") else value)
        for key, value in FIRST.front
    )
    parts = (Heading(1, HOSTILE, ""), Prose(HOSTILE), Heading(2, HOSTILE, "more"), *FIRST.parts[2:])
    hostile = replace(FIRST, front=front, parts=parts)
    for shown in (
        page(hostile, words, (hostile, SECOND), SECOND),
        difference_page(difference(hostile, SECOND, words)),
    ):
        assert "<script" not in shown and "<img" not in shown
        assert "&lt;script&gt;" in shown


def test_the_page_needs_no_script_and_no_other_host() -> None:
    assert "<script" not in SHOWN and "style=" not in SHOWN
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', SHOWN)
    assert SHOWN.count("<h1") == 1 and '<html lang="en">' in SHOWN
    assert 'class="skip" href="#page_text"' in SHOWN


def test_an_article_is_the_page_without_its_frame() -> None:
    body = article(FIRST, WORDS)
    assert body.startswith("<article") and "<html" not in body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\ntwo.\n\nThree.", "<p>One two.</p>\n<p>Three.</p>"),
        (
            "*so* and **so**, _so_ `a<b`",
            "<p><em>so</em> and <strong>so</strong>, <em>so</em> <code>a&lt;b</code></p>",
        ),
        ("- a\n- b\n  more", "<ul><li>a</li><li>b more</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("> a\n> b", "<blockquote><p>a b</p></blockquote>"),
        ("### More {#more}", "<h3>More</h3>"),
        ("# Big", "<h3>Big</h3>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        (
            "[a](https://b.example/?c=1&d=2)",
            '<p><a href="https://b.example/?c=1&amp;d=2">a</a></p>',
        ),
        (
            "[a](#use) <mailto:a@b.example>",
            '<p><a href="#use">a</a> <a href="mailto:a@b.example">a@b.example</a></p>',
        ),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](JavaScript:x)", "<p>a</p>"),
        ("[a](//evil.example)", "<p>a</p>"),
        ("[a](data:text/html,x)", "<p>a</p>"),
        ("a <!-- b\nc --> d", "<p>a  d</p>"),
        ("a <!-- b", "<p>a</p>"),
        ("<b onclick=x>a</b> & b", "<p>&lt;b onclick=x&gt;a&lt;/b&gt; &amp; b</p>"),
        ("2 * 3 * 4, snake_case_name", "<p>2 * 3 * 4, snake_case_name</p>"),
        (r"\*not so\*", "<p>*not so*</p>"),
    ],
)
def test_prose_is_a_small_safe_part_of_markdown(text: str, expected: str) -> None:
    assert rendered(text) == expected


def test_deep_quotations_end_somewhere() -> None:
    assert rendered(">" * 5000 + " a").count("<blockquote>") == 4


def test_markdown_has_the_same_anchors_and_sentences() -> None:
    text = markdown(FIRST, WORDS, (FIRST, SECOND))
    for statement in FIRST.statements:
        assert f'<a id="{name_of(statement)}"></a>' in text
    assert text.startswith("# Privacy at Acme\n\nIn force from 5 June 2003 until 20 November 2014.")
    assert "## Who else sees it {#share}" in text
    assert "[your contact details](#word.data.contact)" in text
    assert "## Words on this page" in text and "- Contact: privacy@acme.example" in text


def test_markdown_escapes_what_would_become_markup() -> None:
    words = {**WORDS, ("data", "name"): Word("data", "name", "your *name* <b>[x](y)")}
    assert r"your \*name\* \<b\>\[x\](y)" in markdown(FIRST, words)
