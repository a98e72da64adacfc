"""Filled contexts for the templates around forms."""

from __future__ import annotations

from typing import Any

from tests.page.samples_mail import HOSTILE

VERSION = {"since": "5 June 2003", "href": "/acme/privacy/2003-06-05"}
OFFERED = [
    {
        "name": "says-no-news",
        "label": "Stop our news",
        "effect": "It stops using your e-mail address for our news.",
        "checked": False,
    }
]

AROUND_FORMS: dict[str, dict[str, Any]] = {
    "forms.html": {
        "title": "Forms",
        "here": "forms",
        "version": VERSION,
        "forms": [
            {
                "name": "register",
                "href": "/acme/register",
                "heading": "Register a product",
                "intro": HOSTILE,
                "place": "a product registration",
                "fields": ["Your name", "Your e-mail address"],
            }
        ],
    },
    "embed.html": {
        "title": "For your own page",
        "here": "forms",
        "heading": "Register a product",
        "hosts": ["www.acme.example"],
        "snippet": HOSTILE,
        "script": "<script src=x></script>",
        "back": "/acme/register",
    },
    "letter.html": {
        "title": "Letters",
        "company": None,
        "here": "letters",
        "heading": "A letter that refuses something",
        "firm": "Acme, Inc.",
        "intro": "",
        "action": "/desk/letters",
        "token": "t0",
        "said": {"received": "2014-12-02", "way": "letter", "whose": HOSTILE},
        "wrong": {"way": "Say by which way it came."},
        "today": "2014-12-03",
        "ways": [("letter", "letter"), ("email", "e-mail")],
        "offers": OFFERED,
        "problems": [("way", "By", "Say by which way it came.")],
        "fields": [
            {
                "name": "name",
                "label": "Your name",
                "purpose": "For carrying out what you chose.",
                "required": False,
                "type": "text",
                "value": "",
                "autocomplete": "name",
                "options": [],
                "problem": "",
            }
        ],
    },
}
