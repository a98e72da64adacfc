"""The web: policy pages, forms, choices, what is held, the desk of the operators, and the API."""

from __future__ import annotations

from troth.site.app import create_app
from troth.site.codes import set_access_code
from troth.site.trial import look_at

__all__ = ["create_app", "look_at", "set_access_code"]
