"""A password is kept so that it can be compared and not read."""

from __future__ import annotations

import pytest

from troth.access.passwords import fits, sealed

PASSWORD = "ein ganz langes Paßwort"


def test_a_kept_password_fits_itself_alone() -> None:
    kept = sealed(PASSWORD)
    assert kept.startswith("scrypt$15$8$3$")
    assert PASSWORD not in kept
    assert fits(PASSWORD, kept)
    assert not fits(PASSWORD + " ", kept)
    assert not fits(PASSWORD, None)


def test_the_same_password_is_kept_differently_and_typed_in_any_encoding() -> None:
    kept, again = sealed("Übermäßig lang"), sealed("Übermäßig lang")
    assert kept != again
    assert fits("U\u0308berma\u0308ßig lang", kept)  # the same letters, decomposed


def test_a_password_kept_at_another_cost_still_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.access.passwords.LOG_N", 4)
    kept = sealed(PASSWORD)
    monkeypatch.undo()
    assert kept.startswith("scrypt$4$")
    assert fits(PASSWORD, kept)


@pytest.mark.parametrize("password", ["", "too short", "x" * 1025])
def test_a_password_too_short_or_endless_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="12 to 1024"):
        sealed(password)
