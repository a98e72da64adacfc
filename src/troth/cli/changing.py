"""`troth change`: two versions of a policy held against each other, and what becomes of data given before."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from .opening import open_company, policy_named, read_policies, version_named, wrong_usage
from .options import database_option, json_option, policies_option

if TYPE_CHECKING:
    from troth.change import Comparison
    from troth.language.vocabulary import Vocabulary


@click.command()
@click.argument("old", metavar="POLICY@OLD")
@click.argument("new", metavar="POLICY@NEW")
@click.option("--people", is_flag=True, help="Count the people in the store each change touches.")
@json_option
@policies_option
@database_option
def change(
    old: str, new: str, people: bool, as_json: bool, policies: str | None, database: str | None
) -> None:
    """What NEW allows that OLD did not, and the other way round. Exits 1 where nothing has changed.

    For data given under OLD it says what goes on, what stops, what waits for a notice or for a consent.
    """
    from troth.change import as_dict, compare, summary
    from troth.page.sentences import Sentences
    from troth.prove import Prover

    (name, _, first), (other, _, last) = old.partition("@"), new.partition("@")
    if name != other:
        raise wrong_usage("both must be versions of one policy")
    policy = policy_named(read_policies(policies, company=name), name)
    before, after = version_named(policy, first), version_named(policy, last)
    if policy.versions.index(before) > policy.versions.index(after):
        raise wrong_usage(f"{before.id} is later than {after.id}; name the earlier one first")
    prover = Prover(policy)
    found = compare(prover, before, after)
    counted = _counted(found, prover.words, policies, database, name) if people else None
    if as_json:
        click.echo(json.dumps(as_dict(found, counted), indent=2, ensure_ascii=False))
    else:
        sentences = Sentences(policy.versions, policy.words)
        click.echo(summary(found, sentences, counted), nl=False)
    sys.exit(0 if found else 1)


def _counted(
    found: Comparison, words: Vocabulary, policies: str | None, database: str | None, name: str
) -> dict[str, int]:
    """The people each change touches, of those whose data was given under the earlier version."""
    from troth.change import key
    from troth.people.touched import touched

    company = open_company(policies, database, name)
    with company.reading() as session:
        return {
            key(change): 0
            if change.fate.only_new
            else touched(session, found.old.id, words.leaves("data", change.data, True))
            for change in (*found.gained, *found.lost)
        }
