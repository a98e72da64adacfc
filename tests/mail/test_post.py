"""The post, with a real mail server: links, the gate before each mail, tries, the way out, receipts."""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.mail.posted import LINK, Posted, posted
from tests.mail.relaying import Received, relaying
from troth import ledger, mail
from troth.mail import outbox
from troth.mail.kinds import ON_REQUEST
from troth.mail.letter import reference, referred
from troth.mail.passing import could_send
from troth.people import choices
from troth.people.forget import forget
from troth.people.people import end_identifier
from troth.refusal import Refused
from troth.settings import read_relay
from troth.store import Store
from troth.store import tables as t

ANNA = "anna@example.com"
MINUTE = timedelta(minutes=1)


def ask(post: Posted, address: str, company: str = "callminer") -> None:
    one = post.company(company)
    with one.writing() as session:
        mail.ask_for_link(one, session, address, post.now)


def use(post: Posted, token: str) -> int | None:
    with post.company().writing() as session:
        opened = mail.use_link(session, token, post.now)
    return opened.person if opened else None


def states(post: Posted, company: str = "callminer") -> dict[str, int]:
    with post.company(company).reading() as session:
        return outbox.counted(session)


def everything_stored(post: Posted) -> str:
    with post.house.store.transaction(writes=False) as connection:
        rows = [
            connection.exec_driver_sql(f'select * from "{n.name}"')
            for n in t.metadata.sorted_tables
        ]
        return "\n".join(str(row) for found in rows for row in found)


def test_a_link_is_mailed_and_signs_in_once(post: Posted, received: Received) -> None:
    anna = post.person(ANNA)
    ask(post, " Anna@Example.COM ")
    post.work()
    (sent,) = received.to(ANNA)
    assert sent["From"] == '"CallMiner, Inc." <privacy@callminer.example>'
    assert received.envelopes == [("privacy@callminer.example", [ANNA])]
    assert sent["Auto-Submitted"] == "auto-generated"
    (token,) = LINK.findall(sent.get_content())
    stored = everything_stored(post)
    assert token not in stored
    assert "15:15" not in stored
    with post.company().reading() as session:
        opened = [mail.open_link(session, token, post.now) for _ in range(3)]
    assert [o.person for o in opened if o] == [anna] * 3  # opened by scanners, used by nobody
    assert use(post, token) == anna
    assert use(post, token) is None


def test_a_link_is_short_lived_and_ends_with_its_sisters(post: Posted, received: Received) -> None:
    anna = post.person(ANNA)
    for _ in range(3):
        ask(post, ANNA)
    post.work()
    tokens = [LINK.findall(one.get_content())[0] for one in received.mails]
    assert len(set(tokens)) == 3
    post.now += 14 * MINUTE
    assert use(post, tokens[1]) == anna
    assert [use(post, token) for token in tokens] == [None] * 3
    ask(post, ANNA)
    post.work()
    post.now += 15 * MINUTE
    assert use(post, LINK.findall(received.mails[-1].get_content())[0]) is None
    assert use(post, "x") is use(post, "\ud800") is None


def test_an_unknown_or_forgotten_address_is_asked_for_in_the_same_way_and_gets_nothing(
    post: Posted, received: Received
) -> None:
    anna = post.person(ANNA)
    with post.company().writing() as session:
        forget(session, anna, post.now)
    before = everything_stored(post)
    for address in (ANNA, "nobody@example.com"):
        ask(post, address)
    assert (
        everything_stored(post).count("\n") - before.count("\n") == 2 + 1
    )  # jobs, and their count
    assert "nobody@example" not in everything_stored(post)
    post.work()
    assert received.mails == []
    assert states(post) == {}


def test_a_mail_the_policy_does_not_allow_is_not_sent(post: Posted, received: Received) -> None:
    post.person(ANNA, "incontact")
    assert could_send(post.company(), ON_REQUEST, post.now)
    ask(post, ANNA, "incontact")
    post.work()
    assert received.mails == []
    assert states(post, "incontact") == {"refused": 1}
    with post.company("incontact").reading() as session:
        (entry,) = ledger.entries(session, kind="asked")
    assert (entry.payload["purpose"], entry.payload["verdict"]) == ("signing-in", "no")


def test_each_mail_that_was_sent_has_its_answer_in_the_ledger(post: Posted) -> None:
    anna = post.person(ANNA)
    ask(post, ANNA)
    post.work()
    with post.company().reading() as session:
        (entry,) = ledger.entries(session, kind="asked")
    said = {"action": "use", "data": "email", "purpose": "handling-choices", "verdict": "yes"}
    assert {**entry.payload, **said} == entry.payload
    assert entry.person == anna


def test_an_address_that_was_given_up_gets_no_mail(post: Posted, received: Received) -> None:
    anna = post.person(ANNA)
    ask(post, ANNA)
    with post.company().writing() as session:
        row = session.one(t.identifiers, person=anna)
        assert row is not None
        outbox.write(session, "sign-in", anna, row.id, post.now)
        end_identifier(session, post.company().key, anna, "email", ANNA, post.now)
    post.work()
    assert received.mails == []
    assert states(post) == {"failed": 1}


# -- when the relay does not take it ---------------------------------------------------------------


def news(post: Posted, *people: str) -> None:
    for person in people:
        post.person(person)
    one = post.company()
    with one.writing() as session:
        mail.write_mailing(one, session, "own-offers", "Spring", "A sale.", "Kim", post.now)


def test_what_fails_for_now_is_tried_again_each_time_later(
    post: Posted, received: Received
) -> None:
    news(post, ANNA)
    received.answers[ANNA] = "450 busy"
    post.work()
    waits = []
    for _ in range(4):
        with post.company().reading() as session:
            row = session.one(t.outbox)
        assert row is not None
        assert row.problem == "the relay answered 450"
        waits.append((row.due_at - post.now) / MINUTE)
        post.work(row.due_at - post.now - timedelta(seconds=1))
        assert received.mails == []
        post.work(timedelta(seconds=1))
    assert waits == [1, 5, 30, 120]
    received.answers.clear()
    post.work(timedelta(days=1))
    assert len(received.mails) == 1
    assert states(post) == {"sent": 1}


def test_what_fails_for_five_days_is_given_up(post: Posted, received: Received) -> None:
    news(post, ANNA)
    received.answers[ANNA] = "450 busy"
    for _ in range(30):
        post.work(timedelta(hours=12))
    assert states(post) == {"failed": 1}


def test_a_refused_address_is_a_bounce_and_others_get_theirs(
    post: Posted, received: Received
) -> None:
    received.answers["b@example.com"] = "550 no such user"
    news(post, "a@example.com", "b@example.com", "c@example.com")
    post.work()
    assert states(post) == {"bounced": 1, "sent": 2}
    with post.company().reading() as session:
        (row,) = outbox.undelivered(session)
    assert row.problem == "the relay refused the address: 550"


@pytest.mark.parametrize("written", ["ida..jr@example.com", "ida@", "a b@example.com", "i@a@b.com"])
def test_what_is_no_address_holds_up_no_other_mail(
    post: Posted, received: Received, written: str
) -> None:
    post.person(written), post.person(ANNA)
    one = post.company()
    with one.writing() as session:
        mail.write_mailing(one, session, "own-offers", "Spring", "A sale.", "Kim", post.now)
    post.work()
    assert [str(sent["To"]) for sent in received.mails] == [ANNA]
    assert states(post) == {"bounced": 1, "sent": 1}


def test_without_the_relay_mails_wait_and_are_not_counted_as_tried(
    post: Posted, received: Received
) -> None:
    news(post, ANNA)
    assert post.post.relay is not None
    with relaying(Received()) as gone:
        pass
    there, post.post.relay = post.post.relay, gone
    post.work()
    with post.company().reading() as session:
        row = session.one(t.outbox)
    assert row is not None
    assert (row.state, row.tries) == ("waiting", 0)
    post.post.relay = there
    post.work(2 * MINUTE)
    assert len(received.mails) == 1


# -- the way out -----------------------------------------------------------------------------------


@pytest.mark.keeps(
    "callminer2016.choices.unsubscribe-link-in-marketing-emails",
    without="troth.mail.kinds:address_to_leave=''",
)
def test_a_mailing_goes_to_whom_it_may_and_one_click_ends_it(
    post: Posted, received: Received
) -> None:
    one = post.company()
    anna, ben = post.person(ANNA), post.person("ben@example.com")
    new = next(
        c for v in one.policy.versions for c in v.choices if c.name == "no-promotional-email"
    )
    with one.writing() as session:
        choices.say(session, ben, new, (), True, post.now, "site", "person")
        found = mail.write_mailing(one, session, "own-offers", "Spring", "A sale.", "Kim", post.now)
    assert found == (1, 1)
    post.work()
    (sent,) = received.mails
    assert sent["To"] == ANNA
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = sent["List-Unsubscribe"].strip("<>")
    assert leave in sent.get_content()
    token = leave.rpartition("/")[2]
    with one.writing() as session:
        assert not mail.unsubscribe(one, session, token[:-1] + "x", post.now)
        assert not mail.unsubscribe(one, session, f"{ben}.{token.partition('.')[2]}", post.now)
        assert mail.unsubscribe(one, session, token, post.now)
        assert mail.unsubscribe(one, session, token, post.now + MINUTE)
        assert len(choices.history(session, anna)) == len(choices.standing(session, anna, post.now))
        found = mail.write_mailing(one, session, "own-offers", "May", "A sale.", "Kim", post.now)
    assert found == (0, 2)


def test_what_was_refused_meanwhile_is_not_sent(post: Posted, received: Received) -> None:
    news(post, ANNA)
    one = post.company()
    new = next(
        c for v in one.policy.versions for c in v.choices if c.name == "no-promotional-email"
    )
    with one.writing() as session:
        (row,) = session.rows(t.outbox)
        choices.say(session, row.person, new, (), True, post.now, "site", "person")
    post.work()
    assert received.mails == []
    assert states(post) == {"refused": 1}


def test_a_mailing_needs_a_purpose_and_a_way_out(post: Posted) -> None:
    one = post.company()
    for purpose, said in (("fun", "is no purpose word"), ("serving", "no choice ends mails")):
        with pytest.raises(Refused, match=said), one.writing() as session:
            mail.write_mailing(one, session, purpose, "S", "B", "Kim", post.now)
    assert states(post) == {}


# -- receipts --------------------------------------------------------------------------------------


def test_an_act_gives_a_receipt_that_is_mailed(post: Posted, received: Received) -> None:
    one, anna = post.company(), post.person(ANNA)
    new = next(
        c for v in one.policy.versions for c in v.choices if c.name == "no-promotional-email"
    )
    with one.writing() as session:
        since = ledger.size(session)
        shown = f"{new.phrase} (callminer/2014-11-21)"
        choices.say(session, anna, new, (), True, post.now, "site", "person", text_shown=shown)
        mail.send_receipts(session, anna, since, post.now)
    with one.reading() as session:
        said, gave = mail.receipts(one, session, anna)
        assert mail.receipt(one, session, anna + 1, said.entry) is None
    assert said.text == shown
    assert said.what == f"You said: {new.phrase}"
    assert gave.what == "You gave us your e-mail address"
    post.work()
    text = received.mails[0].get_content()
    assert f"entry {said.entry} of the record, {said.head}" in text
    assert shown in text


def test_a_text_that_is_not_the_one_of_the_entry_is_not_shown(post: Posted) -> None:
    one, anna = post.company(), post.person(ANNA)
    new = one.policy.versions[-1].choices[0]
    with one.writing() as session:
        choices.say(session, anna, new, (), True, post.now, "site", "person", text_shown="Stop it")
        session.change(t.choices, {"person": anna}, text_shown="Something else")
        assert mail.receipts(one, session, anna)[0].text == ""


# -- the relay -------------------------------------------------------------------------------------


def test_starttls_and_a_password(
    store: Store, tmp_path: Path, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = shutil.which("openssl")
    assert openssl is not None
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with relaying(received, tls=context) as relay:
        house = posted(store, relay)
        house.person(ANNA)
        ask(house, ANNA)
        house.work()
        assert received.mails == []  # nobody vouches for this certificate
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        house.work(2 * MINUTE)
    assert len(received.mails) == 1
    assert received.encrypted == [True]
    assert received.signed_in == [b"troth"]


def test_the_relay_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "SECURITY", "USER", "PASSWORD"):
        monkeypatch.delenv(f"TROTH_SMTP_{name}", raising=False)
    assert read_relay() is None
    said = {"TROTH_SMTP_HOST": "mail.acme.example", "TROTH_MAIL_FROM": "privacy@acme.example"}
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    relay = read_relay("http://127.0.0.1:8000/")
    assert relay is not None
    assert (relay.port, relay.security, relay.address) == (587, "starttls", "http://127.0.0.1:8000")
    wrong = {
        "TROTH_SMTP_SECURITY": ("ssl", "say tls, starttls or none"),
        "TROTH_SMTP_PORT": ("many", "say a number"),
        "TROTH_MAIL_FROM": ("Acme", "say who sends"),
        "TROTH_ADDRESS": ("acme.example", "say it with https"),
    }
    for name, (value, message) in wrong.items():
        with monkeypatch.context() as patch, pytest.raises(ValueError, match=message):
            patch.setenv(name, value)
            read_relay()
    monkeypatch.setenv("TROTH_SMTP_SECURITY", "none")
    monkeypatch.setenv("TROTH_SMTP_USER", "acme")
    with pytest.raises(ValueError, match="in clear"):
        read_relay()


def test_no_personal_data_reaches_the_log(
    post: Posted, received: Received, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "troth")
    received.answers[ANNA] = f"550 {ANNA} is unknown"
    news(post, ANNA)
    ask(post, ANNA)
    post.work()
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "mail 1 of callminer" in said
    assert "anna" not in said.lower()


def test_a_reference_is_read_back_by_its_own_company_alone(post: Posted) -> None:
    one, other = post.company(), post.company("incontact")
    made = reference(one, 17)
    assert referred(one, f"<{made}@callminer.example>") == referred(one, made) == 17
    assert referred(other, made) is None
    assert referred(one, made.replace(".17.", ".18.")) is None
    assert referred(one, "") is referred(one, "callminer.x.y@z") is None
