"""Duties of the site: what it puts into a browser, where its links lead, what a signal changes, what a form says."""

from __future__ import annotations

import re

from troth.duties.figure import Binding, Figure, Ground, judged, not_measured
from troth.duties.look import Look, SignedIn
from troth.duties.visitor import Cookie

SIGNALS = {"dnt": "DNT", "gpc": "Sec-GPC"}
RANDOM = re.compile(r"[A-Za-z0-9_-]{22,}")  # 128 bits and more, with nothing to be read in it
NO_SITE = "The site did not answer, so nothing was seen."
NO_TRIAL = "Nobody registers at a site that serves others; look without --url."


def random_cookies(ground: Ground, binding: Binding) -> Figure:
    """Two visitors register: what each is given holds one code, another each time, and nothing of hers."""
    look, most = ground.look, binding.duty.slot("number")
    if not look.reached:
        return not_measured(NO_SITE)
    visits = look.signed_in
    if visits is None:
        return not_measured(NO_TRIAL if not look.trial else "No form of the site lets anybody in.")
    given = [c for c in (*look.cookies, *visits.first, *visits.second) if c.held]
    odd = [c for c in given if not _random(c, visits)]
    same = {c.held for c in visits.first} & {c.held for c in visits.second} - {""}
    longest = max((len(c.held.encode()) for c in given), default=0)
    fits = not most or longest <= int(most[0])
    said = (
        f"{len(given)} cookies for two visitors, the longest of {longest} bytes; "
        f"{len(given) - len(odd) - len(same)} hold one random code, another each time"
    )
    return judged(
        not odd and not same and fits,
        said,
        "look at what the cookies named here hold: " + ", ".join(sorted({c.name for c in odd})),
        cookies=len(given),
        not_random=len(odd) + len(same),
        longest_bytes=longest,
    )


def _random(cookie: Cookie, visits: SignedIn) -> bool:
    told = any(typed and typed.lower() in cookie.held.lower() for typed in visits.typed)
    return bool(RANDOM.fullmatch(cookie.held)) and not told


def without_cookies(ground: Ground, _: Binding) -> Figure:
    """The pages that anybody may read, read by somebody who never was here."""
    look = ground.look
    if not look.reached:
        return not_measured(NO_SITE)
    setting = [page for page in look.pages if page.cookies]
    shown = sum(page.status == 200 for page in look.pages)
    return judged(
        not setting and shown == len(look.pages),
        f"{shown} of {len(look.pages)} pages are shown to a browser without cookies; "
        f"{len(setting)} set one",
        "look at " + ", ".join(p.path for p in look.pages if p.cookies or p.status != 200),
        pages=len(look.pages),
        shown=shown,
        setting_cookies=len(setting),
    )


def forget_cookies(ground: Ground, _: Binding) -> Figure:
    """A visitor deletes the cookie of her sign-in, and looks at every page again."""
    look = ground.look
    if not look.reached:
        return not_measured(NO_SITE)
    visits = look.signed_in
    if visits is None:
        return not_measured(NO_TRIAL if not look.trial else "No form of the site lets anybody in.")
    back = {c.name for c in visits.afterwards if c.held}
    said = f"after it was deleted, {len(back)} cookies came back on {len(look.pages)} pages"
    return judged(
        not back and not visits.known,
        said + (", and she was still known" if visits.known else ", and nobody was known"),
        "no page may set a cookie by itself, or know a visitor by anything else",
        came_back=len(back),
        pages=len(look.pages),
        still_known=visits.known,
    )


# -- links -----------------------------------------------------------------------------------------


def mark_links(ground: Ground, _: Binding) -> Figure:
    """A link that leaves the site says so, to the eye and to who listens."""
    marked = [
        "outside" in link.attributes.get("class", "").split() and "leaves this site" in link.text
        for _, link in ground.look.outside
    ]
    return _of_links(ground.look, marked, "are marked", "mark them as leaving the site")


def plain_links(ground: Ground, _: Binding) -> Figure:
    """A link that leaves the site tells the other neither from where nor who comes."""
    plain = [
        "noreferrer" in link.attributes.get("rel", "").split() and "?" not in link.to
        for _, link in ground.look.outside
    ]
    return _of_links(ground.look, plain, "hand nothing over", "take out what they hand over")


def new_window(ground: Ground, _: Binding) -> Figure:
    """A link that leaves the site opens beside it."""
    beside = [
        link.attributes.get("target") == "_blank"
        and not {"noopener", "noreferrer"}.isdisjoint(link.attributes.get("rel", "").split())
        for _, link in ground.look.outside
    ]
    return _of_links(ground.look, beside, "open in a window of their own", "open them so")


def _of_links(look: Look, good: list[bool], said: str, remedy: str) -> Figure:
    if not look.reached:
        return not_measured(NO_SITE)
    bad = sorted({link.to for ok, (_, link) in zip(good, look.outside, strict=True) if not ok})
    return judged(
        all(good),
        f"{sum(good)} of {len(good)} outside links on {len(look.pages)} pages {said}"
        if good
        else f"none of {len(look.pages)} pages links to another site",
        f"{remedy}: {', '.join(bad[:5])}",
        links=len(good),
        right=sum(good),
        pages=len(look.pages),
    )


# -- signals ---------------------------------------------------------------------------------------


def honour(ground: Ground, binding: Binding) -> Figure:
    """Every page once without and once with the signal: what a visit with it gives away."""
    look, signals = ground.look, binding.duty.slot("signals")
    unknown = [signal for signal in signals if signal not in SIGNALS]
    if unknown:
        return not_measured(f"`{unknown[0]}` is no signal that a browser sends.")
    if not look.reached:
        return not_measured(NO_SITE)
    pairs = [pair for signal in signals for pair in look.with_signal(SIGNALS[signal])]
    cookies = sum(len(told.cookies) for _, told in pairs)
    scripts = sum(told.markup.scripts for _, told in pairs)
    elsewhere = len(look.loads_from_elsewhere)
    same = all(
        (plain.status, len(plain.cookies), plain.markup.scripts)
        == (told.status, len(told.cookies), told.markup.scripts)
        for plain, told in pairs
    )
    heard = ", ".join(f"{SIGNALS[signal]}: 1" for signal in signals)
    said = f"{len(pairs)} pages with {heard}: {cookies} cookies, {elsewhere} loads from other sites"
    if binding.duty.denied:
        return judged(
            same,
            f"{said}; {'the same as without it' if same else 'otherwise than without it'}",
            "the page says that the signal changes nothing: say what it changes, or change nothing",
            pages=len(pairs),
            same=same,
        )
    return judged(
        not cookies and not elsewhere,
        said,
        "nobody who sends it may be followed: leave out cookies and loads from other sites",
        pages=len(pairs),
        cookies=cookies,
        loads_from_elsewhere=elsewhere,
        scripts=scripts,
    )


# -- forms -----------------------------------------------------------------------------------------


def field_purposes(ground: Ground, _: Binding) -> Figure:
    """The fields of every form of the site, and those beside which stands what they are for."""
    look = ground.look
    if not look.reached:
        return not_measured(NO_SITE)
    without, fields = [], 0
    for page, form in look.forms:
        for field in form.fields:
            if field.get("type") in ("hidden", "checkbox"):
                continue
            fields += 1
            hint = page.markup.said.get(field.get("aria-describedby", "").split(" ")[0], "")
            if not hint.strip():
                without.append(f"{page.path}: {field.get('name', '')}")
    return judged(
        bool(fields) and not without,
        f"{fields - len(without)} of {fields} fields in {len(look.forms)} forms say what they are for",
        f"say what these are for: {', '.join(without[:5])}" if fields else "no form was found",
        fields=fields,
        with_purpose=fields - len(without),
        forms=len(look.forms),
    )
