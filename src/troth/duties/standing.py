"""The duties of a company as they stand at a moment: those in force, each with its sentence and its figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from troth.duties import (
    by_hand,
    of_changes,
    of_choices,
    of_intake,
    of_keeping,
    of_parties,
    of_protection,
    of_site,
)
from troth.duties.figure import Binding, Figure, Ground, Measure, not_measured
from troth.language.forms import BY_NAME
from troth.language.model import Document, Policy

MEASURES: dict[str, Measure] = {
    "tell-wider-use": of_changes.tell,
    "tell-before": of_changes.tell_before,
    "post-changes": of_changes.post_changes,
    "note-changes": of_changes.note_changes,
    "earlier-versions": of_changes.earlier_versions,
    "stop": of_choices.stop,
    "no-effect": of_choices.no_effect,
    "carry": of_choices.carry,
    "carry-every": of_choices.carry_every,
    "honour": of_site.honour,
    "bind": of_parties.bind,
    "limit": of_parties.limit,
    "log": of_parties.log,
    "record-reason": of_parties.record_reason,
    "erase": of_keeping.erase,
    "only-counts": of_keeping.only_counts,
    "count": of_keeping.count,
    "protect": of_protection.protect,
    "protect-against": of_protection.protect_against,
    "check-protections": by_hand.each_interval,
    "monitor": by_hand.each_interval,
    "review": by_hand.each_interval,
    "review-for": by_hand.review_for,
    "renew": by_hand.renew,
    "verify": of_intake.verify,
    "show-notice": of_intake.show_notice,
    "field-purposes": of_site.field_purposes,
    "register-first": of_intake.register_first,
    "random-cookies": of_site.random_cookies,
    "without-cookies": of_site.without_cookies,
    "forget-cookies": of_site.forget_cookies,
    "mark-links": of_site.mark_links,
    "plain-links": of_site.plain_links,
    "new-window": of_site.new_window,
}
NO_DOOR = "The door that will keep it, {keeper}, is not built yet."


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty as it stands: its full id, its public sentence, the room that keeps it, its figure. Of an
    `effort` it is told how far it went; only a duty can be broken."""

    binding: Binding
    sentence: str
    keeper: str
    figure: Figure

    @property
    def id(self) -> str:
        return self.binding.id

    @property
    def effort(self) -> bool:
        return self.binding.duty.effort

    @property
    def broken(self) -> bool:
        return self.figure.verdict == "not kept" and not self.effort


def standing(ground: Ground) -> tuple[Standing, ...]:
    """Every duty in force at the moment, in the order of its texts."""
    return tuple(stand(ground, one) for one in in_force(ground.company.policy, ground.day))


def stand(ground: Ground, binding: Binding) -> Standing:
    """One duty, measured."""
    form = BY_NAME[binding.duty.form]
    measure = MEASURES.get(form.name)
    if measure is None:
        figure = not_measured(NO_DOOR.format(keeper=form.keeper))
    else:
        figure = measure(ground, binding)
    sentence = ground.company.sentences.get(binding.id, "")
    return Standing(binding, sentence, form.keeper, figure)


def in_force(policy: Policy, day: date) -> tuple[Binding, ...]:
    """The duties of the version in force on a day, of the operator's file, the laws named, and contracts."""
    return tuple(Binding(text, duty) for text in _texts(policy, day) for duty in text.duties)


def _texts(policy: Policy, day: date) -> Iterator[Document]:
    version = policy.at(day)
    if version is not None:
        yield version
    house = (policy.house,) if policy.house is not None else ()
    for text in (*house, *policy.laws, *policy.contracts):
        if text.holds_on(day):
            yield text
