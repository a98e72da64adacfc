"""`troth ledger`: sign, keep, prove, export; what was rewritten is named, against what was kept."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Bench


@pytest.fixture
def stored(bench: Bench) -> Bench:
    """A store in a file: where the key lies, and what somebody does to it, is told of a file."""
    bench.collect()
    return bench


VERIFIER = Path(__file__).parents[2] / "docs" / "verify_ledger.py"


def test_the_key_is_made_once_outside_the_store_for_its_owner_alone(stored: Bench) -> None:
    printed = stored.run("ledger", "key", "bakery").output
    assert printed.startswith("bakery/ledger+") and printed.count("\n") == 1
    file = stored.folder / "troth.db.ledger-key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert stored.run("ledger", "key", "bakery").output == printed
    secret = file.read_text()
    assert secret.encode() not in (stored.folder / "troth.db").read_bytes()
    file.chmod(0o644)
    refused = stored.run("ledger", "key", "bakery")
    assert (refused.exit_code, "chmod 600" in refused.output) == (3, True)


def test_the_key_may_be_kept_elsewhere(stored: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored.files()
    monkeypatch.setenv("TROTH_LEDGER_KEY", str(stored.folder / "away.key"))
    assert stored.run("ledger", "checkpoint", "bakery").exit_code == 0
    made = {name for name in stored.files() - before if not name.startswith("troth.db-")}
    assert made == {"away.key"}


def test_what_was_kept_is_continued_or_it_is_told(stored: Bench) -> None:
    signed = stored.run("ledger", "checkpoint", "bakery").output
    (stored.folder / "kept.note").write_text(signed)
    stored.run("ask", "bakery", "use", "email", "--person", "ida@example.com", "--for", "orders")
    sound = stored.run("ledger", "verify", "--from", "kept.note")
    assert (sound.exit_code, "checkpoints, sound" in sound.output) == (0, True)
    with closing(sqlite3.connect("troth.db")) as database, database:
        database.execute("delete from checkpoints")
        database.execute("update ledger set kind = 'given' where seq = 2")
    broken = stored.run("ledger", "verify", "--from", "kept.note", "--json")
    said = json.loads(broken.output)["bakery"]
    assert (broken.exit_code, said["seq"], said["problem"]) == (1, 2, "entry 2 was changed")
    (stored.folder / "kept.note").write_text(signed.replace("time 2", "time 3"))
    refused = stored.run("ledger", "verify", "--from", "kept.note")
    assert (refused.exit_code, "cannot be used" in refused.output) == (3, True)


def test_an_entry_is_proved(stored: Bench) -> None:
    proof = stored.run("ledger", "proof", "bakery:2").output
    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert "— bakery/ledger " in proof
    for entry in ("bakery:999", "bakery:0", "2", "bakery:x", "bakry:1"):
        assert stored.run("ledger", "proof", entry).exit_code == 2


def test_an_export_is_verified_by_anybody(stored: Bench) -> None:
    kept = stored.run("ledger", "checkpoint", "bakery").output
    (stored.folder / "kept.note").write_text(kept)
    key = stored.run("ledger", "key", "bakery").output.strip()
    for more in ([], ["--no-events"]):
        (stored.folder / "out").write_text(stored.run("ledger", "export", "bakery", *more).output)
        command = [sys.executable, "-I", str(VERIFIER), "out", key, "kept.note"]
        done = subprocess.run(
            command, cwd=stored.folder, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("sound: ")
