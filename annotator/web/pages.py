"""Pages of a long list: which one is asked for, and which ones to link to."""

MOST_DIGITS = 9
"""Digits of a page's number; whatever is longer lies beyond the end."""
NEAR = 2
"""Pages before and after the present one that a list links to."""


def page_number(text: str) -> int:
    """Read the number of a page: the first for what is no number, a very late one for what is too long."""
    if not (text.isascii() and text.isdigit()):
        return 1
    return max(int(text[: MOST_DIGITS + 1]), 1) if len(text) <= MOST_DIGITS else 10**MOST_DIGITS


def page_links(number: int, last: int) -> list[int | None]:
    """Return the numbers of the pages to link to, None for a gap between them."""
    shown = sorted({1, last, *range(max(number - NEAR, 1), min(number + NEAR, last) + 1)})
    links: list[int | None] = []
    for before, page in zip([0, *shown], shown, strict=False):
        links += [page] if page == before + 1 else [None, page]
    return links
