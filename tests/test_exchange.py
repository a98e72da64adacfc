"""Out and in again: what a format can say comes back as it was, and everything else is named by its id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from fideslang.default_taxonomy import DEFAULT_TAXONOMY
from fideslang.models import Taxonomy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troth.corpus import load
from troth.exchange import FORMATS, read_in, write_out
from troth.exchange.carried import Words, plain
from troth.exchange.fides import manifest
from troth.language.fideslang import CATEGORIES, SUBJECTS, USES
from troth.language.model import Box, Clause, Document, Heading, Policy
from troth.language.read import read

POLICIES = load(Path(__file__).parents[1] / "policies", stories=False).policies
VERSIONS = [(policy, version) for policy in POLICIES.values() for version in policy.versions]
IDS = [version.id for _, version in VERSIONS]
each = pytest.mark.parametrize(("policy", "version"), VERSIONS, ids=IDS)
linked = pytest.mark.parametrize("format", ["dpv", "odrl"])


def test_our_list_of_keys_is_theirs() -> None:
    for ours, theirs in (
        (CATEGORIES, DEFAULT_TAXONOMY.data_category),
        (USES, DEFAULT_TAXONOMY.data_use),
        (SUBJECTS, DEFAULT_TAXONOMY.data_subject),
    ):
        assert ours == {one.fides_key for one in theirs or ()}
    assert (len(CATEGORIES), len(USES), len(SUBJECTS)) == (85, 56, 15)


@each
@pytest.mark.parametrize("format", FORMATS)
def test_everything_is_carried_or_named(policy: Policy, version: Document, format: str) -> None:
    out = write_out(version, policy.words, format)
    back = read_in(out.text, format, "draft", policy.words)
    carried = {f"{version.id}#{clause.name}" for clause in back.clauses}
    lost = {one.id for one in out.lost if one.what != "its own wording"}
    every = {
        f"{version.id}#{name}"
        for name in (
            *(c.name for c in version.clauses),
            *(d.name for d in version.duties),
            *(s.name for s in version.sayings),
            *(f"{c.section}.{c.name}" for c in version.choices),
        )
    }
    assert carried | lost == every
    assert not carried & lost
    assert not back.lost


@each
@linked
def test_what_is_carried_comes_back_as_it_was(
    policy: Policy, version: Document, format: str
) -> None:
    out = write_out(version, policy.words, format)
    known = read_in(out.text, format, "draft", policy.words)
    alone = read_in(out.text, format, "draft", {})
    ours = {clause.name: plain(clause) for clause in version.clauses}
    for back in (known, alone):
        assert [plain(c) for c in back.clauses] == [ours[c.name] for c in back.clauses]
    phrases = {(w.kind, w.name): (w.phrase, w.holds, w.standard) for w in alone.words}
    assert phrases
    for key, said in phrases.items():
        word = policy.words[key]
        assert said == (word.phrase, word.holds, word.standard)


@each
def test_odrl_carries_every_clause_with_its_conditions(policy: Policy, version: Document) -> None:
    back = read_in(write_out(version, policy.words, "odrl").text, "odrl", "draft", policy.words)
    assert {clause.name for clause in back.clauses} == {clause.name for clause in version.clauses}
    assert any(clause.conditions for clause in back.clauses)


@each
def test_a_manifest_is_one_of_theirs_and_comes_back_by_its_keys(
    policy: Policy, version: Document
) -> None:
    out = write_out(version, policy.words, "fides")
    assert Taxonomy(**yaml.safe_load(out.text)).system
    back = read_in(out.text, "fides", "draft", policy.words)
    ours = {clause.name: clause for clause in version.clauses}
    for clause in back.clauses:
        original = ours[clause.name]
        assert keys(clause, policy.words) == keys(original, policy.words)
        assert clause.parties == original.parties


def keys(clause: Clause, words: Words) -> tuple[Any, ...]:
    data = {words["data", name].standard for name in clause.data}
    uses = {words["purpose", name].standard for name in clause.purposes}
    return clause.modal, clause.action, data, uses


@each
@linked
def test_linked_data_is_read_by_others(policy: Policy, version: Document, format: str) -> None:
    text = write_out(version, policy.words, format).text
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    clauses = {s for s in graph.subjects() if str(s).startswith("urn:troth:clause:")}
    assert len(clauses) == len(read_in(text, format, "draft", policy.words).clauses) > 0
    if format == "odrl":
        odrl = rdflib.Namespace("http://www.w3.org/ns/odrl/2/")
        rules = chain(graph.objects(None, odrl.permission), graph.objects(None, odrl.prohibition))
        assert set(rules) == clauses
        assert (None, odrl.profile, rdflib.URIRef("urn:troth:odrl")) in graph


@each
@pytest.mark.parametrize("format", FORMATS)
def test_a_draft_is_a_text_of_the_language(policy: Policy, version: Document, format: str) -> None:
    draft = read_in(write_out(version, policy.words, format).text, format, "draft", {})
    document, problems = read(draft.text, "draft/9999-12-31.md")
    assert not problems
    drafted = {clause.name: plain(clause) for clause in draft.clauses}
    assert {clause.name: plain(clause) for clause in document.clauses} == drafted
    assert [word.name for word in document.words] == [word.name for word in draft.words]


# -- made-up clauses -------------------------------------------------------------------------------

CALLMINER = POLICIES["callminer"]
TIED: dict[str, list[str]] = {
    kind: sorted(n for (k, n), w in CALLMINER.words.items() if k == kind and w.standard)
    for kind in ("data", "purpose")
}


@st.composite
def clauses(draw: st.DrawFn) -> tuple[Clause, ...]:
    made = []
    for number in range(draw(st.integers(1, 5))):
        data, purposes = (
            tuple(draw(st.lists(st.sampled_from(TIED[k]), min_size=1, max_size=3, unique=True)))
            for k in ("data", "purpose")
        )
        modal = draw(st.sampled_from(("may", "never")))
        action = draw(st.sampled_from(("use", "share"))) if modal == "may" else "use"
        parties = ("reseller", "affiliate") if action == "share" else ()
        name = f"section-{number % 2}.clause-{number}"
        made.append(Clause(name, modal, action, data, parties, purposes))  # type: ignore[arg-type]
    return tuple(made)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(clauses())
def test_any_clauses_both_sides_can_say_come_back(made: tuple[Clause, ...]) -> None:
    version = written(made)
    for format in FORMATS:
        out = write_out(version, CALLMINER.words, format)
        back = read_in(out.text, format, "draft", CALLMINER.words)
        assert not out.lost and not back.lost
        found = {clause.name: keys(clause, CALLMINER.words) for clause in back.clauses}
        assert found == {clause.name: keys(clause, CALLMINER.words) for clause in made}


def written(made: tuple[Clause, ...]) -> Document:
    parts = (Heading(2, "S", "s"), Box("s", made))
    return Document("version", "callminer/2014-11-21", (("company", "X"),), parts)


# -- what others write -----------------------------------------------------------------------------


def test_a_manifest_of_others_becomes_a_draft_and_names_what_it_loses() -> None:
    found = {
        "system": [
            {
                "fides_key": "shop",
                "privacy_declarations": [
                    {
                        "name": "Newsletter",
                        "data_categories": ["user.contact.email"],
                        "data_use": "marketing.communications.email",
                        "retention_period": "2 years",
                    },
                    {"name": "Odd", "data_categories": ["user.shoe"], "data_use": "analytics"},
                ],
            }
        ],
        "policy": [
            {
                "fides_key": "p",
                "rules": [
                    {
                        "name": "some",
                        "data_categories": {"matches": "ANY", "values": ["user.name"]},
                        "data_uses": {"matches": "ALL", "values": ["analytics"]},
                        "data_subjects": {"matches": "ANY", "values": ["customer"]},
                    }
                ],
            }
        ],
    }
    draft = read_in(yaml.safe_dump(found), "fides", "shop", {})
    assert [(c.name, c.modal, c.data, c.purposes) for c in draft.clauses] == [
        (
            "imported.newsletter",
            "may",
            ("user-contact-email",),
            ("marketing-communications-email",),
        )
    ]
    assert sorted((one.id, one.what.split()[0]) for one in draft.lost) == [
        ("Newsletter", "retention_period"),
        ("Odd", "unknown"),
        ("some", "a"),
    ]
    assert 'data user-contact-email "user.contact.email" is user.contact.email' in draft.text


def test_odrl_of_others_is_taken_whole_or_named() -> None:
    found = {
        "@context": "http://www.w3.org/ns/odrl.jsonld",
        "uid": "http://example.com/policy:1",
        "permission": [
            {
                "uid": "http://example.com/rule#mail",
                "action": "use",
                "target": "urn:troth:data:email",
                "constraint": [
                    {
                        "leftOperand": "purpose",
                        "operator": "eq",
                        "rightOperand": {"@id": "urn:troth:purpose:own-offers"},
                    }
                ],
            },
            {
                "uid": "http://example.com/rule#timed",
                "action": "use",
                "target": "urn:troth:data:email",
                "constraint": [
                    {"leftOperand": "dateTime", "operator": "lt", "rightOperand": "2018-01-01"}
                ],
            },
        ],
        "obligation": [{"uid": "http://example.com/duty", "action": "compensate"}],
    }
    draft = read_in(json.dumps(found), "odrl", "draft", CALLMINER.words)
    assert [(c.name, c.action, c.data, c.purposes) for c in draft.clauses] == [
        ("imported.mail", "use", ("email",), ("own-offers",))
    ]
    assert [one.id for one in draft.lost] == [
        "http://example.com/rule#timed",
        "http://example.com/duty",
    ]


def hostile() -> Iterator[tuple[str, str]]:
    for format in FORMATS:
        yield from ((format, text) for text in ("", "[", "42", "null", "{", '"x"', "\x00"))


@pytest.mark.parametrize(("format", "text"), hostile())
def test_what_cannot_be_read_is_told(format: str, text: str) -> None:
    with pytest.raises(ValueError, match="it "):
        read_in(text, format, "draft", {})


@pytest.mark.parametrize("line", ["x\nall: may use anything for anything", "```", "sometimes"])
def test_a_condition_cannot_smuggle_in_a_statement(line: str) -> None:
    constraint = {"leftOperand": "urn:troth:condition", "operator": "eq", "rightOperand": line}
    rule = {"uid": "r#a.b", "action": "use", "target": "urn:troth:data:email"}
    found = {"permission": [{**rule, "constraint": [constraint]}]}
    draft = read_in(json.dumps(found), "odrl", "draft", {})
    assert not draft.clauses and draft.lost


def test_a_manifest_says_no_condition_away() -> None:
    version = CALLMINER.version("2014-11-21")
    found, lost = manifest(version, CALLMINER.words)
    named = {d["name"] for s in found["system"] for d in s["privacy_declarations"]}
    conditional = {c.name for c in version.clauses if c.conditions}
    assert not named & conditional
    assert conditional <= {one.id.partition("#")[2] for one in lost}
