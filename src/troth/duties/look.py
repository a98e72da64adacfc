"""A look at a company's own site: its pages, its forms, what it puts into a browser, what it answers to a signal.

The site is looked at through a door: the application itself over an empty store, or an address. Through the
first one may also register and sign in, so that nothing of it reaches anybody's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from troth.duties.markup import Form, Link
from troth.duties.visitor import HERE, Cookie, Door, Page, Visitor

MOST_PAGES = 80
ASIDE = (
    "/link/",
    "/unsubscribe/",
    "/embed",
    "..",
    "/receipts/",
)  # of one person, or worked out anew
TYPED = {"email": "probe@example.com", "tel": "+1 617 555 0199"}
SIGN_IN_TRIES = 6  # one more than the door lets through in a minute


@dataclass(frozen=True)
class SignedIn:
    """What two visits came to that registered and signed in: the cookies of each, what came back after one
    was deleted, and what had been typed."""

    first: tuple[Cookie, ...]
    second: tuple[Cookie, ...]
    afterwards: tuple[Cookie, ...]  # set again once the visitor had deleted all
    known: bool  # whether she was still known then
    typed: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """Everything seen of one company's site. `trial`: what is sent there reaches nobody's data."""

    door: Door
    company: str
    own: tuple[str, ...] = ()  # hosts that are the company's as well
    origin: str = HERE
    trial: bool = True

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every page that links lead to from the policy on, as somebody who was never here sees it."""
        visitor = Visitor(self.door, self.origin)
        waiting, seen = [f"/{self.company}/privacy"], dict[str, Page]()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0)
            if path not in seen:
                visitor.jar.clear()
                seen[path] = visitor.get(path)
                waiting += [to for to in self._onward(seen[path]) if to not in seen]
        return tuple(seen.values())

    def _onward(self, page: Page) -> Iterator[str]:
        for link in page.markup.links:
            whole = urlsplit(urljoin(f"{self.origin}{page.path}", link.to))
            ours = whole.netloc == urlsplit(self.origin).netloc
            here = whole.path.startswith((f"/{self.company}/", "/law/"))
            if ours and here and not whole.query and not any(part in whole.path for part in ASIDE):
                yield whole.path

    @cached_property
    def reached(self) -> bool:
        """Whether there is a site at all."""
        return bool(self.pages) and self.pages[0].status == 200

    @cached_property
    def cookies(self) -> tuple[Cookie, ...]:
        """What the pages put into the browser of somebody who only reads."""
        return tuple(cookie for page in self.pages for cookie in page.cookies)

    @cached_property
    def outside(self) -> tuple[tuple[Page, Link], ...]:
        """The links that leave the site."""
        return tuple(
            (page, link)
            for page in self.pages
            for link in page.markup.links
            if self._leaves(link.to)
        )

    def _leaves(self, to: str) -> bool:
        host = urlsplit(urljoin(self.origin, to)).netloc
        return to.startswith(("http:", "https:", "//")) and host not in (
            *self.own,
            urlsplit(self.origin).netloc,
        )

    @cached_property
    def loads_from_elsewhere(self) -> tuple[str, ...]:
        """What the pages load from other sites, and scripts of any: each may tell somebody of the visit."""
        return tuple(to for page in self.pages for to in page.markup.loads if self._leaves(to))

    @cached_property
    def forms(self) -> tuple[tuple[Page, Form], ...]:
        """The forms at which data is given: those that carry the version of their notice."""
        return tuple(
            (page, form)
            for page in self.pages
            for form in page.markup.forms
            if "notice" in form.hidden
        )

    def page(self, path: str) -> Page:
        """One page, seen by somebody who was never here."""
        return Visitor(self.door, self.origin).get(path)

    def with_signal(self, header: str) -> tuple[tuple[Page, Page], ...]:
        """Every page without and with a signal of the browser."""
        told = Visitor(self.door, self.origin, {header: "1"})
        return tuple((page, told.get(page.path)) for page in self.pages)

    # -- what only a trial may do ------------------------------------------------------------------

    @cached_property
    def signed_in(self) -> SignedIn | None:
        """Two people register and sign in; None where no form lets them, or it is no trial."""
        forms = [f for _, f in self.forms if any(x.get("type") == "email" for x in f.fields)]
        if not self.trial or not forms:
            return None
        found = []
        for number in (1, 2):
            visitor = Visitor(self.door, self.origin)
            typed = self._register(visitor, forms[0].action, number)
            found.append((visitor, typed))
        first, second = found
        kept = tuple(first[0].given)
        first[0].jar.clear()
        first[0].given.clear()
        again = [first[0].get(page.path) for page in self.pages]
        known = any("/sign-out" in form.action for page in again for form in page.markup.forms)
        said = (*first[1].values(), *second[1].values())
        return SignedIn(kept, tuple(second[0].given), tuple(first[0].given), known, said)

    def _register(self, visitor: Visitor, action: str, number: int) -> dict[str, str]:
        page = visitor.get(action)
        form = next(f for f in page.markup.forms if f.action == action)
        typed = {
            field["name"]: _typed(field, number)
            for field in form.fields
            if "required" in field or field.get("type") == "email"
        }
        visitor.send(action, {**form.hidden, **typed})
        return {name: said for name, said in typed.items() if len(said) > 3}

    @cached_property
    def throttled(self) -> tuple[int, int] | None:
        """Of so many wrong passwords at the desk in one minute how many were looked at, and how many not."""
        if not self.trial:
            return None
        visitor, page = Visitor(self.door, self.origin), self.page("/desk/sign-in")
        form = next((f for f in page.markup.forms if f.action == "/desk/sign-in"), None)
        if form is None:
            return None
        said = {"company": self.company, "name": "nobody", "password": "a wrong one"}
        tried = [
            visitor.send("/desk/sign-in", {**form.hidden, **said}).status
            for _ in range(SIGN_IN_TRIES)
        ]
        return sum(status != 429 for status in tried), sum(status == 429 for status in tried)


def _typed(field: dict[str, str], number: int) -> str:
    kind = field.get("type", "")
    said = TYPED.get(kind, "Probe Street" if field["tag"] != "select" else "")
    return said.replace("probe", f"probe{number}")
