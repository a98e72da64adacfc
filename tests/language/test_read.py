"""A file is read as the design says, and each wrong line is told of at its place."""

from __future__ import annotations

from datetime import date

import pytest

from troth.language.lines import span_of
from troth.language.model import (
    After,
    Attribute,
    Box,
    By,
    Comment,
    Document,
    FactFormula,
    From,
    If,
    OnlyWith,
    Period,
    Span,
    Unless,
    Within,
)
from troth.language.problem import Problem, did_you_mean, printed
from troth.language.read import read, read_bytes, read_words

FRONT = """---
policy: callminer
company: CallMiner, Inc.
in force: 2003-06-05
zone: America/New_York
---
"""
ROW = FRONT.count("\n") + 4  # the first line of the box below


def boxed(lines: str, front: str = FRONT) -> str:
    return f"{front}\n## Share {{#share}}\n```policy\n{lines}\n```\n"


def sound(text: str) -> Document:
    document, problems = read(text, "x.md")
    assert not problems, printed(problems, {"x.md": text})
    return document


def told(text: str) -> list[tuple[int, int, int, str]]:
    """Line, column, length and code of every problem."""
    problems = read(text, "x.md")[1]
    return [(p.span.line, p.span.column, p.span.length, p.code) for p in problems]


def test_a_clause_with_everything() -> None:
    document = sound(
        boxed(
            """all: may keep profile, email with reseller for sales at shop
    if a or b
    within support-case
    from form
    by letter, fraud-team
    unless no-news or gone
    only with leave
    after 30 days from notice
    for 7 years from order
    say "We {keep} \\"it\\"."
"""
        )
    )
    clause = document.clauses[0]
    assert clause.name == "share.all"
    assert (clause.modal, clause.action, clause.data) == ("may", "keep", ("profile", "email"))
    assert (clause.parties, clause.purposes, clause.places) == (
        ("reseller",),
        ("sales",),
        ("shop",),
    )
    assert clause.conditions == (
        If(("a", "b")),
        Within(("support-case",)),
        From(("form",)),
        By(("letter", "fraud-team")),
        Unless(("no-news", "gone")),
        OnlyWith(("leave",)),
        After(30, "notice"),
        Period(7, "years", "order"),
    )
    assert clause.say == 'We {keep} "it".'
    assert clause.span == Span("x.md", ROW, 1, 3)


def test_an_exception_is_a_clause_of_its_section_or_a_section() -> None:
    text = (
        boxed("a: may sell x\nb: never sell x\n    except #a, #use, #use.c, #gone")
        + "\n## Use {#use}\n"
    )
    assert sound(text).clauses[1].excepts == ("share.a", "use", "use.c", "share.gone")


def test_a_choice_with_everything() -> None:
    text = """consent named "Give it to {whom}"
    by letter, email
    asks name
    names party, data, from, until
    for each of own-offers, own-updates
    for each of email
    per text
    carries old, older
    for good
    lasts 2 months
"""
    choice = sound(boxed(text)).choices[0]
    assert (choice.kind, choice.name, choice.section) == ("consent", "named", "share")
    assert (choice.ways, choice.asks) == (("letter", "email"), ("name",))
    assert choice.names == ("party", "data", "from", "until")
    assert choice.for_each == (("own-offers", "own-updates"), ("email",))
    assert (choice.per, choice.carries) == ("text", ("old", "older"))
    assert (choice.for_good, choice.lasts) == (True, (2, "months"))


def test_statements_and_duties() -> None:
    text = """claim: says "We hold it." while certified
tell: must try to tell people by email, phone before wider use of earlier data
    silence is yes after 30 days
    nevers too
dnt: does not honour dnt
"""
    document = sound(boxed(text))
    assert document.sayings[0].while_fact == "certified"
    tell, dnt = document.duties
    assert (tell.form, tell.slot("ways"), tell.effort) == (
        "tell-wider-use",
        ("email", "phone"),
        True,
    )
    assert tell.lines == (("silence", "is", "yes", "after", "30", "days"), ("nevers", "too"))
    assert (dnt.form, dnt.slot("signals"), dnt.denied) == ("honour", ("dnt",), True)


def test_words_of_every_kind() -> None:
    text = """```words
data profile "what identifies you" holds name, email open is user.contact
    means "all of it"
data id "a device" becomes device-link if linked only by name
party agent "an agent" acts for us in the group needs confidence
matter demand "a demand" opened by officer covers people, fields, period
    needs authority, basis ends 14 days after closed
fact serves "it serves you" of party and person: party territory holds person country
fact young "you are young" of person: age under 13, starts no
fact near "near" of person: country in DE, "the moon", asserted by desk, officer, starts no
fact known "known" of matter, asserted by fraud-team
```
"""
    words, problems = read_words(text, "words.md")
    assert not problems
    profile, device, agent, demand, serves, young, near, known = words
    assert (profile.holds, profile.open, profile.standard) == (
        ("name", "email"),
        True,
        "user.contact",
    )
    assert (device.becomes, device.only_by_name) == ("device-link", True)
    assert (agent.acts_for_us, agent.in_the_group, agent.needs) == (True, True, ("confidence",))
    assert (demand.opened_by, demand.needs) == (("officer",), ("authority", "basis"))
    assert (demand.ends, demand.ends_after_days) == ("closed", 14)
    left, right = Attribute("party", "territory"), Attribute("person", "country")
    assert serves.formula == FactFormula(left, "holds", right)
    assert young.formula == FactFormula(Attribute("person", "age"), "under", ("13",))
    assert young.starts_no
    assert near.formula == FactFormula(Attribute("person", "country"), "in", ("DE", "the moon"))
    assert (near.asserted_by, near.starts_no) == (("desk", "officer"), True)
    assert (known.of, known.formula, known.asserted_by) == (("matter",), None, ("fraud-team",))


def test_comments_belong_to_their_statements() -> None:
    text = """-- ahead
a: may sell x   -- beside
    -- below
    if f
-- between
    unless g  -- last
-- the end"""
    document = sound(boxed(text))
    assert document.clauses[0].comments == (
        Comment("ahead", "above", 0),
        Comment("beside", "beside", 0),
        Comment("below", "below", 0),
        Comment("between", "below", 1),
        Comment("last", "beside", 2),
    )
    box = document.parts[-1]
    assert isinstance(box, Box) and box.closing == (Comment("the end", "below"),)


@pytest.mark.parametrize(
    ("front", "kind", "id_"),
    [
        ("law: us-coppa\nin force: 2000-04-21", "law", "law/us-coppa"),
        ("house: callminer\nin force: 2000-04-21", "house", "callminer/house"),
        (
            "contract: A-9\npolicy: callminer\nbetween: a\nin force: 2000-04-21",
            "contract",
            "callminer/contracts/A-9",
        ),
        (
            "notice: w7\nrider of: callminer/2003-06-05\nin force: 2000-04-21",
            "notice",
            "callminer/notices/w7",
        ),
    ],
)
def test_the_front_matter_tells_what_a_file_is(front: str, kind: str, id_: str) -> None:
    document = sound(f"---\n{front}\n---\n")
    assert (document.kind, document.id, document.in_force) == (kind, id_, date(2000, 4, 21))


def test_the_values_of_the_front_matter_have_their_places() -> None:
    document = sound(FRONT.replace("---\n", "---\n# who\n", 1).replace("Inc.", "Inc.   -- us"))
    assert document.listed("company") == ("CallMiner", "Inc.")
    assert document.front_spans[1] == Span("x.md", 4, 10, 15)
    assert document.front_comments == (Comment("who", "above", 0), Comment("us", "beside", 1))


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("a: may collect x", [(0, 8, 7, "P140")]),
        ("a: may require x", [(0, 8, 7, "P140")]),
        ("a: may use x", [(0, 8, 3, "P141")]),
        ("a: may share x for y", [(0, 8, 5, "P142")]),
        ("a: never use x", []),
        ("a: may frob x", [(0, 8, 4, "P143")]),
        ("a: nver use x", [(0, 4, 4, "P130")]),
        ("a: never use", [(0, 13, 1, "P133")]),
        ("a: never use X", [(0, 14, 1, "P131")]),
        ("A: never use x", [(0, 1, 1, "P131")]),
        ("a: never use x\na: never use y", [(1, 1, 1, "P132")]),
        ("a: never use x\n    excpt #b", [(1, 5, 5, "P144")]),
        ("a: never use x\n    except b", [(1, 12, 1, "P131")]),
        ("a: may use x for y\n    except #b", [(1, 5, 6, "P145")]),
        ("a: may use x for y\n    for 3 days from z", [(1, 5, 3, "P145")]),
        ("a: may use x for y\n    after ten days from z", [(1, 11, 3, "P135")]),
        ("a: may use x for y\n    within 3 days from z", [(1, 12, 1, "P145")]),
        ("a: may use x for y\n    if b, c", [(1, 9, 1, "P134")]),
        ("a: may use x for y\n    for z", [(1, 5, 3, "P146")]),
        ("a: compels share x with y for z", [(0, 1, 1, "P147")]),
        ("a: never use x\n\tif y", [(1, 1, 1, "P123")]),
        ("a: never use x\n if y", [(1, 1, 1, "P123")]),
        ("    if y", [(0, 5, 4, "P122")]),
        ('a: says "open', [(0, 9, 5, "P124")]),
        ("a: never use x; b", [(0, 15, 1, "P125")]),
        ('a: says "a\\nb"', [(0, 11, 2, "P126")]),
        ('data x "y"', [(0, 1, 4, "P136")]),
        ('choice c "x"\n    bye y', [(1, 5, 3, "P150")]),
        ('choice c "x"\n    by y\n    by z', [(2, 5, 2, "P146")]),
        ('choice c "x"\nconsent c "y"', [(1, 9, 1, "P132")]),
        ("a: must erse x", [(0, 9, 4, "P160")]),
        ("a: must erase x within ten days of y", [(0, 24, 3, "P135")]),
        ("a: must note changes\n    silence is no", [(1, 5, 7, "P161")]),
        ("a: does not note changes", [(0, 13, 4, "P160")]),
    ],
)
def test_a_wrong_line_is_told_of_at_its_place(
    lines: str, problems: list[tuple[int, int, int, str]]
) -> None:
    assert told(boxed(lines)) == [(ROW + row, *rest) for row, *rest in problems]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("policy:", "polcy:", (1, 1, 3, "P119")),
        ("zone: America/New_York", "# nothing", (1, 1, 3, "P114")),
        ("zone: America/New_York", "zone: here there", (5, 7, 10, "P117")),
        ("2003-06-05", "2003-06-31", (4, 11, 10, "P116")),
        ("company: CallMiner, Inc.", "company:", (3, 1, 7, "P118")),
        ("company: CallMiner, Inc.", "company: a\ncompany: b", (4, 1, 7, "P115")),
        ("zone:", "chnages: posted\nzone:", (5, 1, 7, "P113")),
        ("zone:", "changes: sometimes\nzone:", (5, 10, 9, "P117")),
        ("zone:", "covers: a.example from June\nzone:", (5, 9, 19, "P116")),
        ("zone:", "so be it\nzone:", (5, 1, 8, "P112")),
        ("New_York\n---", "New_York\n", (1, 1, 3, "P111")),
        ("---\npolicy", "policy", (1, 1, 3, "P110")),
    ],
)
def test_a_wrong_front_matter_is_told_of(
    old: str, new: str, problem: tuple[int, int, int, str]
) -> None:
    assert told(FRONT.replace(old, new)) == [problem]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("```policy\na: sell\n", "P120"),
        ("```policy\na: never sell x\n## Next\n", "P120"),
        ("## A {#a}\n## A {#a}\n", "P121"),
        ("<!-- open\n## A\n", "P127"),
        ("```Policy\na: never sell x\n```\n", "P128"),
        ("## A {#Not One}\n## A {#B}\n", "P131"),
        ("```words\na: never sell x\n```\n", "P136"),
        ('```words\ndata x "y"\ndata x "z"\n```\n', "P132"),
        ('```words\ndata x "y" basic\n```\n', "P170"),
        ('```words\nfact x "y" of person: age above 3\n```\n', "P171"),
        ('```words\nfact x "y" of people\n```\n', "P172"),
        ('```words\nfact x "y" of party and person: age under 13\n```\n', "P173"),
    ],
)
def test_a_wrong_part_is_told_of(body: str, problem: str) -> None:
    assert problem in [code for *_, code in told(f"{FRONT}\n{body}")]


def test_all_problems_of_a_file_come_in_one_run_and_in_order() -> None:
    found = told(boxed("a: may use x\nb: nver\nc: never use x\n    excpt #a\n    if B"))
    assert [code for *_, code in found] == ["P141", "P130", "P144", "P131"]


def test_a_statement_with_a_problem_is_left_out_whole() -> None:
    document, problems = read(boxed("a: may use x for y\n    unles z\nb: never use x"), "x.md")
    assert [clause.name for clause in document.clauses] == ["share.b"]
    assert len(problems) == 1


def test_a_mistyped_word_is_asked_about() -> None:
    problem = read(boxed("a: nver use x"), "x.md")[1][0]
    assert problem.remedy == "did you mean `never`?"
    assert did_you_mean("profle", ["profile", "email"]) == "did you mean `profile`?"
    assert did_you_mean("zebra", ["profile", "email"]) == ""


def test_boxes_in_other_boxes_comments_and_long_fences_are_prose() -> None:
    body = "~~~markdown\n```policy\nnonsense\n```\n## No heading\n~~~\n\n<!-- a\n## b\n-->\n"
    document = sound(FRONT + body)
    assert [type(part).__name__ for part in document.parts] == ["Prose"]


def test_a_problem_is_printed_as_a_writer_can_use_it() -> None:
    source = "\n" * 12 + "partners: may share profile\n\nnobody: never share profile\n"
    problem = Problem(
        "P201",
        "`share.partners` can never take effect: `share.nobody` forbids it",
        Span("draft.md", 13, 1, 8),
        ((Span("draft.md", 15, 1, 6), "forbidden here"),),
        "remove one of the two",
    )
    assert problem.printed({"draft.md": source}) == (
        "draft.md:13:1: P201: `share.partners` can never take effect: `share.nobody` forbids it\n"
        "  13 | partners: may share profile\n"
        "     | ^^^^^^^^\n"
        "  15 | nobody: never share profile\n"
        "     | ------ forbidden here\n"
        "     = remove one of the two"
    )
    assert problem.printed({}) == f"{problem}\n  = remove one of the two"


def test_an_excerpt_of_a_long_line_shows_the_place() -> None:
    line = f"a: never use {'x, ' * 200}Y"
    problem = read(boxed(line), "x.md")[1][0]
    shown = problem.printed({"x.md": boxed(line)}).splitlines()
    assert all(len(row) < 130 for row in shown)
    assert shown[1][shown[2].index("^")] == "Y"


def test_a_word_is_found_again_inside_its_statement() -> None:
    text = boxed("order: may share x with shop for order\n    within order\nb: never use zz")
    clause = sound(text).clauses[0]
    assert span_of(text, clause.span, "shop") == Span("x.md", ROW, 25, 4)
    assert span_of(text, clause.span, "order") == Span("x.md", ROW, 34, 5)
    assert span_of(text, clause.span, "order", after="within") == Span("x.md", ROW + 1, 12, 5)
    assert span_of(text, clause.span, "zz") == clause.span


def test_carriage_returns_and_a_byte_order_mark_are_accepted() -> None:
    text = boxed("a: never sell x")
    data = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert read_bytes(data, "x.md") == read(text, "x.md")
    assert not read_bytes(data, "x.md")[1]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a\x00\x00b", (ROW, 2, 2, "P101")),
        (b"ab\xff\xfe", (ROW, 3, 2, "P101")),
        ("é".encode() + b"\xe9", (ROW, 2, 1, "P101")),
    ],
)
def test_bytes_that_are_no_text_are_told_of(data: bytes, place: tuple[int, int, int, str]) -> None:
    before = FRONT.encode() + b"\n\n\n"
    problems = read_bytes(before + data + b"\n", "x.md")[1]
    assert [(p.span.line, p.span.column, p.span.length, p.code) for p in problems] == [place]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_told_of(encoding: str) -> None:
    problems = read_bytes(FRONT.encode(encoding), "x.md")[1]
    assert [problem.code for problem in problems] == ["P102"]
