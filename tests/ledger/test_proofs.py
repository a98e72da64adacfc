"""Checkpoints are signed notes that anybody can verify, and proofs lead from an entry to one of them."""

from __future__ import annotations

import pytest

from tests.store.opened import MINUTE, NOON
from troth.ledger import (
    Event,
    LedgerBrokenError,
    NoteError,
    Signer,
    VerifierKey,
    checkpoints,
    continued,
    entries,
    newest,
    origin,
    proof,
    read_checkpoint,
    record_all,
    sign,
)
from troth.ledger.note import read
from troth.ledger.tree import root_by_inclusion, roots_by_consistency
from troth.store import Store

SIGNER = Signer(origin("acme"), b"a secret of just thirty-two byte")
# a note, its key and its signature as they are widely published for this format
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_published_note_verifies() -> None:
    key = VerifierKey("PeterNeumann", read(KEY.split("+", 2)[2])[1:])
    assert str(key) == KEY
    assert key.signed(PUBLISHED).startswith("If you think")
    with pytest.raises(NoteError, match="does not fit"):
        key.signed(PUBLISHED.replace("answer", "Answer"))
    with pytest.raises(NoteError, match="not signed with the key"):
        SIGNER.key.signed(PUBLISHED)


def test_a_checkpoint_says_what_was_signed(store: Store) -> None:
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(5)], at=NOON)
        signed = sign(session, SIGNER, NOON + MINUTE)
        lines = signed.note.split("\n")
        assert lines[:2] == ["acme/ledger", "5"]
        assert lines[3:5] == ["time 2014-11-21T12:01:00.000000Z", ""]
        assert SIGNER.key.signed(signed.note) == signed.text
        assert read_checkpoint(signed.note) == signed == newest(session)
        assert sign(session, SIGNER, NOON + 2 * MINUTE) == signed  # nothing new, nothing signed
        record_all(session, [Event("asked", {})], at=NOON)
        assert entries(session, newest_first=True)[0].at == NOON + MINUTE
        later = sign(session, SIGNER, NOON)  # a clock that was set back
        assert later.at == signed.at
        assert checkpoints(session) == [signed, later]


def test_entries_are_proved_and_checkpoints_continue(store: Store) -> None:
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(300)], at=NOON)
        first = sign(session, SIGNER, NOON)
        record_all(session, [Event("asked", {"n": n}) for n in range(300)], at=NOON)
        second = sign(session, SIGNER, NOON)
        for seq in (1, 256, 257, 300):
            head, _, note = proof(session, seq, second).partition("\n\n")
            named, index, *path = head.split("\n")
            assert (named, index) == ("c2sp.org/tlog-proof@v1", f"index {seq - 1}")
            leaf = bytes.fromhex(entries(session, after_seq=seq - 1, limit=1)[0].leaf)
            found = root_by_inclusion(seq - 1, 600, leaf, [read(line) for line in path])
            assert found == second.root == read_checkpoint(note).root
        between = continued(session, 300, 600)
        assert roots_by_consistency(300, 600, first.root, between) == (first.root, second.root)
        with pytest.raises(LookupError):
            proof(session, 301, first)
        with pytest.raises(LookupError):
            continued(session, 0, 600)


@pytest.mark.parametrize("size", [2, 3])
def test_what_does_not_continue_is_not_signed(store: Store, size: int) -> None:
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(2)], at=NOON)
        sign(session, SIGNER, NOON)
        record_all(session, [Event("asked", {})], at=NOON)
        spoiled = "update ledger set leaf = :leaf where company = :company and seq = :seq"
        session.sql(spoiled, leaf="ab" * 32, seq=size)
        with pytest.raises(LedgerBrokenError, match="so it is not signed"):
            sign(session, SIGNER, NOON)


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n5\n", "\n05\n"),
        lambda note: note.replace("time ", "on "),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note[:-1],
        lambda note: note[:0],
    ],
)
def test_what_is_no_checkpoint_is_told(store: Store, change) -> None:  # type: ignore[no-untyped-def]
    with store.writing("acme") as session:
        record_all(session, [Event("asked", {"n": n}) for n in range(5)], at=NOON)
        note = sign(session, SIGNER, NOON).note
    with pytest.raises(NoteError, match="it is no checkpoint"):
        read_checkpoint(change(note))


def test_the_secret_is_never_printed() -> None:
    assert "thirty" not in repr(SIGNER) + str(SIGNER)
