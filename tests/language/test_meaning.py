"""The ten points of the meaning, each on the smallest policy that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from troth.decide import Decider
from troth.language.formula import Atom
from troth.language.model import Ask, Decision, Document, Policy, Stamp
from troth.language.read import read, read_words

WORDS = """```words
data email "your e-mail address"
data phone "your telephone number"
data secret "your secret" only by name
data contact "your contact details" holds email, phone, secret
purpose news "news"
purpose offers "offers"
purpose promotion "promotion" holds news, offers
purpose billing "billing you" basic
purpose lawsuit "a lawsuit"
party partner "a partner"
party helper "a helper" acts for us
party court "a court"
place form "a form"
place shop "the shop"
place vault "the vault"
way email "e-mail"
matter order "your order" opened by person ends closed
matter demand "a demand" opened by counsel covers people ends closed
fact known "it is known" of person, asserted by sales
fact grown "you are grown" of person: age at least 18
term secrecy "secrecy"
event closed "your account was closed"
```
"""
FRONT = """---
policy: acme
company: Acme
in force: {day}
zone: UTC
contact: privacy@acme.example
covers: acme.example
{more}---

# Acme {{#acme}}

"""
FIRST = date(2010, 6, 1)
SECOND = date(2015, 6, 1)
NEW, OLD = Stamp(("acme/2015-01-01",)), Stamp(("acme/2010-01-01",))


def version(day: str, body: str, more: str = "") -> Document:
    return _read(FRONT.format(day=day, more=more) + boxed(body), f"acme/{day}.md")


def boxed(body: str) -> str:
    """`## Section {#section}` lines open a section; what follows is its box."""
    parts = []
    for part in body.strip().split("## "):
        if part.strip():
            section, _, lines = part.partition("\n")
            parts.append(f"## {section} {{#{section}}}\n\n```policy\n{lines.rstrip()}\n```\n")
    return "\n".join(parts)


def _read(text: str, path: str) -> Document:
    document, problems = read(text, path)[:2]
    assert not problems, "\n".join(str(problem) for problem in problems)
    return document


def acme(*versions: Document, **more: object) -> Decider:
    words = {(word.kind, word.name): word for word in read_words(WORDS, "words.md")[0]}
    return Decider(Policy("acme", versions, words, **more))  # type: ignore[arg-type]


def decided(
    decider: Decider,
    ask: Ask,
    *held: Atom,
    stamp: Stamp = OLD,
    day: date = FIRST,
) -> Decision:
    residual = decider.residual(ask, stamp, day)
    return residual(residual.bits(lambda atom: atom in held))


def allowed(decider: Decider, ask: Ask, *held: Atom, **more: object) -> bool:
    return decided(decider, ask, *held, **more).allowed  # type: ignore[arg-type]


USE = Ask("use", "email", "news")
SHARE = Ask("share", "email", "news", "partner")


# 1 leaves


def test_an_ask_for_a_word_asks_for_each_leaf_it_holds() -> None:
    decider = acme(version("2010-01-01", "## use\nnews: may use contact for promotion"))
    leaves = decider.meaning.points(Ask("use", "contact", "promotion"))
    assert [(leaf.data, leaf.purpose) for leaf in leaves] == [
        (data, purpose) for data in ("email", "phone", "secret") for purpose in ("news", "offers")
    ]


def test_a_wide_word_of_a_may_does_not_reach_what_is_only_by_name_but_a_never_does() -> None:
    text = version("2010-01-01", "## use\nnews: may use contact for news")
    assert allowed(acme(text), Ask("use", "phone", "news"))
    assert not allowed(acme(text), Ask("use", "secret", "news"))
    named = "## use\nnews: may use secret for news\nnone: never use contact for offers"
    assert allowed(acme(version("2010-01-01", named)), Ask("use", "secret", "news"))
    barred = named.replace("for offers", "for news")
    assert not allowed(acme(version("2010-01-01", barred)), Ask("use", "secret", "news"))


def test_a_slot_left_out_means_all_of_it() -> None:
    text = "## use\nhere: may use email for news at form"
    decider = acme(version("2010-01-01", text))
    assert allowed(decider, Ask("use", "email", "news", place="form"))
    assert not allowed(decider, USE)
    never = "## use\nnews: may use email for news\nnot-here: never use email at form"
    assert not allowed(acme(version("2010-01-01", never)), USE)
    assert allowed(acme(version("2010-01-01", never)), Ask("use", "email", "news", place="shop"))


# 2 one version


def test_what_is_not_said_is_not_allowed() -> None:
    decision = decided(acme(version("2010-01-01", "## use\nnews: may use phone for news")), USE)
    assert (decision.allowed, decision.clauses) == (False, ())


def test_an_unknown_holds_in_a_never_and_not_in_a_may() -> None:
    may = acme(version("2010-01-01", "## use\nnews: may use email for news\n    if known"))
    surely, possibly = Atom("fact", ("known",)), Atom("fact", ("known",), surely=False)
    assert allowed(may, USE, surely, possibly)
    assert not allowed(may, USE, possibly)
    text = "## use\nnews: may use email for news\nnot: never use email\n    if known"
    assert allowed(acme(version("2010-01-01", text)), USE)
    assert not allowed(acme(version("2010-01-01", text)), USE, possibly)


def test_a_never_excepts_the_clauses_it_names() -> None:
    text = "## share\npartner: may share email with partner for news\n    if known\nnobody: never share email\n    except #partner"
    decider = acme(version("2010-01-01", text))
    known = Atom("fact", ("known",))
    assert decided(decider, SHARE, known).clauses == ("acme/2010-01-01#share.partner",)
    assert decided(decider, SHARE).clauses == ("acme/2010-01-01#share.nobody",)


# 3 all versions since

OLD_TEXT = "## share\nnobody: never share phone\n## use\nbill: may use email for billing"
NEW_TEXT = "## share\npartner: may share contact with partner for news"
TOLD = Atom("told", (("acme/2015-01-01",), 30, ()))
BY_MAIL = Atom("told", (("acme/2015-01-01",), 30, ("email",)))


def pair(more: str = "", old: str = OLD_TEXT) -> Decider:
    return acme(version("2010-01-01", old, more), version("2015-01-01", NEW_TEXT))


def agreed(decider: Decider) -> Atom:
    new = decider.meaning.policy.version("2015-01-01")
    digest = decider.meaning.digest(new, new.clauses[0])
    return Atom("agreed", ("share.partner", digest, "2010-01-01"))


def test_the_silence_of_an_older_version_waits_for_notice_and_its_days() -> None:
    decider = pair()
    assert allowed(decider, SHARE, stamp=NEW, day=SECOND)
    assert not allowed(decider, SHARE, day=SECOND)
    assert allowed(decider, SHARE, TOLD, day=SECOND)
    assert not allowed(decider, SHARE, TOLD, Atom("refused", ("share.partner",)), day=SECOND)


def test_a_never_of_an_older_version_waits_for_her_consent_to_the_clause() -> None:
    decider, phone = pair(), Ask("share", "phone", "news", "partner")
    decision = decided(decider, phone, TOLD, day=SECOND)
    assert decision.clauses == ("acme/2010-01-01#share.nobody",)
    assert decision.would_allow == ("ask her consent to share.partner",)
    assert allowed(decider, phone, agreed(decider), day=SECOND)


def test_agreeing_lifts_one_clause_and_only_as_worded() -> None:
    decider = pair()
    assert not allowed(
        decider, SHARE, Atom("agreed", ("share.partner", "other", "2010-01-01")), day=SECOND
    )


@pytest.mark.parametrize(
    ("line", "lifts_silence", "lifts_never"),
    [
        ("silence is no", False, False),
        ("silence is yes after 30 days", True, False),
        ("silence is yes after 30 days\n    nevers too", True, True),
    ],
)
def test_the_older_version_says_what_silence_means(
    line: str, lifts_silence: bool, lifts_never: bool
) -> None:
    tell = f"\ntell: must tell people by email before wider use of earlier data\n    {line}"
    decider = pair(old=OLD_TEXT + tell)
    assert allowed(decider, SHARE, BY_MAIL, day=SECOND) is lifts_silence
    phone = Ask("share", "phone", "news", "partner")
    assert allowed(decider, phone, BY_MAIL, day=SECOND) is lifts_never


def test_the_literal_reading_takes_posting_for_notice() -> None:
    assert allowed(pair("changes: posted\nreading: literal\n"), SHARE, day=SECOND)
    assert not allowed(pair("changes: posted\n"), SHARE, day=SECOND)


def test_what_the_version_in_force_no_longer_allows_stops_for_all_data() -> None:
    decider = pair()
    bill = Ask("use", "email", "billing")
    assert allowed(decider, bill, day=FIRST)
    assert not allowed(decider, bill, day=SECOND)


def test_a_never_of_the_middle_version_is_not_laundered_away() -> None:
    share = "## share\npartner: may share contact with partner for news"
    decider = acme(
        version("2010-01-01", share),
        version("2012-01-01", "## share\nnobody: never share contact"),
        version("2015-01-01", share),
    )
    assert allowed(decider, SHARE, day=date(2011, 1, 1))
    decision = decided(decider, SHARE, day=SECOND)
    assert decision.clauses == ("acme/2012-01-01#share.nobody",)


# 4 stamps


def test_unstamped_data_serves_basic_purposes_alone() -> None:
    text = "## use\nall: may use email for news, billing"
    decider = acme(version("2010-01-01", text))
    assert allowed(decider, Ask("use", "email", "billing"), stamp=Stamp())
    assert not allowed(decider, USE, stamp=Stamp())


def test_where_the_version_is_in_doubt_all_candidates_hold() -> None:
    doubt = Stamp(("acme/2010-01-01", "acme/2015-01-01"))
    assert not allowed(pair(), SHARE, stamp=doubt, day=SECOND)


def test_purposes_stated_at_collection_limit_use() -> None:
    decider = acme(version("2010-01-01", "## use\nall: may use email for promotion"))
    offers = Stamp(("acme/2010-01-01",), purposes=("offers",))
    assert allowed(decider, Ask("use", "email", "offers"), stamp=offers)
    assert not allowed(decider, USE, stamp=offers)


# 5 actions


def test_never_share_covers_selling_and_never_use_covers_sharing() -> None:
    text = "## share\nsale: may sell email with partner for news\nshare: may share email with partner for news\n{never}"
    sell = Ask("sell", "email", "news", "partner")
    for never, sale, share in (
        ("no: never share email", False, False),
        ("no: never use email for news", False, False),
        ("no: never use email for offers", True, True),
        ("no: never sell email", False, True),
    ):
        decider = acme(version("2010-01-01", text.format(never=never)))
        assert allowed(decider, sell) is sale, never
        assert allowed(decider, SHARE) is share, never


def test_data_may_be_kept_while_some_use_of_it_is_allowed_and_not_past_its_period() -> None:
    use = "## use\nnews: may use email for news\n"
    decider = acme(version("2010-01-01", use))
    assert allowed(decider, Ask("keep", "email"))
    assert not allowed(decider, Ask("keep", "phone"))
    period = use + "## keep\na-year: may keep email for 1 years from closed"
    running = Atom("kept", (1, "years", "closed"))
    decider = acme(version("2010-01-01", period))
    assert allowed(decider, USE, running)
    assert not allowed(decider, USE)


def test_handing_to_who_acts_for_us_is_our_use_under_a_mandate() -> None:
    text = "## use\nnews: may use email for news\n## share\nnobody: never share email"
    decider = acme(version("2010-01-01", text))
    ask = Ask("share", "email", "news", "helper")
    assert not allowed(decider, ask)
    assert allowed(decider, ask, Atom("mandate", ("email", "news")))


# 6 choices

CHOICES = '## use\nnews: may use contact for promotion\n    unless stop\n## choices\nchoice stop "Stop"\n    for each of news, offers\n    for each of email, phone'


def said(*cells: str, choice: str = "stop") -> Iterable[Atom]:
    return [Atom("said", (choice, cell)) for cell in cells]


def test_a_choice_counts_for_the_cells_it_was_said_for() -> None:
    decider = acme(version("2010-01-01", CHOICES))
    assert not allowed(decider, USE, *said("news/email"))
    assert allowed(decider, Ask("use", "phone", "news"), *said("news/email"))
    assert allowed(decider, Ask("use", "email", "offers"), *said("news/email"))


def test_a_later_version_carries_an_earlier_choice() -> None:
    later = '## use\nnews: may use email for news\n    unless halt\n## choices\nchoice halt "Halt"\n    carries stop'
    decider = acme(version("2010-01-01", CHOICES), version("2015-01-01", later))
    assert allowed(decider, USE, stamp=NEW, day=SECOND)
    assert not allowed(decider, USE, *said("news/email"), stamp=NEW, day=SECOND)
    assert allowed(decider, USE, *said("offers/email"), stamp=NEW, day=SECOND)


# 8 roles


def test_what_is_held_for_a_customer_is_under_the_entrusted_sections_alone() -> None:
    text = "## use\nnews: may use email for news\n## trust\nbill: may use email for billing"
    decider = acme(version("2010-01-01", text, "entrusted: trust\n"))
    held = Stamp(("acme/2010-01-01",), role="held", customer="zeta")
    assert allowed(decider, Ask("use", "email", "billing"), stamp=held)
    assert not allowed(decider, USE, stamp=held)
    assert allowed(decider, USE)
    assert not allowed(decider, Ask("use", "email", "billing"))


def test_a_contract_overrides_the_clauses_it_names_for_its_customer_only() -> None:
    text = "## trust\nbill: may use email for billing\nnews: never use email for news"
    first = version("2010-01-01", text, "entrusted: trust\n")
    contract = _read(
        "---\ncontract: A-9\npolicy: acme\nbetween: Acme, Zeta\nin force: 2010-01-01\n"
        "supersedes: trust.news\n---\n\n" + boxed("## more\nletters: may use email for news"),
        "acme/contracts/A-9.md",
    )
    decider = acme(first, contracts=(contract,))
    under = Stamp(("acme/2010-01-01",), role="held", customer="zeta", contract=contract.id)
    other = Stamp(("acme/2010-01-01",), role="held", customer="eta")
    decision = decided(decider, USE, stamp=under)
    assert decision.clauses == (f"{contract.id}#more.letters",)
    assert not allowed(decider, USE, stamp=other)


def test_a_forms_notice_adds_for_what_was_given_there_alone() -> None:
    notice = _read(
        "---\nnotice: webinar\nrider of: acme\nin force: 2010-01-01\n---\n\n"
        + boxed("## webinar\nafter: may use email for offers"),
        "acme/notices/webinar.md",
    )
    text = version("2010-01-01", "## use\nnews: may use email for news")
    decider = acme(text, notices=(notice,))
    offers = Ask("use", "email", "offers")
    assert not allowed(decider, offers)
    shown = Stamp(("acme/2010-01-01",), notice=notice.id)
    assert decided(decider, offers, stamp=shown).clauses == (f"{notice.id}#webinar.after",)


# 10 laws


def law(body: str, more: str = "") -> Document:
    front = f"---\nlaw: us-acme\nin force: 2010-03-01\nreviewed by: nobody\n{more}---\n\n"
    return _read(front + boxed(body), "law/us-acme.md")


def test_a_law_narrows_from_its_day_to_its_last() -> None:
    text = version("2010-01-01", "## use\nnews: may use email for news", "laws: us-acme\n")
    forbids = law("## rule\nno: never use email for news", "ends: 2010-12-31\n")
    decider = acme(text, laws=(forbids,))
    assert allowed(decider, USE, day=date(2010, 2, 1))
    assert decided(decider, USE, day=FIRST).clauses == ("law/us-acme#rule.no",)
    assert not allowed(decider, USE, day=date(2010, 12, 31))
    assert allowed(decider, USE, day=date(2011, 1, 1))


def test_a_law_that_compels_holds_against_every_never_within_its_demand() -> None:
    text = version("2010-01-01", "## share\nnobody: never share contact", "laws: us-acme\n")
    compels = law("## rule\norder: compels share email with court for lawsuit\n    within demand")
    decider = acme(text, laws=(compels,))
    ask = Ask("share", "email", "lawsuit", "court")
    assert not allowed(decider, ask)
    decision = decided(decider, ask, Atom("within", ("demand", "email")))
    assert (decision.allowed, decision.clauses) == (True, ("law/us-acme#rule.order",))


def test_a_law_of_elsewhere_applies_unless_she_is_known_to_live_outside() -> None:
    text = version("2010-01-01", "## use\nnews: may use email for news", "laws: us-acme\n")
    decider = acme(text, laws=(law("## rule\nno: never use email", "where: US\n"),))
    assert allowed(decider, USE)
    assert not allowed(decider, USE, Atom("lives", ("US",), surely=False))
