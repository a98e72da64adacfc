"""What somebody gives at a form is confirmed to the address just given, where the version lets it be written to."""

from __future__ import annotations

from datetime import timedelta

from tests.mail.posted import LINK, Posted
from tests.mail.relaying import Received
from troth import ledger, mail, matters
from troth.mail.receipts import A_DAY
from troth.people import choices
from troth.site.forms import opened
from troth.site.given import Typed
from troth.site.intake import Kept, Sender, keep
from troth.store import tables as t

ROSA = "rosa@example.com"


def send(post: Posted, form: str, company: str = "callminer", **values: str) -> Kept:
    one = post.company(company)
    found = opened(one, one.policy.versions[-1], form, post.now)
    assert found is not None
    given = {"name": "Rosa Lind", "email": ROSA, **values}
    return keep(found, Typed(kept=given), Sender(post.now, mails=True))


def test_a_receipt_says_what_was_given_under_which_version_and_no_value(
    post: Posted, received: Received
) -> None:
    kept = send(post, "trial")
    assert kept.mailed == ROSA
    post.work()
    (sent,) = received.to(ROSA)
    text = sent.get_content()
    for one in kept.receipts:
        assert f"entry {one.entry} of the record, {one.head}" in text
    assert "You gave us your name" in text
    assert "/callminer/privacy/2014-11-21" in text
    assert "/callminer/choices" in text
    assert "Rosa" not in text
    assert kept.code not in text
    with post.company().reading() as session:
        (entry,) = ledger.entries(session, kind="asked")
    assert (entry.payload["purpose"], entry.payload["verdict"]) == ("serving", "yes")


def test_where_the_version_lets_nobody_write_none_is_sent_and_the_page_has_it(
    post: Posted, received: Received
) -> None:
    kept = send(post, "newsletter")
    assert kept.mailed == ""
    assert [one.what for one in kept.receipts] == [
        "You gave us your e-mail address",
        "You gave us your name",
    ]
    post.work()
    assert received.mails == []
    with post.company().reading() as session:
        assert session.count(t.outbox) == 0


def test_an_order_is_confirmed_within_the_order(post: Posted, received: Received) -> None:
    kept = send(post, "order", "incontact")
    post.work()
    assert len(received.to(ROSA)) == 1
    with post.company("incontact").reading() as session:
        (entry,) = ledger.entries(session, kind="asked")
    assert entry.payload["purpose"] == "order-confirmation"
    assert entry.payload["within"] == kept.matter


def test_whoever_has_a_service_may_be_mailed_about_it_until_it_ends(
    post: Posted, received: Received
) -> None:
    kept, one = send(post, "register", "incontact"), post.company("incontact")
    post.work()
    for ended in (False, True):
        with one.writing() as session:
            mail.ask_for_link(one, session, ROSA, post.now)
        post.work()
        assert len(LINK.findall("".join(m.get_content() for m in received.to(ROSA)))) == 1
        if not ended:
            post.now += timedelta(minutes=1)
            with one.writing() as session:
                matters.close(session, kept.matter, post.now)
            post.now += timedelta(minutes=1)


def test_what_was_refused_since_is_not_mailed(post: Posted, received: Received) -> None:
    one, kept = post.company(), send(post, "trial")
    with one.writing() as session:
        for choice in one.policy.versions[-1].choices:
            if choice.kind == "choice":
                choices.say(session, kept.person, choice, (), True, post.now, "site", "person")
        session.change(t.fields, {"data": "email"}, value=None)  # erased meanwhile
    post.work()
    assert received.mails == []


def test_nobodys_postbox_is_filled(post: Posted) -> None:
    kept, one = send(post, "trial"), post.company()
    with one.writing() as session:
        for _ in range(A_DAY + 2):
            mail.confirm(one, session, kept.person, ROSA, 0, post.now)
        assert session.count(t.outbox) == A_DAY
        later = post.now + timedelta(days=1, seconds=1)
        assert mail.confirm(one, session, kept.person, ROSA, 0, later)
