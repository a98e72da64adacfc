"""What the pages of a person's own door and of the desk's lists are rendered from, as their comments ask for it."""

from __future__ import annotations

from typing import Any

HOSTILE = "<script>alert('x')</script>"
CLAUSE = {
    "id": "acme/2003-06-05#share.nobody",
    "href": "/acme/privacy/2003-06-05#share.nobody",
    "sentence": "We never share your contact details with anyone, except as reseller and court say.",
}
RECEIPT = {
    "entry": 17,
    "what": "You said: Stop our news",
    "when": "2015-03-02 12:00 EST",
    "text": "Stop our news <script>",
    "head": "0123456789abcdef",
}
SIGNED_IN = {"person": "anna@example.com", "leave": {"action": "/acme/sign-out", "token": "t"}}

MAIL_CONTEXTS: dict[str, dict[str, Any]] = {
    "act.html": {
        "title": "Sign in",
        "heading": "Sign in at Acme",
        "message": "Press the button.",
        "action": "/acme/link/x",
        "token": "t",
        "submit": "Sign in",
        "links": [{"label": "Sign in", "href": "/acme/sign-in"}],
    },
    "you.html": {
        **SIGNED_IN,
        "title": "You",
        "here": "you",
        "addresses": [
            {"person": 1, "said": ["anna@example.com"], "here": True},
            {"person": 2, "said": ["a.berg@example.com", "<script>"], "here": False},
        ],
        "may_join": True,
        "action": "/acme/you",
        "token": "t",
        "email": "",
        "problem": "",
        "done": "A mail is on its way.",
        "versions": [{"since": "5 June 2003", "href": "/acme/privacy/2003-06-05"}],
        "receipts": [RECEIPT],
        "links": [{"label": "Choices", "href": "/acme/choices"}],
    },
    "receipt.html": {**SIGNED_IN, "title": "Receipt", "receipt": RECEIPT},
    "desk_mail.html": {
        "title": "Mail",
        "company": None,
        "firm": "Acme, Inc.",
        "set_up": False,
        "counts": [("were sent", 3), ("came back", 1)],
        "mails": [
            {
                "number": 4,
                "kind": "sign-in",
                "person": 7,
                "state": "failed",
                "when": "2015-03-02 12:00",
                "tries": 3,
                "why": "the relay answered 450",
                "again": True,
            }
        ],
        "jobs": {
            "waiting": 1,
            "failed": [{"what": "link", "when": "2015-03-02 12:00", "why": "OperationalError"}],
        },
        "action": "/desk/mail",
        "token": "t",
    },
    "desk_duties.html": {
        "title": "Duties",
        "company": None,
        "firm": "Acme, Inc.",
        "counted": [("not kept", 1), ("kept", 0)],
        "texts": [
            {
                "id": "acme-house",
                "heading": "The house rules: acme/house",
                "duties": [
                    {
                        "clause": {"id": "acme/house#a", "href": ""},
                        "anchor": "acme-house-a",
                        "sentence": "<script>",
                        "keeper": "work",
                        "effort": True,
                        "said": "Never done",
                        "verdict": "not kept",
                        "badge": "no",
                        "remedy": "Do it",
                        "by_hand": True,
                    }
                ],
            }
        ],
        "action": "/desk/duties",
        "token": "t",
        "problem": "",
    },
    "desk_notices.html": {
        "title": "Notices",
        "company": None,
        "firm": "Acme, Inc.",
        "campaigns": [
            {
                "id": 1,
                "version": "acme/2014-11-21",
                "modes": "posted",
                "opened": "2014-11-21 12:00",
                "people": 10,
                "told": 6,
                "bounced": 1,
                "unreachable": 1,
                "waiting": 2,
                "adopted": 2,
                "refused": 1,
                "done": 8,
                "by_way": {"phone": 1, "letter": 1},
                "clauses": [
                    {"id": "acme/2014-11-21#a", "href": "#", "sentence": "<script>", "people": 3}
                ],
            }
        ],
        "unopened": [{"version": "acme/2015-01-01", "since": "1 January 2015", "href": "#"}],
        "mail": False,
        "action": "/desk/notices",
        "token": "t",
        "problem": "",
        "done": "",
    },
    "postbox.html": {
        "title": "Postbox",
        "company": None,
        "count": 1,
        "mails": [
            {
                "to": "anna@example.com",
                "sender": "privacy@acme.example",
                "subject": "Sign in",
                "parts": [
                    {"text": "Open <script>", "href": ""},
                    {"text": "http://here/acme/link/x", "href": "/acme/link/x"},
                ],
            }
        ],
    },
    "observed.html": {
        "title": "Observed",
        "company": None,
        "here": "observed",
        "firm": "Acme, Inc.",
        "observing": True,
        "answers": 1200,
        "observed": 34,
        "between": "2 December 2014 to 5 January 2015",
        "tables": [
            {
                "id": "actions",
                "heading": "What would have been refused",
                "rows": [{"said": HOSTILE, "clause": None, "count": 34}],
            },
            {
                "id": "clauses",
                "heading": "By which words of the policy",
                "rows": [{"said": CLAUSE["sentence"], "clause": CLAUSE, "count": 30}],
            },
        ],
    },
}
