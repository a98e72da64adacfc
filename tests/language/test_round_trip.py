"""What is written is read back the same, formatting is idempotent, the JSON twin loses nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from troth.language.forms import FORMS
from troth.language.model import Box, Document, Duty, Heading, Statement, Word
from troth.language.problem import printed
from troth.language.read import read, read_words
from troth.language.read_forms import compiled
from troth.language.write import format_document, format_statement, format_words
from troth.language.write_json import (
    from_json,
    to_json,
    without_places,
    words_from_json,
    words_to_json,
)

FRONT = "---\nlaw: x\nin force: 2000-01-01\n---\n\n"


def read_one(text: str) -> Document:
    """A text that has to be without problems."""
    document, problems = read(text, "policies/words.md" if text.startswith("```words") else "x.md")
    assert not problems, printed(problems, {"x.md": text, "policies/words.md": text})
    return document


@settings(max_examples=150, deadline=None)
@given(strategies.documents())
def test_a_document_is_read_back_the_same(document: Document) -> None:
    text = format_document(document)
    source = {"x.md": text, "policies/words.md": text}
    path = "policies/words.md" if document.kind == "words" else "x.md"
    again, problems = read(text, path)
    assert not problems, printed(problems, source)
    assert without_places(again) == document
    assert format_document(again) == text


@settings(max_examples=150, deadline=None)
@given(strategies.documents())
def test_the_json_twin_loses_nothing(document: Document) -> None:
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        strategies.clauses("use", "a", law=True, targets=("use.a", "share.b")),
        strategies.sayings("use", "a"),
        strategies.choices("use", "a"),
        strategies.duties("use", "a"),
    )
)
def test_a_statement_is_read_back_the_same(statement: Statement) -> None:
    text = format_statement(statement, "use")
    document = read_one(f"{FRONT}## Use {{#use}}\n\n```policy\n{text}\n```\n")
    assert without_places(document.statements) == (statement,)


@settings(max_examples=150, deadline=None)
@given(st.lists(strategies.words(), min_size=1, max_size=3, unique_by=lambda word: word.kind))
def test_words_are_read_back_the_same(words: list[Word]) -> None:
    text = f"```words\n{format_words(words)}\n```\n"
    again, problems = read_words(text, "policies/words.md")
    assert not problems, printed(problems, {"policies/words.md": text})
    assert without_places(again) == tuple(words)
    assert words_from_json(words_to_json(words)) == tuple(words)


@settings(max_examples=100, deadline=None)
@given(strategies.clauses("", "a"), st.sampled_from(["kept", "lost"]))
def test_the_twin_refuses_what_is_not_of_its_shape(clause: Statement, key: str) -> None:
    value = to_json(Document("law", "law/x", parts=(Box("", (clause,)),)))
    value["parts"][0]["statements"][0][key] = True
    with pytest.raises(ValueError, match=rf"parts\[0\].statements\[0\]: unknown key {key}"):
        from_json(value)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([], "document: expected an object"),
        ({"kind": "version"}, "document: id missing"),
        ({"kind": "verse", "id": "x"}, "document.kind: expected one of"),
        ({"kind": "law", "id": 4}, "document.id: expected str"),
        ({"kind": "law", "id": "x", "in_force": "5 June"}, "document.in_force: expected a date"),
        (
            {"kind": "law", "id": "x", "parts": [{"is": "clause"}]},
            r"parts\[0\]: `clause` cannot stand",
        ),
        ({"kind": "law", "id": "x", "front": [["a"]]}, r"front\[0\]: expected 2 items"),
    ],
)
def test_the_twin_says_where_it_is_wrong(value: object, where: str) -> None:
    with pytest.raises(ValueError, match=where):
        from_json(value)


def test_the_formatter_sets_a_messy_file_right() -> None:
    text = """---
policy:   callminer      # who
company: CallMiner, Inc.
in force: 2003-06-05
zone: America/New_York
---
# Privacy
Some words.
## Share
```policy
-- first
reseller:   may share profile
  with   reseller   for own-offers,
  sales if serves-your-country   -- beside
  -- below
      unless no-news  or  gone
nobody: never share profile except #reseller, #share.other
choice c "Stop"
  lasts 1 years
  by email   -- how
-- the end
```
"""
    assert (
        format_document(read_one(text))
        == """---
policy: callminer                                               -- who
company: CallMiner, Inc.
in force: 2003-06-05
zone: America/New_York
---

# Privacy

Some words.

## Share {#share}

```policy
-- first
reseller: may share profile with reseller for own-offers, sales
    if serves-your-country                                      -- beside
    -- below
    unless no-news or gone
nobody: never share profile
    except #reseller, #other
choice c "Stop"
    by email                                                    -- how
    lasts 1 year
-- the end
```
"""
    )


def test_long_lines_are_folded_and_read_back() -> None:
    many = tuple(f"purpose-number-{n}" for n in range(30))
    text = FRONT + f"```policy\na: may use x for {', '.join(many)} at home\n    if f\n```\n"
    document = read_one(text)
    out = format_document(document)
    assert max(map(len, out.splitlines())) <= 100
    assert without_places(read_one(out)) == without_places(document)


def test_a_section_is_made_of_its_heading_but_a_title_makes_none() -> None:
    document = read_one(
        FRONT + "# All of it\n\n```policy\na: never sell x\n```\n\n### Who sees it?\n"
    )
    title, _, heading = document.parts
    assert isinstance(title, Heading) and title.section == ""
    assert isinstance(heading, Heading) and heading.section == "who-sees-it"
    assert document.clauses[0].name == "a"


def test_every_form_of_duty_has_its_own_wording() -> None:
    found: dict[str, Duty] = {}
    for duty in _sampled_duties():
        found[duty.form] = duty
        text = format_statement(duty)
        again = read_one(f"{FRONT}```policy\n{text}\n```\n").duties[0]
        assert (again.form, again.slots) == (duty.form, duty.slots), text
    assert len(found) == len(FORMS)


def _sampled_duties() -> list[Duty]:
    """Each form with all its slots filled, and with none that may be left out."""
    values = {
        "number": ("2",),
        "unit": ("days",),
        "measures": ("private network",),
        "moments": ("wider use",),
    }
    made: list[Duty] = []
    for form in FORMS:
        pieces = compiled(form.templates[0])
        flat = [p for piece in pieces for p in (piece.group or (piece,)) if p.slot]
        bare = [p for p in pieces if p.slot]
        for some in (flat, bare):
            slots = tuple((p.slot, values.get(p.slot, ("a", "b"))) for p in some)
            made.append(Duty("d", form.name, slots))
    return made
