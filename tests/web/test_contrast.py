"""The colours of the stylesheet keep the WCAG ratios in both themes, computed from its tokens."""

import re

import pytest

from annotator import paths

TEXT, SHAPE = 4.5, 3.0
"""WCAG 2.2: 1.4.3 for text, 1.4.11 for the shapes that one must see to use the page."""
LABELS = ("sourced", "attributed", "editorial")
THEMES = {"light": 0, "dark": 1}
GROUNDS = ("paper", "surface", "well")
FLIPPED_FROM, STEPS = 4, 7

USES = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS),
    ("ink", "mark", TEXT),
    ("ink-2", "mark", TEXT),
    ("paper", "ink", TEXT),  # the primary button, a marked word, the chip of the current claim
    ("paper", "ink-2", TEXT),  # the primary button under the pointer
    *((state, ground, TEXT) for state in ("ok", "bad") for ground in ("paper", "surface")),
    ("edge", "paper", SHAPE),
    ("edge", "surface", SHAPE),
    ("mark-edge", "paper", SHAPE),
    *((label, f"{label}-tint", TEXT) for label in LABELS),
    *((label, ground, TEXT) for label in LABELS for ground in ("paper", "surface")),
    *((label, "mark", SHAPE) for label in LABELS),  # the underline of the current claim
    *(("surface", label, TEXT) for label in LABELS),  # a chosen kind
    *(("ink-2", f"{label}-tint", TEXT) for label in LABELS),  # the definition in a chosen label
    *(("ink", f"paint-{step}", TEXT) for step in (1, 2, 3)),  # a claim in dispute in the painted article
    *(("mark-edge", f"paint-{step}", SHAPE) for step in (1, 2)),  # its underline
    ("ink-2", "surface", TEXT),  # its number
    ("mark-edge", "surface", SHAPE),  # an article outside the funnel
    *(("heat-flipped" if step >= FLIPPED_FROM else "heat-text", f"heat-{step}", TEXT) for step in range(STEPS)),
]


def tokens() -> dict[str, tuple[str, str]]:
    """Read the colours that the stylesheet defines for both themes."""
    css = (paths.static() / "annotator.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Compute the relative luminance of "#rrggbb" as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground", "least"), USES)
def test_what_must_be_seen_stands_out_from_its_ground(theme: str, front: str, ground: str, least: float) -> None:
    colours, i = tokens(), THEMES[theme]
    assert contrast(colours[front][i], colours[ground][i]) >= least


@pytest.mark.parametrize("theme", THEMES)
def test_the_documented_ratios_are_the_ones_of_the_stylesheet(theme: str) -> None:
    documented = {
        ("ink", "mark"): (14.8, 8.7),
        ("ok", "paper"): (5.94, 10.1),
        ("sourced", "sourced-tint"): (6.77, 7.42),
        ("attributed", "attributed-tint"): (7.90, 8.81),
        ("editorial", "editorial-tint"): (4.76, 5.85),
    }
    colours, i = tokens(), THEMES[theme]
    for (front, ground), ratios in documented.items():
        assert contrast(colours[front][i], colours[ground][i]) == pytest.approx(ratios[i], abs=0.06)


def test_colours_stand_only_among_the_tokens() -> None:
    css = (paths.static() / "annotator.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", css.partition("/* 2. Ground")[2], flags=re.DOTALL)
    opaque = re.findall(r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b", rules)
    assert set(opaque) <= {"#000"}, "only shadows and the backdrop may have a colour of their own"
