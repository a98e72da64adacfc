"""The demo's recipients: resellers by country, partners bound and not, a mailing house under its mandate."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from troth import parties
from troth.company import Company
from troth.people import attributes
from troth.store import Session

# (id, party word, name, attributes, terms and agreements signed, fields of its mandate)
Row = tuple[str, str, str, dict[str, str], tuple[str, ...], tuple[str, ...]]
PARTIES: dict[str, tuple[Row, ...]] = {
    "callminer": (
        ("sprech-de", "reseller", "Sprech GmbH", {"territory": "DE"}, (), ()),
        ("parole-fr", "reseller", "Parole SARL", {"territory": "FR"}, (), ()),
        ("speakwell-gb", "reseller", "Speakwell Ltd", {"territory": "GB"}, (), ()),
        ("acme", "marketing-partner", "Acme Events", {}, ("this-policy",), ()),
        ("borealis", "marketing-partner", "Borealis Media", {}, (), ()),
        (
            "mailhost",
            "service-provider",
            "Mailhost",
            {},
            ("mandate", "same-protection", "this-policy", "confidence"),
            ("name", "email"),
        ),
        ("county-court", "authority", "The county court", {}, (), ()),
    ),
    "incontact": (
        ("incontact-uk", "affiliate", "inContact UK", {"ownership": "whole"}, (), ()),
        ("dialer-dealer", "offer-representative", "Dialer Dealer", {}, ("offer-mandate",), ()),
        (
            "biller",
            "function-representative",
            "Biller & Sons",
            {},
            ("mandate",),
            ("telecom-bills",),
        ),
        (
            "installer",
            "agent",
            "Installer Inc.",
            {},
            ("cpni-protection", "mandate"),
            ("service-usage",),
        ),
        ("swift-parcels", "fulfilment-company", "Swift Parcels", {}, (), ()),
        ("county-court", "authority", "The county court", {}, (), ()),
    ),
}


def enter_parties(session: Session, company: Company, first: date) -> None:
    """Enter those whose kind the policy's words know."""
    at = datetime.combine(first, time(), tzinfo=UTC)
    for known, kind, name, described, signed, fields in PARTIES.get(company.name, ()):
        word = company.policy.words.get(("party", kind))
        if word is None:
            continue
        parties.register(session, known, word, name, at)
        for attribute, value in {**described, "code": known}.items():
            attributes.add_value(session, "party", known, attribute, value, at)
        if signed:
            parties.sign(session, known, signed, first, at, fields=fields)
