"""Stories played: a policy's tests, in its own words, through every reading."""

from .play import Outcome, full, play, play_file, play_step
from .readings import READINGS
from .stage import Stage, empty, theatre

__all__ = [
    "READINGS",
    "Outcome",
    "Stage",
    "empty",
    "full",
    "play",
    "play_file",
    "play_step",
    "theatre",
]
