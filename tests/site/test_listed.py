"""A list of any length, asked about line by line: its answers, its bounds, its problems."""

from __future__ import annotations

from typing import Any

import pytest

from tests.site.served import Served
from troth import ledger
from troth.site import listed


def lines(served: Served, body: bytes, **said: str) -> Any:
    """A list sent line by line."""
    headers = {"authorization": f"Bearer {served.key()}", "content-type": "application/x-ndjson"}
    return served.browser().post("/api/callminer/asks", params=said, content=body, headers=headers)


def test_a_list_is_asked_about_line_by_line(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "AT_ONCE", 2)
    anna, _, _ = served.anna("2003-07-01 12:00")
    _, mail, _ = served.anna("2015-01-01 12:00")
    body = f'{anna}\n"{mail}"\n\n"nobody@example.com"\n999999\n"{mail}"'.encode()
    answer = lines(served, body, purpose="tailoring")
    assert answer.status_code == 200
    assert answer.text.split() == ["false", "true", "false", "false", "true"]
    with served.company().reading() as session:
        entries = ledger.entries(session, kind="asked-of-many", newest_first=True, limit=3)
    assert [entry.payload["people"] for entry in entries if entry.payload] == [1, 2, 2]
    assert lines(served, b"", purpose="tailoring").text == ""


def test_a_list_has_its_bounds_and_its_problems(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = served.anna("2015-01-01 12:00")[0]
    assert lines(served, b"x" * 2000, purpose="tailoring").status_code == 413
    assert lines(served, b"nobody@example.com\n", purpose="tailoring").status_code == 400
    assert lines(served, b"[1]\n", purpose="tailoring").status_code == 422
    assert lines(served, b"1\n").status_code == 422
    assert lines(served, b"1\n", purpose="nothing").status_code in (403, 422)
    monkeypatch.setattr(listed, "MOST_PEOPLE", 3)
    assert lines(served, f"{person}\n".encode() * 3, purpose="tailoring").text == "true\n" * 3
    assert lines(served, f"{person}\n".encode() * 4, purpose="tailoring").status_code == 413
