"""The demo's recipients: resellers by country, partners bound and not, a mailing house under its mandate."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from troth import parties
from troth.company import Company
from troth.people import attributes
from troth.store import Session

# (id, party word, name, attributes, terms and agreements signed, fields of its mandate)
Row = tuple[str, str, str, dict[str, str], tuple[str, ...], tuple[str, ...]]
CONTRACTOR = ("confidence", "only-our-services", "same-protection")
PARTNER = ("confidence", "only-described-purposes", "same-protection")
PARTIES: dict[str, tuple[Row, ...]] = {
    "callminer": (
        ("sprech-de", "reseller", "Sprech GmbH", {"territory": "DE"}, (), ()),
        ("parole-fr", "reseller", "Parole SARL", {"territory": "FR"}, (), ()),
        ("speakwell-gb", "reseller", "Speakwell Ltd", {"territory": "GB"}, (), ()),
        (  # its one joint initiative with us is why Ben's answer is yes
            "acme",
            "marketing-partner",
            "Acme Events",
            {"initiative": "conversation-day"},
            ("this-policy",),
            (),
        ),
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
    "interactive-intelligence": (
        (
            "revendeur-fr",
            "our-reseller",
            "Revendeur du Midi",
            {"territory": "FR"},
            ("no-onward-transfer",),
            ("name", "phone", "email"),
        ),
        (
            "trainer",
            "contractor",
            "Trainer LLC",
            {"territory": "US"},
            ("no-onward-transfer",),
            ("name", "email"),
        ),
        ("dialtone", "alliance-partner", "Dialtone Inc.", {"territory": "US"}, (), ()),
        ("pay", "payment-processor", "Pay & Co.", {}, (), ()),
        ("helpers", "support-provider", "Helpers Ltd", {}, (), ()),
        ("beta", "marketing-partner", "Beta Corp", {}, (), ()),
        ("delta", "buyer", "Delta Corp", {}, ("this-policy",), ()),
        ("county-court", "authority", "The county court", {}, (), ()),
    ),
    "infusionsoft": (
        ("coach", "trusted-partner", "Coach & Co.", {"product": "coaching"}, PARTNER, ()),
        ("loose-ends", "trusted-partner", "Loose Ends Ltd", {"product": "forms"}, (), ()),
        ("mailhouse", "mail-sender", "Mailhouse", {}, CONTRACTOR, ()),
        ("card-works", "payment-processor", "Card Works", {}, CONTRACTOR, ()),
        ("swift-parcels", "parcel-carrier", "Swift Parcels", {}, CONTRACTOR, ()),
        ("past-check", "background-checker", "Past Check", {}, CONTRACTOR, ()),
        ("ad-net", "ad-network", "Ad Net", {"opt-out": "nai"}, (), ()),
        ("everyone", "public", "Everyone", {}, (), ()),
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
