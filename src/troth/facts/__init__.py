"""Each atom bound to rows, once: its getter over rows and its SQL expression stand side by side."""

from .atoms import BINDINGS, frame_binding, getter
from .load import load_rows
from .scene import Datum, Frame, Rows, Scene

__all__ = ["BINDINGS", "Datum", "Frame", "Rows", "Scene", "frame_binding", "getter", "load_rows"]
