"""The words of a claim that a verdict marks, for reading: within the claim, and by themselves."""

from markupsafe import Markup, escape

from annotator.domain.verdicts import Content
from annotator.web.highlighting import words
from annotator.web.verdict_fields import ROLES

_SIGNS = {role: name for name, role in ROLES.items()}
# A tab, because the article's page parts the last word of a claim from the rest at the last space.
_MARK = Markup('<mark\tdata-sign="{}">{}</mark>')


def with_marks(quote: str, start: int, content: Content) -> Markup:
    """Return a claim that begins at `start` as HTML in which each marked word is a <mark> that says of which kind."""
    shown = Markup()
    for word in words(quote, start, content):
        part = escape(word.text)
        for role in sorted(word.roles):
            part = _MARK.format(_SIGNS[role], part)
        shown += part
    return shown


def phrases(quote: str, start: int, content: Content) -> dict[str, list[str]]:
    """Return the marked words by role; those that stand side by side are one phrase."""
    found: dict[str, list[str]] = {}
    open_roles: frozenset[str] = frozenset()
    gap = ""
    for word in words(quote, start, content):
        if word.value is None:
            gap = word.text
            continue
        for role in word.roles:
            if role in open_roles and not gap.strip():
                found[role][-1] += gap + word.text
            else:
                found.setdefault(role, []).append(word.text)
        open_roles, gap = word.roles, ""
    return found
