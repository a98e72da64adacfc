"""One filled context for each template of the site, with hostile text where people write."""

from __future__ import annotations

from typing import Any

from tests.page.form_samples import AROUND_FORMS, OFFERED, VERSION
from tests.page.samples_desk import DESK_CONTEXTS
from tests.page.samples_mail import CLAUSE, HOSTILE, MAIL_CONTEXTS

COMPANY = {"name": "acme", "display": "Acme, Inc."}
OFFERS = {
    **CLAUSE,
    "id": "acme/2003-06-05#use.offers",
    "sentence": "We may use your e-mail address for our special offers, unless you chose “Stop our offers”.",
}
OPTIONS = {
    "actions": [("use", "use"), ("share", "share")],
    "data": [("contact", "contact details")],
    "purposes": [("own-offers", "our special offers")],
    "parties": [("reseller", "a reseller")],
    "matters": [("support-case:17", "support case 17")],
    "people": [("41", "Anna Berg")],
}
ASKED = dict.fromkeys(("company", "purpose", "party", "matter"), "") | {
    "action": "share",
    "data": "contact",
    "person": "41",
}

CONTEXTS: dict[str, dict[str, Any]] = {
    **AROUND_FORMS,
    **DESK_CONTEXTS,
    **MAIL_CONTEXTS,
    "policy.html": {"title": "Privacy", "body": "<h1>Privacy at Acme</h1>"},
    "home.html": {
        "title": "Companies",
        "company": None,
        "companies": [
            {
                "name": "acme",
                "display": "Acme, Inc.",
                "since": "21 November 2014",
                "versions": 2,
                "covers": "www.acme.example",
                "summary": "Software that listens to calls.",
            },
            {
                "name": "border",
                "display": "Border & Sons",
                "since": "1 May 2019",
                "versions": 1,
                "covers": "",
                "summary": HOSTILE,
            },
        ],
    },
    "register.html": {
        "title": "Register",
        "here": "register",
        "heading": "Register a product",
        "intro": "Tell us who you are, and your licence follows by e-mail.",
        "action": "/acme/register",
        "token": "t0",
        "version": VERSION,
        "notice": "An authorised reseller in your country may see what you give here.",
        "fields": [
            {
                "name": "name",
                "label": "Your name",
                "purpose": "To register your licence.",
                "required": True,
                "type": "text",
                "value": HOSTILE,
                "autocomplete": "name",
                "options": [],
                "problem": "",
            },
            {
                "name": "email",
                "label": "Your e-mail address",
                "purpose": "For support, and our offers unless you stop them.",
                "required": True,
                "type": "email",
                "value": "anna@",
                "autocomplete": "email",
                "options": [],
                "problem": "This is not a whole address.",
            },
            {
                "name": "country",
                "label": "Country",
                "purpose": "To find your reseller.",
                "required": False,
                "type": "select",
                "value": "DE",
                "autocomplete": "country",
                "options": [("DE", "Germany"), ("FR", "France")],
                "problem": "",
            },
        ],
        "notice_token": "t1",
        "offers": OFFERED,
        "problems": [("email", "Your e-mail address", "This is not a whole address.")],
        "submit": "Register",
        "embedded": "/acme/register/embed",
    },
    "thanks.html": {
        "title": "Thank you",
        "heading": "Your product is registered",
        "message": "A copy of the notice you saw is kept with it.",
        "given": [
            {"label": "Your name", "value": HOSTILE},
            {"label": "E-mail", "value": "anna@example.com"},
        ],
        "version": VERSION,
        "links": [
            {"label": "Your choices", "href": "/acme/choices"},
            {"label": "What you hold about me", "href": "/acme/held"},
        ],
    },
    "choices.html": {
        "title": "Choices",
        "here": "choices",
        "person": "anna@example.com",
        "sign_in": "/acme/sign-in",
        "action": "/acme/choices",
        "token": "t0",
        "saved": "Stop our offers",
        "choices": [
            {
                "name": "no-offers",
                "kind": "choice",
                "phrase": "Stop our offers",
                "stops": "We then no longer use your contact details for the topics you mark.",
                "href": "/acme/privacy#choices.no-offers",
                "ways": "by e-mail or letter",
                "columns": ["by e-mail", "by post"],
                "rows": [
                    {
                        "label": topic,
                        "cells": [
                            {"value": f"{n}/{c}", "label": f"{topic}, by {c}", "said": c == "email"}
                            for c in ("email", "post")
                        ],
                    }
                    for n, topic in enumerate(
                        ("Updates and upgrades", "Special offers", "New products")
                    )
                ],
                "state": "Stopped for three of six",
                "since": "1 March 2004",
                "history": [
                    {
                        "when": "1 March 2004",
                        "what": "Stopped special offers by e-mail",
                        "way": "e-mail",
                    }
                ],
            },
            {
                "name": "remember-me",
                "kind": "consent",
                "phrase": "Remember me on this computer",
                "stops": "We then keep a code in a cookie.",
                "href": "/acme/privacy#choices.remember-me",
                "ways": "",
                "columns": [],
                "rows": [{"label": "", "cells": [{"value": "", "label": "", "said": False}]}],
                "state": "Not agreed",
                "since": "",
                "history": [],
            },
        ],
    },
    "held.html": {
        "title": "What we hold about you",
        "here": "held",
        "person": HOSTILE,
        "asked": "2 December 2014",
        "links": [{"label": "Ask for a copy", "href": "/acme/requests"}],
        "fields": [
            {
                "name": "email",
                "label": "Your e-mail address",
                "value": "anna@example.com",
                "given": "1 February 2004",
                "place": "the registration of a product",
                "version": VERSION,
                "role": "own",
                "customer": "",
                "uses": [
                    {
                        "what": "Used for our special offers",
                        "answer": "yes",
                        "clauses": [OFFERS],
                        "note": "",
                    },
                    {
                        "what": "Shared with a marketing partner",
                        "answer": "no",
                        "clauses": [CLAUSE],
                        "note": "The policy of 2014 allows it; it waits for your consent.",
                    },
                    {
                        "what": "Shared with a reseller for support",
                        "answer": "in part",
                        "clauses": [CLAUSE],
                        "note": "",
                    },
                    {"what": "Sold", "answer": "no", "clauses": [], "note": ""},
                ],
            },
            {
                "name": "phone",
                "label": "Your telephone number",
                "value": "+49 30 1234567",
                "given": "an unknown day",
                "place": "",
                "version": None,
                "role": "own",
                "customer": "Border & Sons",
                "uses": [],
            },
        ],
    },
    "sign_in.html": {
        "title": "Sign in",
        "heading": "Sign in",
        "intro": "We send you a link.",
        "action": "/acme/sign-in",
        "token": "t0",
        "fields": [
            {
                "name": "email",
                "label": "Your e-mail address",
                "type": "email",
                "hint": "The one you gave us.",
                "value": HOSTILE,
                "autocomplete": "email",
            }
        ],
        "problem": "That did not work. Try again in a minute.",
    },
    "desk.html": {
        "title": "Desk",
        "company": None,
        "here": "desk",
        "operator": "Kim",
        "action": "/desk",
        "companies": [("acme", "Acme, Inc."), ("border", "Border & Sons")],
        "options": OPTIONS,
        "asked": ASKED,
        "answer": {
            "answer": "no",
            "question": "Share the contact details of Anna Berg with a marketing partner, for joint marketing.",
            "given": "Given on 1 February 2004 at the registration of a product, under the policy of 5 June 2003.",
            "clauses": [CLAUSE],
            "withheld": [{"label": "telephone number", "clauses": [CLAUSE]}],
            "would_allow": ["Her consent to share.partners", HOSTILE],
        },
        "problem": None,
        "entries": [
            {
                "number": 118,
                "when": "2014-12-02 10:14",
                "what": "May we share contact details of person 41 with a marketing partner?",
                "answer": "no",
                "clauses": [CLAUSE],
                "href": "/ledger/118",
            },
            {
                "number": 117,
                "when": "2014-12-02 09:58",
                "what": "May we use the e-mail address of person 41 for our special offers?",
                "answer": "yes",
                "clauses": [OFFERS],
                "href": "/ledger/117",
            },
        ],
        "ledger": {"href": "/ledger", "verified": "118 entries, verified today at 10:00."},
    },
    "problem.html": {
        "title": "Not found",
        "company": None,
        "status": 404,
        "code": "",
        "heading": "There is no such page",
        "detail": "The address may be mistyped, or the page has moved.",
        "reference": "7f3a",
        "links": [{"label": "All companies", "href": "/"}],
    },
    "changes.html": {
        "title": "What changes",
        "old": VERSION,
        "new": {"since": "21 November 2014", "href": "/acme/privacy/2014-11-21"},
        "plain": "/acme/privacy/2003-06-05..2014-11-21",
        "people": 12,
        "groups": [
            {
                "key": "widened",
                "heading": "Wider",
                "note": "This waits until you were told, or agreed.",
                "changes": [
                    {
                        "name": "share.partners",
                        "href": "#",
                        "before": "",
                        "after": HOSTILE,
                        "effect": "waits for consent",
                        "who": "12 people",
                    }
                ],
            },
            {
                "key": "narrowed",
                "heading": "Narrower",
                "note": "This holds for all data from that day.",
                "changes": [
                    {
                        "name": "use.offers",
                        "href": "#",
                        "before": OFFERS["sentence"],
                        "after": "",
                        "effect": "stops on the day",
                        "who": "",
                    }
                ],
            },
        ],
    },
}
