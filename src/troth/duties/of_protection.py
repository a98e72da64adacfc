"""Duties of protection, measure by measure: what can be seen from here, and plainly what cannot."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from troth import ledger
from troth.duties.figure import LATELY, Binding, Figure, Ground, judged, not_measured
from troth.store import tables as t

SQLITE = "sqlite:///"
RANK = ("kept", "needs somebody", "not measured", "not kept")


def protect(ground: Ground, binding: Binding) -> Figure:
    """Each of its measures. Where one cannot be measured here, the duty is not."""
    found = [_measure(ground, one) for one in binding.duty.slot("measures")]
    worst = max(found, key=lambda one: RANK.index(one.verdict))
    numbers = {key: value for one in found for key, value in one.numbers.items()}
    return Figure("; ".join(one.said for one in found), worst.verdict, worst.remedy, numbers)


def _measure(ground: Ground, written: str) -> Figure:
    name, _, most = written.partition(" up to ")
    if name == "limited staff":
        return _staff(ground, int(most) if most.isdigit() else None)
    measure = MEASURES.get(name)
    return measure(ground) if measure else not_measured(f"{name}: cannot be measured here")


def _staff(ground: Ground, most: int | None) -> Figure:
    """Who can get at the data through a door of ours: operators who may sign in, and keys."""
    operators = ground.session.count(t.operators, ended_at=None)
    keys = ground.session.count(t.keys, ended_at=None)
    people = operators + keys
    said = f"{operators} operators and {keys} keys have access"
    if most is None:
        return judged(True, said, "", operators=operators, keys=keys)
    return judged(
        people <= most,
        f"{said}, of at most {most}",
        "end those who need it no more: troth operator, troth key",
        operators=operators,
        keys=keys,
        at_most=most,
    )


def _throttled(ground: Ground) -> Figure:
    """Wrong passwords tried at the desk, in a trial; and those stopped lately, by the ledger."""
    since = ground.at - LATELY
    refused = ledger.count(ground.session, "sign-in-refused", since, ground.at)
    stopped = ledger.count(ground.session, "sign-in-throttled", since, ground.at)
    tried = ground.look.throttled
    lately = f"{refused} wrong sign-ins in {LATELY.days} days, {stopped} times more were stopped"
    if tried is None:
        return not_measured(f"throttled sign-in: {lately}; whether the door stops is not tried")
    let, barred = tried
    return judged(
        barred > 0,
        f"{lately}; of {let + barred} wrong passwords in a minute {barred} were not looked at",
        "the desk must stop looking after a few tries",
        refused=refused,
        stopped=stopped,
        let_through=let,
        barred=barred,
    )


def _in_transit(ground: Ground) -> Figure:
    """Whether the site is reached under https alone, and says so for a year."""
    look = ground.look
    if look.trial:
        return not_measured("encryption in transit: say where it is served, with --url https://…")
    secure = urlsplit(look.origin).scheme == "https"
    kept = sum(bool(p.header("strict-transport-security")) for p in look.pages)
    return judged(
        secure and kept == len(look.pages),
        f"{kept if secure else 0} of {len(look.pages)} pages come encrypted and bar the way without",
        "serve it under https, and nothing without",
        pages=len(look.pages),
        over_tls=kept if secure else 0,
    )


def _at_rest(ground: Ground) -> Figure:
    """Whether the device under the store's file is encrypted, as the kernel tells it."""
    url = ground.company.store.url
    path = Path(url.removeprefix(SQLITE))
    seen = _encrypted(path) if url.startswith(SQLITE) and path.is_file() else None
    if seen is None:
        return not_measured("encryption at rest: what is under the store cannot be seen from here")
    said = f"the disk under the store is {'encrypted' if seen else 'not encrypted'}"
    return judged(seen, said, "put the store on an encrypted disk", encrypted=seen)


def _encrypted(path: Path) -> bool | None:
    """True where device-mapper encrypts the device of a file; None where the kernel does not tell."""
    device = path.stat().st_dev
    mapped = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/dm/uuid")
    if not mapped.is_file():
        return None
    return mapped.read_text().startswith("CRYPT-")


def _private(ground: Ground) -> Figure:
    """Whether the store is reached over a public network."""
    url = ground.company.store.url
    host = urlsplit(url).hostname or ""
    if url.startswith("sqlite:") or not host or host.startswith("/"):
        return judged(True, "the store is reached over no network", "", networks=0)
    try:
        private = ipaddress.ip_address(host).is_private
    except ValueError:
        private = host == "localhost" or None  # type: ignore[assignment]
    if private is None:
        return not_measured(f"private network: whether {host} is private cannot be seen from here")
    said = f"the store is reached at {'a private' if private else 'a public'} address"
    return judged(private, said, "reach it over a private network alone", private=private)


MEASURES: dict[str, Callable[[Ground], Figure]] = {
    "throttled sign-in": _throttled,
    "encryption in transit": _in_transit,
    "encryption at rest": _at_rest,
    "private network": _private,
}


def protect_against(ground: Ground, binding: Binding) -> Figure:
    """Of what it protects against, alteration can be seen; whether a copy would outlive a loss cannot."""
    risks = binding.duty.slot("risks")
    unseen = [risk for risk in risks if risk != "alteration"]
    if unseen:
        return not_measured(f"Cannot be measured here: {', '.join(unseen)}.")
    verdict = ledger.verify(ground.session, None)
    return judged(
        bool(verdict),
        f"the ledger's {verdict.entries} entries are {'whole' if verdict else 'altered'}",
        "restore it from a backup: troth ledger verify tells which entry",
        entries=verdict.entries,
    )
