"""`troth prove`: whether a policy can ever allow something; a proof, or a story that shows how."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import click

from .asking import quoted
from .opening import Failed, nearest, policy_named, read_policies, version_named, wrong_usage
from .options import json_option, policies_option

if TYPE_CHECKING:
    from troth.language.model import Clause, Document, Policy
    from troth.prove import Proof, Prover, Question


@click.command()
@click.argument("policy", metavar="POLICY[@VERSION]")
@click.argument("action", required=False)
@click.argument("data", required=False)
@click.option("--with", "party", metavar="PARTY", help="A party, by its word.")
@click.option("--for", "purpose", metavar="PURPOSE", help="A purpose, by its word.")
@click.option("--at-place", "place", metavar="PLACE", help="Where it is done, by its word.")
@click.option("--by", metavar="ROLE", help="The way or the team that does it.")
@click.option("--given", metavar="VERSION", help="Of data given under this earlier version.")
@click.option("--under", metavar="CONTRACT", help="Of data given under this contract: A-9.")
@click.option("--without", multiple=True, metavar="CONSENT", help="Nobody gave this consent.")
@click.option(
    "--after", multiple=True, metavar="CHOICE", help="She made this choice for all of it."
)
@click.option("--if", "facts", multiple=True, metavar="FACT", help='This is known: "under 13".')
@click.option("--clause", metavar="NAME", help="Whether this `may` can take effect at all.")
@click.option("--clash", nargs=2, metavar="MAY NEVER", help="Whether the two ever meet.")
@click.option(
    "--wider-than", metavar="VERSION", help="Where this version allows more than that one."
)
@click.option(
    "--honours",
    metavar="SIGNAL",
    help="Whether what a signal of the browser asks to stop is stopped.",
)
@json_option
@policies_option
def prove(
    policy: str, action: str | None, data: str | None, policies: str | None, **asked: Any
) -> None:
    """Can POLICY ever allow ACTION with DATA? Exits 0 if it can, 1 if no clause permits it.

    The newest version without @VERSION. A yes comes with a story that shows how; it is played before it is
    shown.
    """
    name, _, day = policy.partition("@")
    whole = policy_named(read_policies(policies, company=name), name)
    version = version_named(whole, day)
    one = _Proving(whole, version, asked.pop("as_json"))
    others = [key for key in ("clause", "clash", "wider_than", "honours") if asked[key]]
    if len(others) + (action is not None) != 1 or (action is not None and data is None):
        raise wrong_usage(
            "ask one thing: ACTION DATA, --clause, --clash, --wider-than or --honours"
        )
    from troth.prove import NoSolverError

    try:
        held = getattr(one, others[0])(asked[others[0]]) if others else one.can(action, data, asked)
    except NoSolverError as lacking:
        raise Failed(str(lacking)) from None
    sys.exit(0 if held else 1)


class _Proving:
    """One policy and one version of it, asked."""

    def __init__(self, policy: Policy, version: Document, as_json: bool) -> None:
        from troth.prove import Prover

        self.policy, self.version, self.as_json = policy, version, as_json
        self.prover: Prover = Prover(policy)

    @property
    def day(self) -> str:
        return self.version.id.rpartition("/")[2]

    # -- questions --------------------------------------------------------------------------

    def can(self, action: str | None, data: str | None, asked: Mapping[str, Any]) -> bool:
        proof = self.prover.ask(self._question(str(action), str(data), asked))
        story = self._played(proof) if proof.verdict == "yes" else ""
        said = {
            "yes": f"yes, by {', '.join(proof.permitting)}",
            "no": f"no: no clause of {self.version.id} permits it, directly",
            "held otherwise": "only of data that no form of the policy takes in, such as an import: "
            f"then {', '.join(proof.permitting)} would permit it",
        }[proof.verdict]
        named = proof.permitting if proof.possible else proof.forbidding
        self._say(proof.verdict, said, named, proof.failing, story)
        return proof.possible

    def clause(self, name: str) -> bool:
        from troth.prove import life

        found = life(self.prover, self.version, self._clause(name, "may"))
        said = f"{found.clause} can take effect"
        if not found:
            why = {
                "conditions": "its conditions cannot be met together",
                "forbidden": "whenever its conditions are met, another clause forbids it",
                "uncovered": "no ask reaches it",
            }
            said = f"{found.clause} can never take effect: {why.get(found.why, found.why)}"
        story = self.prover.story(found.witness) if found.witness else ""
        self._say("yes" if found else "no", said, found.by, (), story)
        return bool(found)

    def clash(self, names: tuple[str, str]) -> bool:
        from troth.prove import clash

        may, never = self._clause(names[0], "may"), self._clause(names[1], "never")
        found = clash(self.prover, self.version, may, never)
        if found.witness is None:
            self._say("no", f"{may.name} and {never.name} never meet", (), (), "")
            return False
        said = f"they meet, and {found.deciding} decides"
        story = self.prover.story(found.witness, found.answer)
        self._say("yes", said, (found.deciding,), (), story)
        return True

    def wider_than(self, day: str) -> bool:
        from troth.prove import wider

        other = version_named(self.policy, day)
        first = next(wider(self.prover, self.version, other), None)
        if first is None:
            said = f"no: {self.version.id} is nowhere wider than {other.id}"
            self._say("no", said, (), (), "")
            return False
        said = f"yes: {self.version.id} allows what {other.id} does not"
        stories = "\n".join(first.stories(self.prover))
        self._say("yes", said, first.witness.clauses, (), stories)
        return True

    def honours(self, signal: str) -> bool:
        from troth.prove import heeds

        known = [name for kind, name in self.policy.words if kind == "signal"]
        if signal not in known:
            raise wrong_usage(f"there is no signal {signal}{nearest(signal, known)}")
        found = heeds(self.prover, self.version, signal)
        said, story = f"yes: while {signal} is on, nothing is sold or shared for others' ads", ""
        if found.leak is not None:
            permitting = ", ".join(found.leak.permitting)
            said = f"no: while {signal} is on, {permitting} still permits what it asks to stop"
            if found.promised:
                said += f", although {', '.join(found.promised)} promises to honour it"
            story = self._played(found.leak) if found.leak.verdict == "yes" else ""
        elif found.denied:
            said = f"no: {self.version.id} says that it does not honour {signal}"
        clauses = (*found.promised, *found.denied, *found.named)
        self._say("yes" if found.honoured else "no", said, clauses, (), story)
        return found.honoured

    # -- words ------------------------------------------------------------------------------

    def _question(self, action: str, data: str, asked: Mapping[str, Any]) -> Question:
        from troth.language.model import ACTIONS
        from troth.prove import Question

        if action not in ACTIONS:
            raise wrong_usage(f"{action} is no action; there are {', '.join(ACTIONS)}")
        slots = {kind: asked[kind] for kind in ("party", "purpose", "place")}
        for kind, word in {"data": data, **slots}.items():
            known = [n for k, n in self.policy.words if k == kind]
            if word is not None and word != "anything" and word not in known:
                raise wrong_usage(f"there is no {kind} word {word}{nearest(word, known)}")
        given = asked["given"] and version_named(self.policy, asked["given"]).id.rpartition("/")[2]
        return Question(
            self.day,
            action,
            data,
            **slots,
            by=asked["by"],
            given=given,
            contract=self._contract(asked["under"], action) if asked["under"] else None,
            without=tuple(self._choice(name) for name in asked["without"]),
            after=tuple(self._choice(name) for name in asked["after"]),
            facts=tuple(self._fact(name) for name in asked["facts"]),
        )

    def _contract(self, name: str, action: str) -> str:
        known = {text.setting("contract"): text.id for text in self.policy.contracts}
        if name not in known:
            raise wrong_usage(f"there is no contract {name}{nearest(name, known)}")
        if action == "require":
            raise wrong_usage("what is required is not given yet; ask about collect, use or share")
        return known[name]

    def _choice(self, name: str) -> str:
        house = (self.policy.house,) if self.policy.house else ()
        texts = (*self.policy.versions, *self.policy.laws, *house)
        known = {choice.name for text in texts for choice in text.choices}
        if name not in known:
            raise wrong_usage(f"there is no choice or consent {name}{nearest(name, known)}")
        return name

    def _fact(self, said: str) -> str:
        """A fact by its name, or by its name with blanks: `under 13`."""
        name = "-".join(said.split())
        known = [n for kind, n in self.policy.words if kind == "fact"]
        if name not in known:
            raise wrong_usage(f"there is no fact {name}{nearest(name, known)}")
        return name

    def _clause(self, name: str, modal: str) -> Clause:
        known = {c.name: c for c in self.version.clauses if c.modal == modal}
        found = known.get(name.rpartition("#")[2])
        if found is None:
            raise wrong_usage(f"{self.version.id} has no `{modal}` {name}{nearest(name, known)}")
        return found

    # -- the answer -------------------------------------------------------------------------

    def _played(self, proof: Proof) -> str:
        """The story of a witness, once decide has said the same."""
        from troth.gate import Gate
        from troth.language.story import read_stories
        from troth.story import play

        assert proof.witness is not None
        story = self.prover.story(proof.witness)
        told, fixtures, _ = read_stories(story, "a witness")
        wrong = [o for o in play(told[0], Gate(self.policy), fixtures, ("decide",)) if not o]
        if wrong:
            raise Failed(
                f"the story found does not play; please report this\n\n{story}\n{wrong[0]}"
            )
        return story

    def _say(
        self,
        verdict: str,
        said: str,
        named: Collection[str],
        failing: Collection[str],
        story: str,
    ) -> None:
        sentences = self._sentences()
        if self.as_json:
            found = {
                "verdict": verdict,
                "clauses": list(named),
                "cannot_be_met": list(failing),
                "story": story or None,
            }
            click.echo(json.dumps(found, indent=2, ensure_ascii=False))
            return
        click.echo(said)
        for clause in named:
            click.echo(f"  {clause}")
            if clause in sentences:
                click.echo(quoted(sentences[clause]))
        if verdict == "no" and not (named or failing):
            click.echo("  no clause speaks of it")
        if failing:
            click.echo("  what would permit it cannot be met here:")
        for clause in failing:
            click.echo(f"  {clause}")
        if story:
            click.echo(f"\n{story}", nl=False)

    def _sentences(self) -> Mapping[str, str]:
        from troth.page.sentences import Sentences

        house = (self.policy.house,) if self.policy.house else ()
        beside = (*self.policy.notices, *self.policy.contracts)
        texts = (*self.policy.versions, *self.policy.laws, *house, *beside)
        return Sentences(texts, self.policy.words)
