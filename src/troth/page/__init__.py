"""The page: the same clauses as sentences, for whoever reads the policy."""

from troth.page.difference import Difference, difference
from troth.page.html import article, difference_article, difference_page, page
from troth.page.markdown import markdown
from troth.page.sentences import sentence, sentences
from troth.page.voice import Voice, voice

__all__ = [
    "Difference",
    "Voice",
    "article",
    "difference",
    "difference_article",
    "difference_page",
    "markdown",
    "page",
    "sentence",
    "sentences",
    "voice",
]
