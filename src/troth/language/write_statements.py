"""Each form of statement as rows of text: what the reader takes apart, put together again."""

from __future__ import annotations

from troth.language import forms
from troth.language.model import (
    After,
    Asked,
    Attribute,
    By,
    Choice,
    Clause,
    Condition,
    Duty,
    FactFormula,
    Form,
    From,
    If,
    OnlyWith,
    Period,
    Saying,
    Statement,
    Unless,
    Within,
    Word,
)
from troth.language.read_words import bare

WIDTH = 100  # what is longer goes on in further lines


def rows_of(statement: Statement, section: str) -> list[list[str]]:
    """The rows of a statement: its head, then a row for each condition or further line."""
    if isinstance(statement, Clause):
        return _clause(statement, section)
    if isinstance(statement, Choice):
        return _choice(statement)
    name = short(statement.name, section)
    if isinstance(statement, Saying):
        fact = f" while {statement.while_fact}" if statement.while_fact else ""
        return [[f"{name}: says {quoted(statement.text)}{fact}"]]
    return _duty(statement, name)


def short(name: str, section: str) -> str:
    """A full name inside its own section."""
    return name.removeprefix(f"{section}.") if section else name


def quoted(text: str) -> str:
    """A text as a string of the language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _folded(parts: list[str]) -> list[str]:
    """Parts on one line; where that is too long, each on a line of its own and long lists over several."""
    whole = " ".join(parts)
    if len(whole) + 4 <= WIDTH:
        return [whole]
    return [line for part in parts for line in _wrapped(part)]


def _wrapped(part: str) -> list[str]:
    """A list broken behind its commas. A string in it stays whole, and so does what stands before."""
    if len(part) + 4 <= WIDTH:
        return [part]
    whole, quote, rest = part.rpartition('"')
    first, *pieces = rest.split(", ")
    lines = [whole + quote + first]
    for piece in pieces:
        joined = f"{lines[-1]}, {piece}" if lines[-1] else piece
        if lines[-1] and len(joined) + 5 > WIDTH:
            lines[-1] += ","
            lines.append(piece)
        else:
            lines[-1] = joined
    return lines


def _clause(clause: Clause, section: str) -> list[list[str]]:
    name = short(clause.name, section)
    head = [f"{name}: {clause.modal} {clause.action} {listed(clause.data)}"]
    for word, names in (("with", clause.parties), ("for", clause.purposes), ("at", clause.places)):
        head += [f"{word} {listed(names)}"] if names else []
    rows = [_folded(head), *(_wrapped(_condition(c)) for c in clause.conditions)]
    if clause.excepts:
        targets = tuple(f"#{short(target, section)}" for target in clause.excepts)
        rows.append(_wrapped(f"except {listed(targets)}"))
    if clause.say:
        rows.append([f"say {quoted(clause.say)}"])
    return rows


def _condition(condition: Condition) -> str:
    match condition:
        case If(facts):
            return f"if {' or '.join(facts)}"
        case Within(matters):
            return f"within {' or '.join(matters)}"
        case From(places):
            return f"from {listed(places)}"
        case By(ways):
            return f"by {listed(ways)}"
        case Unless(names):
            return f"unless {' or '.join(names)}"
        case OnlyWith(consents):
            return f"only with {' or '.join(consents)}"
        case After(days, event):
            return f"after {_count(days, 'days')} from {event}"
        case Period(count, unit, event):
            return f"for {_count(count, unit)} from {event}"


def _count(count: int, unit: str) -> str:
    return f"{count} {unit if count != 1 else unit.removesuffix('s')}"


def _choice(choice: Choice) -> list[list[str]]:
    lines = [f"{choice.kind} {choice.name} {quoted(choice.phrase)}"]
    lines += [f"by {listed(choice.ways)}"] if choice.ways else []
    lines += [f"asks {listed(choice.asks)}"] if choice.asks else []
    lines += [f"names {listed(choice.names)}"] if choice.names else []
    lines += [f"for each of {listed(items)}" for items in choice.for_each]
    lines += [f"per {choice.per}"] if choice.per else []
    lines += [f"carries {listed(choice.carries)}"] if choice.carries else []
    lines += ["for good"] if choice.for_good else []
    lines += [f"lasts {_count(*choice.lasts)}"] if choice.lasts else []
    return [_wrapped(line) for line in lines]


def _duty(duty: Duty, name: str) -> list[list[str]]:
    manner = "does not" if duty.denied else "must try to" if duty.effort else "must"
    head = f"{name}: {manner} {forms.write(duty.form, duty.slots)}"
    return [_wrapped(head), *(_wrapped(forms.write_line(line)) for line in duty.lines)]


def form_rows(form: Form) -> list[list[str]]:
    """A form, one line for each thing it says."""
    lines = [f"form {form.name} {quoted(form.phrase)}", f"at {form.place}"]
    lines += [f"by {listed(form.ways)}"] if form.ways else []
    lines += [_asked(asked) for asked in form.asked]
    lines += ["asks country"] if form.country else []
    lines += [f"offers {listed(form.offers)}"] if form.offers else []
    lines += [f"opens {form.opens}"] if form.opens else []
    lines += [f"with notice {form.notice}"] if form.notice else []
    lines += [f"button {quoted(form.button)}"] if form.button else []
    lines += [f"thanks {quoted(form.thanks)}"] if form.thanks else []
    return [_wrapped(line) for line in lines]


def _asked(asked: Asked) -> str:
    parts = [f"{'needs' if asked.needed else 'asks'} {listed(asked.data)}"]
    parts += [quoted(asked.label)] if asked.label else []
    parts += [f"of {asked.of}"] if asked.of else []
    parts += [f"for {listed(asked.purposes)}"]
    parts += [f"at {asked.place}"] if asked.place else []
    return " ".join(parts)


def word_rows(word: Word) -> list[list[str]]:
    """A word on one line where it fits, with its attributes on further lines where not."""
    return [_folded([f"{word.kind} {word.name} {quoted(word.phrase)}", *_attributes(word)])]


def _attributes(word: Word) -> list[str]:
    """In the order of the language's own description."""
    found = [_of(word)] if word.of else []
    lists = (
        ("holds", word.holds),
        ("opened by", word.opened_by),
        ("covers", word.covers),
        ("needs", word.needs),
    )
    found += [f"{key} {listed(names)}" for key, names in lists if names]
    flags = (
        ("open", word.open),
        ("only by name", word.only_by_name),
        ("basic", word.basic),
        ("acts for us", word.acts_for_us),
        ("one for each country", word.one_for_each_country),
        ("in the group", word.in_the_group),
    )
    found += [key for key, said in flags if said]
    found += [f"becomes {word.becomes} if linked"] if word.becomes else []
    wait = f"{_count(word.ends_after_days, 'days')} after " if word.ends_after_days else ""
    found += [f"ends {wait}{word.ends}"] if word.ends else []
    found += [f"is {word.standard}"] if word.standard else []
    found += [f"means {quoted(word.means)}"] if word.means else []
    return found


def _of(word: Word) -> str:
    text = f"of {' and '.join(word.of)}"
    if word.formula:
        text += f": {_formula(word.formula, word.of)}"
    if word.asserted_by:
        text += f", asserted by {listed(word.asserted_by)}"
    return text + (", starts no" if word.starts_no else "")


def _formula(formula: FactFormula, subjects: tuple[str, ...]) -> str:
    plain = len(subjects) == 1 and formula.left.of == subjects[0]
    left = formula.left.name if plain else f"{formula.left.of} {formula.left.name}"
    if formula.test == "present":
        return f"{left} present"
    if isinstance(formula.right, Attribute):
        return f"{left} {formula.test} {formula.right.of} {formula.right.name}"
    values = (value if bare(value) else quoted(value) for value in formula.right)
    return f"{left} {formula.test} {', '.join(values)}"
