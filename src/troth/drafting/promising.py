"""Which sentences of a page promise something: those in which we do, may do or never do something with people or what is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .blocks import Block

_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|Inc|Ltd|Corp|Co|No|St|Mr|Ms|Dr|vs|U\.S|U\.K|cf|approx)\.|\b[A-Z]\.)$"
)
WHO = re.compile(
    r"\b(?:we|our|ours|us|you|your|yours|user|users|visitor|visitors|customer|customers|person|people|"
    r"individual|individuals|child|children|consumer|consumers|member|members|company|companies|"
    r"third[- ]part(?:y|ies)|partner|partners|website|web site|site|sites|service|services|policy|"
    r"information|data|cookie|cookies|beacons?|gifs?|e-?mails?|addresses|messages?|conversations?)\b",
    re.IGNORECASE,
)
# what makes a sentence of it: an act, a permission, a right
ACT = re.compile(
    r"\b(?:is|are|be|was|has|have|may|might|can|cannot|could|will|would|shall|should|must|never|not|"
    r"won't|don't|doesn't|do|does|collects?|uses?|shares?|sells?|discloses?|provides?|gives?|keeps?|"
    r"stores?|retains?|protects?|allows?|lets?|tells?|asks?|sends?|receives?|treats?|tracks?|"
    r"contains?|applies|apply|describes?|complies|comply|transfers?|encrypts?|deletes?|removes?|posts?|"
    r"notif(?:y|ies)|contact|understand|agrees?|accepts?|consents?|includes?|requires?|helps?|enables?|"
    r"takes?|makes?|works?|limits?|honou?rs?|responds?|reserves?|maintains?|adheres?|participates?|"
    r"combines?|links?|visit|see|click|opt|choose|request|need|want|please|thank|governs?|remains?)\b",
    re.IGNORECASE,
)
FEWEST_WORDS = 4
POLITE = re.compile(
    r"^(?:thank you|welcome|dear|click here|back to top|home|copyright|©|>?\s*\*?the following text is extracted)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Promising:
    """A sentence that promises, under the heading it stands in. `lead` is what an item of a list goes on from."""

    text: str
    heading: str = ""
    lead: str = ""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a block; what is abbreviated ends none."""
    begun = ""
    for part in _END.split(text):
        begun = f"{begun} {part}".strip()
        if not _ABBREVIATED.search(begun):
            yield begun
            begun = ""
    if begun:
        yield begun


def promising(found: Iterable[Block]) -> list[Promising]:
    """The promising sentences of a page in order. An item goes on from the sentence that leads to its list."""
    listed: list[Promising] = []
    heading = lead = ""
    for block in found:
        goes_on = block.sort == "item" and lead
        if block.sort == "heading" or (not goes_on and _is_heading(block.text)):
            heading, lead = block.text.strip(": "), ""
            continue
        for sentence in sentences(block.text):
            if goes_on:
                listed.append(Promising(sentence, heading, lead))
            elif promises(sentence):
                listed.append(Promising(sentence, heading))
        if block.sort != "item":
            last = [*sentences(block.text)][-1]
            lead = last if last.rstrip().endswith(":") and promises(last) else ""
    return listed


def promises(sentence: str) -> bool:
    """Whether a sentence says of us, of people or of what is theirs that something is, may or shall be done."""
    words = sentence.split()
    if len(words) < FEWEST_WORDS or sentence.endswith("?") or POLITE.match(sentence):
        return False
    return bool(WHO.search(sentence) and ACT.search(sentence))


def _is_heading(text: str) -> bool:
    """A short line without an end and without anybody who does something: `Who can see my data`."""
    return (
        len(text.split()) <= 9
        and text[-1:] not in ".:;,!"
        and not re.search(r"\b(?:we|may|will|not)\b", text, re.IGNORECASE)
    )
