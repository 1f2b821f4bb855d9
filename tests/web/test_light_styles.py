"""The stylesheet, read for pictures: its light half, its nesting, its own properties, and what weighs more."""

from collections.abc import Iterator

import pytest

from annotator.web import light_styles
from annotator.web.light_styles import Style, Tag, resolved

SHEET = """
:root { --ink: light-dark(#111, #eee); --tone: var(--ink); }
.chart { font: 500 0.75rem/1.4 var(--ui, serif);
  & text, & .value { fill: var(--ink); }
  & .flipped :is(.count, .ratio) { fill: light-dark(#fff, #000); }
  & > g[data-look="sourced"] { --tone: #124ca9; }
  & .point:not(.open) { fill: var(--tone); }
  @media (max-width: 20rem) { & text { fill: red; } }
}
.chart text:hover { fill: red; }
.mixed { stroke: color-mix(in srgb, #000 25%, #fff); }
"""


@pytest.fixture(autouse=True)
def sheet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read this sheet instead of the product's."""
    rules = tuple(light_styles._rules(SHEET, ""))
    monkeypatch.setattr(light_styles, "rules", lambda: rules)
    light_styles.by_class.cache_clear()
    yield
    light_styles.by_class.cache_clear()


def look(*line: Tag) -> dict[str, str]:
    variables: dict[str, str] = {}
    style = Style()
    for number in range(len(line)):
        style = Style.of(line[: number + 1], variables)
        variables = style.variables
    return style.own


HTML, CHART = Tag("html", {}), Tag("svg", {"class": "chart"})


def test_the_light_half_counts_and_screens_do_not() -> None:
    assert look(HTML, CHART, Tag("text", {})) == {"fill": "#111"}


def test_a_font_is_taken_apart() -> None:
    assert look(HTML, CHART) == {"font-weight": "500", "font-size": "12px", "font-family": "serif"}


def test_own_properties_are_handed_on_to_what_stands_in_an_element() -> None:
    group = Tag("g", {"data-look": "sourced"})
    assert look(HTML, CHART, group, Tag("circle", {"class": "point"})) == {"fill": "#124ca9"}
    assert look(HTML, CHART, Tag("circle", {"class": "point"})) == {"fill": "#111"}
    assert look(HTML, CHART, group, Tag("circle", {"class": "point open"})) == {}


def test_the_weightier_rule_wins_wherever_it_stands() -> None:
    assert look(HTML, CHART, Tag("g", {"class": "flipped"}), Tag("text", {"class": "count"})) == {"fill": "#fff"}
    assert look(HTML, CHART, Tag("text", {"class": "count"})) == {"fill": "#111"}


def test_colours_are_mixed() -> None:
    assert look(HTML, Tag("g", {"class": "mixed"})) == {"stroke": "#bfbfbf"}
    assert resolved("color-mix(in oklab, var(--a) 50%, transparent)", {"--a": "#000"}) == "#808080"
