"""The steps of a story: each verb of the grammar once, from tokens to a frozen step."""

from __future__ import annotations

from collections.abc import Callable

from .model import ACTIONS, Action, Ask
from .problem import did_you_mean
from .story_details import Fields, agreement, dated, details, people, span_of_days, subject
from .story_line import NAME, Cursor


def step_fields(line: Cursor) -> Fields:
    """The fields of one step, from who or what it begins with. Unread is raised where it cannot be read."""
    first = line.peek()
    if first is None:
        raise line.unread("expected what happened that day", "write it after the date")
    if line.at_person():
        fields = _of_people(line)
    elif line.take("may", "we"):
        fields = _asked(line)
    elif line.take("we", "open"):
        fields = _we_open(line)
    else:
        fields = _of_things(line)
    line.done()
    return fields


# -- people --------------------------------------------------------------------------------------


def _of_people(line: Cursor) -> Fields:
    who = people(line)
    verb = line.peek()
    text = verb.text if verb is not None else ""
    for words, read in BY_VERB.get(text, ()):
        if line.take(*words):
            return who | read(line)
    known = [words for words in VERBS if words.split()[0].endswith("s")]
    raise line.unread(
        f"unknown step `{text}`" if text else "expected what she does",
        did_you_mean(text, BY_VERB) or f"a person {', '.join(known[:-1])}, or {known[-1]}",
    )


def _gives(line: Cursor) -> Fields:
    fields: Fields = {"kind": "gives", "data": line.words("what is given")}
    while True:
        if line.take("at"):
            fields["place"] = line.word("a place")
        elif line.take("with", "notice"):
            fields["notice"] = line.word("a notice")
        elif line.take("for"):
            fields["purposes"] = line.words("a purpose")
        elif line.take("from"):
            fields["source"] = line.word("a source")
        elif line.take("on"):
            fields["host"] = line.word("a host")
        elif line.take("held", "for"):
            fields["customer"] = line.word("a customer")
        elif line.take("under", "contract"):
            fields["contract"] = line.word("a contract")
        elif line.take("by"):
            fields["way"] = line.word("a way")
        else:
            break
    if "place" not in fields:
        raise line.unread("expected `at` and where it is given")
    return fields


def _said(kind: str) -> Callable[[Cursor], Fields]:
    def read(line: Cursor) -> Fields:
        fields: Fields = {"kind": kind, "choice": line.word("a choice")}
        while True:
            if line.take("for"):
                fields["items"] = line.words("an item of the choice")
            elif line.take("by"):
                fields["way"] = line.word("a way")
            elif line.take("at"):
                fields["place"] = line.word("a place")
            else:
                return fields

    return read


def _answers(kind: str) -> Callable[[Cursor], Fields]:
    def read(line: Cursor) -> Fields:
        clause = line.word("a clause")
        version, _, name = clause.rpartition("#")
        if line.take("of"):
            version = line.word("a version")
        return {"kind": kind, "clause": name, "version": version} | _by(line)

    return read


def _by(line: Cursor) -> Fields:
    return {"way": line.word("a way")} if line.take("by") else {}


def _consents(line: Cursor) -> Fields:
    fields: Fields = {"kind": "consents", "choice": line.word("a consent")}
    while True:
        if line.take("naming"):
            fields["party"] = subject(line, "a party")
        elif line.take("for"):
            fields["data"] = line.words("a data word")
        elif line.take("by"):
            fields["way"] = line.word("a way")
        elif (line.follows("from") or line.follows("until")) and dated(line):
            fields |= span_of_days(line)
        else:
            return fields


def _told(line: Cursor) -> Fields:
    return {"kind": "is told", "version": line.word("a version")} | _by(line)


def _not_reached(line: Cursor) -> Fields:
    return {"kind": "not reached", "version": line.word("a version")} | _by(line)


def _age(line: Cursor) -> Fields:
    token = line.peek()
    if token is not None and not token.text.isdigit():
        raise line.unread(f"`{token.text}` is no age in years")
    return {"kind": "age", "value": line.word("an age in years")}


def _valued(kind: str, what: str) -> Callable[[Cursor], Fields]:
    return lambda line: {"kind": kind, "value": line.word(what)}


def _opens(line: Cursor) -> Fields:
    return {"kind": "opens", "matter": subject(line, "a matter", named=True)} | details(line)


def _signals(line: Cursor) -> Fields:
    denied = line.take("no")
    return {"kind": "signals", "denied": bool(denied), "signal": line.word("a signal")}


def _forgotten(line: Cursor) -> Fields:  # noqa: ARG001  (one of VERBS)
    return {"kind": "forgotten"}


# What a person does or meets. `give` beside `gives`: several people may stand before the verb.
VERBS: dict[str, Callable[[Cursor], Fields]] = {
    "gives": _gives,
    "give": _gives,
    "says": _said("says"),
    "say": _said("says"),
    "takes back": _said("takes back"),
    "take back": _said("takes back"),
    "agrees to": _answers("agrees"),
    "agree to": _answers("agrees"),
    "refuses": _answers("refuses"),
    "refuse": _answers("refuses"),
    "consents to": _consents,
    "consent to": _consents,
    "is told of": _told,
    "are told of": _told,
    "could not be reached about": _not_reached,
    "is known to be": _age,
    "are known to be": _age,
    "moves to": _valued("moves", "a country"),
    "move to": _valued("moves", "a country"),
    "has service": _valued("has service", "a type of service"),
    "have service": _valued("has service", "a type of service"),
    "ends service": _valued("ends service", "a type of service"),
    "end service": _valued("ends service", "a type of service"),
    "opens": _opens,
    "open": _opens,
    "signals": _signals,
    "signal": _signals,
    "is forgotten": _forgotten,
    "are forgotten": _forgotten,
}
BY_VERB: dict[str, list[tuple[list[str], Callable[[Cursor], Fields]]]] = {}
for _words, _read in VERBS.items():
    BY_VERB.setdefault(_words.split()[0], []).append((_words.split(), _read))


# -- matters, events, parties --------------------------------------------------------------------


def _we_open(line: Cursor) -> Fields:
    fields: Fields = {"kind": "opens", "by_us": True}
    fields["matter"] = subject(line, "a matter", named=True)
    if line.take("on") or line.take("for"):
        fields |= people(line)
    return fields | details(line)


def _of_things(line: Cursor) -> Fields:
    """What begins with a word of the policy: an event, a role, a party, a matter."""
    first = line.peek()
    second = line.peek(1)
    if first is None or not NAME.match(first.text):
        raise line.unread("unknown step", "a step begins with a person, `we`, `may we`, or a word")
    if second is not None and second.text == "happens":
        return _happens(line)
    if second is not None and second.text == "finds":
        return _finds(line)
    third = line.peek(2)
    if second is not None and (second.kind == "group" or second.text in ("signs", "ends")):
        return _party_step(line)
    if third is None:
        raise line.unread("unknown step", "a step of a matter is `MATTER ID closes`")
    return _closes(line)


def _happens(line: Cursor) -> Fields:
    fields: Fields = {"kind": "happens", "event": line.word("an event")}
    line.need("happens")
    line.need("to")
    return fields | _about(line)


def _finds(line: Cursor) -> Fields:
    fields: Fields = {"kind": "finds", "role": line.word("a role")}
    line.need("finds")
    if line.take("no"):
        fields["denied"] = True
    fields["fact"] = line.word("a fact")
    if line.take("of"):
        fields |= _about(line)
        while line.take("and"):
            fields |= _about(line)
    return fields


def _about(line: Cursor) -> Fields:
    """People, a party in brackets, or a matter with its id."""
    after = line.peek(1)
    if line.at_person():
        return people(line)
    if after is not None and after.kind == "group":
        return {"party": subject(line, "a party")}
    return {"matter": subject(line, "a matter", named=True)}


def _party_step(line: Cursor) -> Fields:
    party = subject(line, "a party")
    if line.take("signs"):
        return {"kind": "signs", "party": party, "agreements": (agreement(line),)}
    if line.take("ends"):
        return {"kind": "ends agreement", "party": party, "agreements": (agreement(line),)}
    raise line.unread("unknown step of a party", "a party signs or ends a term or an agreement")


def _closes(line: Cursor) -> Fields:
    matter = subject(line, "a matter", named=True)
    line.take("is")
    event = line.word("how it ends")
    return {
        "kind": "closes",
        "matter": matter,
        "event": "closed" if event == "closes" else event,
    }


# -- questions -----------------------------------------------------------------------------------


def _asked(line: Cursor) -> Fields:
    """`may we share profile of Anna with reseller (DE) for support within support-case 17?`"""
    fields: Fields = {"kind": "asked"}
    action = _action(line)
    data = line.word("a data word")
    said: dict[str, str] = {}
    while not line.take("?"):
        if line.take("of"):
            fields |= people(line)
        elif line.take("with"):
            fields["party"] = subject(line, "a party")
        elif line.take("within"):
            fields["matter"] = subject(line, "a matter", named=True)
        elif line.take("for"):
            said["purpose"] = line.word("a purpose")
        elif line.take("at"):
            said["place"] = line.word("a place")
        elif line.take("by"):
            said["by"] = line.word("a way or a role")
        else:
            raise line.unread(
                "expected `?`", "a question ends in `?`, then its answer after two blanks"
            )
    party = fields.get("party")
    return fields | {"ask": Ask(action, data, party=party.kind if party else None, **said)}


def _action(line: Cursor) -> Action:
    token = line.peek()
    for action in ACTIONS:
        if token is not None and token.text == action:
            line.at += 1
            return action
    text = token.text if token is not None else ""
    raise line.unread(
        f"`{text}` is no act", did_you_mean(text, ACTIONS) or f"one of {', '.join(ACTIONS)}"
    )
