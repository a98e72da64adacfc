"""The written record, and the verifier of a hundred lines that knows nothing of ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.opened import MINUTE, NOON, opened
from troth.ledger import (
    Event,
    Signer,
    export,
    forget,
    origin,
    read_checkpoint,
    record,
    record_all,
    sign,
)
from troth.ledger.entry import commitment, leaf
from troth.ledger.tree import grown, root

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_ledger.py"
SIGNER = Signer(origin("acme"), b"a secret of just thirty-two byte")
SIZE = 8
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Eight entries, the third forgotten by the fifth, signed at five and eight: with events and
    without, and the first checkpoint."""
    with opened("sqlite", tmp_path_factory.mktemp("written")) as store:
        with store.writing("acme") as session:
            for number in range(1, 5):
                said = {"n": number, "word": "Größe\u2028"}
                record(session, "asked", said, at=NOON + number * MINUTE, person=number)
            forget(session, 3, at=NOON + 5 * MINUTE)
            known = sign(session, SIGNER, NOON + 6 * MINUTE)
            record_all(session, [Event("asked", {"n": n}) for n in range(3)], at=NOON + 7 * MINUTE)
            sign(session, SIGNER, NOON + 8 * MINUTE)
            whole, bare = ("\n".join(export(session, events=e)) + "\n" for e in (True, False))
        yield whole, bare, known.note


@pytest.fixture
def verified(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    def run(text: str, *kept: str, key: str = str(SIGNER.key)) -> tuple[int, str]:
        files = [tmp_path / f"{place}.note" for place in range(len(kept))]
        for file, note in zip(files, kept, strict=True):
            file.write_text(note, "utf-8")
        export = tmp_path / "ledger.jsonl"
        export.write_text(text, "utf-8")
        command = [sys.executable, "-I", str(VERIFIER), str(export), key, *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    return run


def lines_of(text: str) -> Lines:
    return [json.loads(line) for line in text.split("\n") if line]


def text_of(lines: Lines) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def test_it_has_a_hundred_lines_and_imports_nothing_of_ours() -> None:
    text = VERIFIER.read_text("utf-8")
    assert len(text.splitlines()) <= 100
    assert "troth" not in "".join(line for line in text.splitlines() if "import" in line)


def test_a_whole_ledger_is_sound(written, verified) -> None:  # type: ignore[no-untyped-def]
    whole, bare, known = written
    for text in (whole, bare):
        said = "sound: 8 entries, the last of 2014-11-21T12:08:00.000000Z"
        assert verified(text, known) == (0, said)
    assert "Größe" in whole and "Größe" not in bare


def test_nothing_of_the_forgotten_is_written(written) -> None:  # type: ignore[no-untyped-def]
    third = lines_of(written[0])[3]
    assert third.keys() == {"seq", "at", "kind", "commitment", "leaf"}


# -- what somebody with the file in hand does ------------------------------------------------------


def changed(lines: Lines, place: int, **values: Any) -> Lines:
    lines[place] |= values
    return lines


def removed(lines: Lines, seq: int) -> Lines:
    del lines[seq]
    lines[0]["entries"] -= 1
    return lines


def swapped(lines: Lines, one: int, other: int) -> Lines:
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def cut(lines: Lines, size: int) -> Lines:
    notes = [line for line in lines if "checkpoint" in line]
    return [lines[0] | {"entries": size}, *lines[1 : size + 1], *notes]


def rewritten(lines: Lines, seq: int, at: str, payload: str) -> Lines:
    """Another event and moment, with every hash of it made anew."""
    entry = lines[seq]
    committed = commitment(entry["salt"], payload, entry["person"])
    hashed = leaf("acme", seq, at, entry["kind"], committed).hex()
    lines[seq] |= {"at": at, "payload": payload, "commitment": committed, "leaf": hashed}
    return lines


def unsigned(lines: Lines) -> Lines:
    return [line for line in lines if "checkpoint" not in line]


EARLY = "2014-11-21T12:02:30.000000Z"
FAULTS: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "kind": (lambda x: changed(x, 4, kind="given"), "entry 4: it was changed"),
    "leaf": (lambda x: changed(x, 2, leaf="ab" * 32), "entry 2: it was changed"),
    "commitment": (lambda x: changed(x, 2, commitment="ab" * 32), "entry 2: it was changed"),
    "payload": (lambda x: changed(x, 2, payload="{}"), "entry 2: its event was changed"),
    "person": (lambda x: changed(x, 2, person=9), "entry 2: its event was changed"),
    "company": (lambda x: changed(x, 0, ledger="bolt"), "entry 1: it was changed"),
    "number": (lambda x: changed(x, 4, seq=5), "entry 4: it was changed"),
    "moment": (lambda x: changed(x, 4, at=EARLY), "entry 4: it is backdated"),
    "later": (lambda x: changed(x, 4, at="2014-11-21T12:04:30.000000Z"), "entry 4: it was changed"),
    "removed": (lambda x: removed(x, 4), "entry 4: it is missing or out of order: 5 is there"),
    "removed last": (lambda x: removed(x, 8), "entry 8 is missing: it was signed"),
    "line lost": (lambda x: x[:8] + x[9:], "entry 8: it is missing"),
    "cut": (lambda x: cut(x, 6), "entry 7 is missing: it was signed"),
    "swapped": (lambda x: swapped(x, 2, 6), "entry 2: it is missing or out of order: 6 is there"),
    "renumbered": (
        lambda x: changed(changed(swapped(x, 1, 2), 1, seq=1), 2, seq=2),
        "entry 1: it was changed",
    ),
    "rewritten": (
        lambda x: rewritten(x, 2, x[2]["at"], '{"n":7}'),
        "entry 5: one of 1 to 5 was rewritten",
    ),
    "rewritten later": (
        lambda x: rewritten(x, 7, x[7]["at"], '{"n":7}'),
        "entry 8: one of 6 to 8 was rewritten",
    ),
    "backdated": (lambda x: rewritten(x, 4, EARLY, '{"n":4}'), "entry 4: it is backdated"),
    "backdated behind the checkpoint": (
        lambda x: rewritten(x, 6, "2014-11-21T12:05:30.000000Z", '{"n":0}'),
        "entry 6: it is backdated",
    ),
    "destroyed": (
        lambda x: [{k: v for k, v in line.items() if k != "salt" or n != 2} for n, line in enumerate(x)],
        "the event of entry 2 was destroyed without a record of it",
    ),
    "back again": (
        lambda x: changed(x, 3, salt="ab", payload="{}", person=3),
        "entry 3: its event was changed",
    ),
    "checkpoint": (
        lambda x: changed(x, 9, checkpoint=x[9]["checkpoint"].replace("\n5\n", "\n4\n")),
        "the checkpoints: one is not signed with acme/ledger+",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_found_and_named(written, verified, name: str) -> None:  # type: ignore[no-untyped-def]
    tamper, said = FAULTS[name]
    code, told = verified(text_of(tamper(lines_of(written[0]))))
    assert code == 1
    assert f"broken: {said}" in told or f": {said}" in told


def test_a_ledger_rewritten_with_its_checkpoints_is_found_by_one_kept(written, verified) -> None:  # type: ignore[no-untyped-def]
    lines = unsigned(rewritten(lines_of(written[0]), 2, "2014-11-21T12:02:00.000000Z", '{"n":7}'))
    assert verified(text_of(lines))[0] == 0  # from inside, nothing shows
    code, told = verified(text_of(lines), written[2])
    assert (code, told) == (
        1,
        "broken: entry 5: one of 1 to 5 was rewritten after 2014-11-21T12:06:00.000000Z",
    )


def test_another_key_is_not_enough(written, verified) -> None:  # type: ignore[no-untyped-def]
    other = Signer(origin("acme"), b"another key, made by an intruder")
    assert verified(written[0], key=str(other.key))[1].startswith("broken: the checkpoints")


def test_every_changed_byte_of_an_entry_is_found(written, verified) -> None:  # type: ignore[no-untyped-def]
    """One byte in sixty, each its own file."""
    lines = written[0].split("\n")
    for seq in (2, 5):
        for place in range(seq, len(lines[seq]), 60):
            spoiled = chr(ord(lines[seq][place]) ^ 1)
            line = lines[seq][:place] + spoiled + lines[seq][place + 1 :]
            code, told = verified("\n".join([*lines[:seq], line, *lines[seq + 1 :]]))
            assert code == 1, line
            assert f"entry {seq}" in told or "the event of entry" in told


def test_the_root_is_the_trees(written) -> None:  # type: ignore[no-untyped-def]
    entries = [line for line in lines_of(written[0]) if "seq" in line]
    edge, _ = grown((), 0, [bytes.fromhex(entry["leaf"]) for entry in entries])
    last = lines_of(written[0])[-1]["checkpoint"]
    assert read_checkpoint(last).root == root(edge)
