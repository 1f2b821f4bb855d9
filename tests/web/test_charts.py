"""The charts' geometry: where things stand, on left-to-right and on right-to-left pages."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from annotator.domain.agreement import Estimate, PatternTable, summarise
from annotator.web.charts import report_charts
from annotator.web.charts.axes import SHARE_TICKS, WIDTH, Axis
from annotator.web.charts.dot_plot import dot_plot
from annotator.web.charts.heat_map import LETTER, heat_map, shade
from annotator.web.charts.histogram import histogram
from tests.sample_report import LABELS, sample_report

OBSERVED = ((20.0, 6.0, 0.0), (6.0, 10.0, 2.0), (0.0, 2.0, 4.0))
EXPECTED = ((13.0, 9.0, 4.0), (9.0, 6.0, 3.0), (4.0, 3.0, 0.0))


def estimate(value: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(value, low, high, n=10, clusters=3)


def test_an_axis_runs_the_other_way_on_a_right_to_left_page() -> None:
    there, back = Axis(0, 1, left=100, right=300), Axis(0, 1, left=100, right=300, rtl=True)
    assert (there.at(0), there.at(0.5), there.at(1)) == (100, 200, 300)
    assert (back.at(0), back.at(0.5), back.at(1)) == (300, 200, 100)


def test_a_value_beyond_the_axis_is_drawn_at_its_end() -> None:
    axis = Axis(-0.2, 1, left=100, right=300)
    assert axis.at(-0.9) == 100


def test_shades_rise_with_observed_over_expected_and_chance_is_in_the_middle() -> None:
    shades = [shade(ratio) for ratio in (None, 0, 0.1, 0.3, 0.6, 1, 1.5, 2.5, 9)]
    assert shades == sorted(shades)
    assert shade(1) == 3
    assert shades[0] == 0
    assert shades[-1] == 6


def test_the_heat_map_outlines_the_largest_dispute_on_both_sides() -> None:
    cells = heat_map(OBSERVED, EXPECTED).cells
    outlined = {(i, j) for i, row in enumerate(cells) for j, cell in enumerate(row) if cell.largest}
    assert outlined == {(0, 1), (1, 0)}


def test_without_disagreement_nothing_is_outlined() -> None:
    chart = heat_map(((4.0, 0.0), (0.0, 4.0)), ((2.0, 2.0), (2.0, 2.0)))
    assert not any(cell.largest for row in chart.cells for cell in row)


def test_a_cell_that_chance_does_not_expect_has_no_ratio() -> None:
    cell = heat_map(OBSERVED, EXPECTED).cells[2][2]
    assert cell.ratio is None
    assert cell.step == 0


@pytest.mark.parametrize("rtl", [False, True])
def test_the_cells_of_a_row_lie_beside_each_other_within_the_chart(rtl: bool) -> None:
    chart = heat_map(OBSERVED, EXPECTED, rtl=rtl)
    row = sorted(chart.cells[0], key=lambda cell: cell.x)
    assert row[0].x >= 0
    assert row[-1].x + chart.cell_width <= WIDTH
    assert all(one.x + chart.cell_width < other.x for one, other in pairwise(row))
    assert [cell.middle_x for cell in chart.cells[0]] == list(chart.columns)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 9, 12])
def test_the_names_of_many_labels_stand_upright_above_the_heat_map(size: int) -> None:
    even = [[1.0] * size for _ in range(size)]
    chart = heat_map(even, even)
    assert chart.is_narrow == (size > 5)
    room = chart.top if chart.is_narrow else chart.cell_width + 4
    assert 7 < chart.head * LETTER <= room
    assert chart.cells[0][0].y > chart.top
    assert chart.cells[-1][-1].y + chart.cell_height < chart.height


def test_what_is_not_defined_has_no_place_in_the_dot_plot() -> None:
    whole, pointed, missing = dot_plot(
        [("", estimate(0.5, 0.3, 0.7)), ("sourced", estimate(0.5)), ("editorial", estimate(None))]
    ).dots
    assert whole.low is not None
    assert whole.x is not None
    assert whole.high is not None
    assert whole.low < whole.x < whole.high
    assert (pointed.x, pointed.low, pointed.high) == (whole.x, None, None)
    assert missing.x is None


def test_the_dot_plot_is_mirrored_on_a_right_to_left_page() -> None:
    rows = [("", estimate(0.5, 0.3, 0.7))]
    there, back = dot_plot(rows), dot_plot(rows, rtl=True)
    assert [tick.text for tick in there.ticks] == [tick.text for tick in back.ticks]
    for one, other in zip(there.ticks, back.ticks, strict=True):
        assert one.x + other.x == pytest.approx(WIDTH, abs=0.2)
    assert there.names_x < there.values_x
    assert back.names_x > back.values_x


def test_thresholds_are_named_by_their_numbers() -> None:
    assert [tick.text for tick in dot_plot([]).thresholds] == ["0.667", "0.800"]


def test_the_histogram_keeps_an_empty_place_for_a_number_that_no_claim_has() -> None:
    bars = histogram([(1, 5), (3, 10)]).bars
    assert [(bar.verdicts, bar.claims) for bar in bars] == [(1, 5), (2, 0), (3, 10)]
    assert bars[1].width == 0
    assert bars[2].width == pytest.approx(2 * bars[0].width, abs=0.2)


def test_bars_start_at_the_names_on_either_page() -> None:
    there, back = histogram([(1, 5)]), histogram([(1, 5)], rtl=True)
    assert there.names_x < there.bars[0].x
    assert back.bars[0].x + back.bars[0].width < back.names_x


def test_proportions_have_an_axis_of_their_own_without_thresholds() -> None:
    shares = dot_plot([("sourced", estimate(0.5, 0.3, 0.7))], SHARE_TICKS)
    assert [tick.value for tick in shares.ticks] == [0, 0.25, 0.5, 0.75, 1]
    assert shares.thresholds == ()
    assert shares.dots[0].x == shares.ticks[2].x


def test_longer_names_get_more_room() -> None:
    rows = [("alpha", estimate(0.5))]
    assert dot_plot(rows, left=140).ticks[0].x == 140
    assert dot_plot(rows, left=140).names_x > dot_plot(rows).names_x


def test_a_report_without_verdicts_has_charts_too() -> None:
    nothing = PatternTable(np.zeros((0, 3), dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    report = sample_report(agreement=summarise(nothing, LABELS), scope=replace(sample_report().scope, overlap=()))
    charts = report_charts(report)
    assert charts.overlap.bars == ()
    assert [dot.x for dot in charts.headline.dots] == [None, None]
    assert [dot.x for dot in (*charts.alpha.dots, *charts.disputed.dots)] == [None] * 6


def test_a_report_has_a_dot_for_each_coefficient_and_label() -> None:
    report = sample_report()
    charts = report_charts(report)
    assert [dot.key for dot in charts.headline.dots] == ["percent_agreement", "alpha"]
    assert [dot.key for dot in charts.coefficients.dots] == [row.key for row in report.coefficients]
    for plot in (charts.alpha, charts.prevalence, charts.specific, charts.disputed):
        assert [dot.key for dot in plot.dots] == list(LABELS)
    assert [(bar.verdicts, bar.claims) for bar in charts.overlap.bars] == list(report.scope.overlap)
