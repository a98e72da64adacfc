"""Every duty of a policy with the figure that shows whether it is kept: measured, never said."""

from __future__ import annotations

from troth.duties.by_hand import is_by_hand, note_done
from troth.duties.figure import VERDICTS, Binding, Figure, Ground, Verdict
from troth.duties.look import Look
from troth.duties.nightly import begin, check_protections, doers
from troth.duties.of_site import SIGNALS
from troth.duties.standing import Standing, in_force, stand, standing
from troth.duties.visitor import Door, in_process, over_the_web

__all__ = [
    "SIGNALS",
    "VERDICTS",
    "Binding",
    "Door",
    "Figure",
    "Ground",
    "Look",
    "Standing",
    "Verdict",
    "begin",
    "check_protections",
    "doers",
    "in_force",
    "in_process",
    "is_by_hand",
    "note_done",
    "over_the_web",
    "stand",
    "standing",
]
