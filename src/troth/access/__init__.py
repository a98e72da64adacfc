"""Who asks: keys of programs, operators with roles, sessions; each grant and refusal on record."""

from __future__ import annotations

from troth.access.caller import Caller, Visitor
from troth.access.keys import claim, company_of, end_key, issue_key
from troth.access.operators import (
    Operator,
    add_operator,
    change_password,
    change_roles,
    end_operator,
    list_operators,
)
from troth.access.sessions import sign_out, start_for_person, sweep, who
from troth.access.signin import Refused, SignedIn, sign_in

__all__ = [
    "Caller",
    "Operator",
    "Refused",
    "SignedIn",
    "Visitor",
    "add_operator",
    "change_password",
    "change_roles",
    "claim",
    "company_of",
    "end_key",
    "end_operator",
    "issue_key",
    "list_operators",
    "sign_in",
    "sign_out",
    "start_for_person",
    "sweep",
    "who",
]
