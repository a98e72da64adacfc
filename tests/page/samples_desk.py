"""What the desk's cases, parties and findings show, for the tests of the templates."""

from __future__ import annotations

from typing import Any

from troth.site.body import Form

_FRAME: dict[str, Any] = {
    "company": None,
    "firm": "Acme, Inc.",
    "token": "t",
    "typed": Form([("number", "7"), ("id", "nord")]),
    "done": "",
    "problem": "line 1: no one person is known by this; <script>",
}
DESK_CONTEXTS: dict[str, dict[str, Any]] = {
    "desk_cases.html": {
        **_FRAME,
        "title": "Cases",
        "action": "/desk/cases",
        "kinds": [("legal-demand", "a recorded demand")],
        "kind": {
            "name": "legal-demand",
            "phrase": "a recorded demand",
            "covers": ("people", "fields", "period"),
            "needs": [("authority", "Authority")],
        },
        "words": [("email", "your e-mail address")],
        "cases": [
            {
                "id": "legal-demand:7",
                "called": "A recorded demand, 7",
                "opened": "2 March 2015",
                "ended": "",
                "people": 1,
                "fields": ["<script>"],
                "from": "2015-01-01",
                "until": "2015-02-01",
                "found": ["not the data is relevant"],
                "mine": True,
            }
        ],
        "facts": [("relevant", "the data is relevant")],
    },
    "desk_parties.html": {
        **_FRAME,
        "title": "Parties",
        "action": "/desk/parties",
        "parties": [
            {
                "id": "nord",
                "name": "Nord <script>",
                "kind": "A reseller",
                "territory": ("DE", "AT"),
                "agreements": [
                    {
                        "number": 1,
                        "names": ("this-policy",),
                        "fields": ("email",),
                        "since": "1 January 2015",
                        "until": "20 March 2015",
                        "soon": True,
                    }
                ],
                "past": 0,
            }
        ],
        "kinds": [("reseller", "a reseller")],
        "names": [("this-policy", "this policy")],
        "words": [("email", "your e-mail address")],
        "soon": 1,
        "today": "2015-03-02",
    },
    "desk_findings.html": {
        **_FRAME,
        "title": "Findings",
        "action": "/desk/findings",
        "facts": [("our-customer", "<script>")],
        "events": [("account-closed", "Your account was closed")],
        "countries": [("US", "United States")],
        "today": "2015-03-02",
    },
}
