"""The geometry of the charts about claims, articles, reviewers and weeks, on pages written from either side."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from annotator.domain.intervals import Estimate
from annotator.domain.report import ArticleAgreement, Milestone
from annotator.web.charts import report_charts
from annotator.web.charts.axes import WIDTH
from annotator.web.charts.funnel import BASE, TOP, funnel, whole_ticks
from annotator.web.charts.profiles import profile
from annotator.web.charts.ranges import range_plot
from annotator.web.charts.strip import MOST, strip
from annotator.web.charts.votes import WIDTH as BAR
from annotator.web.charts.votes import vote_bar
from annotator.web.charts.weekly import chosen_days, weekly
from tests.sample_report import sample_report

MONDAY = date(2025, 9, 1)
TICKS = (0.0, 0.5, 1.0)


def estimate(value: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(value, low, high, n=30, clusters=5)


def article(number: int, claims: int, agreement: float | None, *, is_outside: bool = False) -> ArticleAgreement:
    limits = (0.7 - 1 / claims, 0.7 + 1 / claims) if claims else None
    heat = None if agreement is None else 1 - agreement
    return ArticleAgreement(number, claims, agreement, None, heat, limits, is_outside)


@pytest.mark.parametrize("rtl", [False, True])
def test_the_parts_of_a_bar_fill_it_in_the_order_of_reading(rtl: bool) -> None:
    parts = vote_bar([("sourced", 2), ("editorial", 1)], rtl=rtl)
    placed = sorted(parts, key=lambda part: part.x, reverse=rtl)
    assert [part.label for part in placed] == ["sourced", "editorial"]
    assert min(part.x for part in parts) == pytest.approx(0, abs=2.1)
    assert max(part.x + part.width for part in parts) == pytest.approx(BAR, abs=2.1)
    assert parts[0].width == pytest.approx(2 * parts[1].width, abs=4)
    for one, other in pairwise(sorted(parts, key=lambda part: part.x)):
        assert one.x + one.width < other.x


def test_a_part_without_room_shows_its_number_alone() -> None:
    wide, narrow = vote_bar([("sourced", 19), ("editorial", 1)])
    assert wide.mark_x is not None
    assert narrow.mark_x is None
    assert narrow.x < narrow.text_x < narrow.x + narrow.width


def test_the_mark_stands_before_its_number_on_either_page() -> None:
    there, back = vote_bar([("sourced", 1)])[0], vote_bar([("sourced", 1)], rtl=True)[0]
    assert there.mark_x is not None
    assert back.mark_x is not None
    assert there.mark_x < there.text_x
    assert back.mark_x > back.text_x


def test_what_is_not_defined_has_no_place_and_what_has_no_interval_no_ends() -> None:
    row, missing = range_plot(
        [("a", (estimate(0.5, 0.4, 0.6), estimate(0.3))), ("b", (estimate(None), estimate(None)))]
    ).rows
    raw, alpha = row.ranges
    assert raw.low is not None
    assert raw.x is not None
    assert raw.high is not None
    assert raw.low < raw.x < raw.high
    assert alpha.x is not None
    assert (alpha.low, alpha.high) == (None, None)
    assert raw.y < row.y < alpha.y
    assert [one.x for one in missing.ranges] == [None, None]


def test_estimates_are_mirrored_on_a_right_to_left_page() -> None:
    rows = [("a", (estimate(0.5, 0.3, 0.7),))]
    there, back = range_plot(rows), range_plot(rows, rtl=True)
    for one, other in zip(there.ticks, back.ticks, strict=True):
        assert one.x + other.x == pytest.approx(WIDTH, abs=0.2)
        assert one.value == other.value
    assert there.names_x < there.values_x
    assert back.names_x > back.values_x


@pytest.mark.parametrize("rtl", [False, True])
def test_only_articles_outside_the_limits_are_numbered(rtl: bool) -> None:
    articles = [article(7, 8, 0.2, is_outside=True), article(8, 20, 0.7), article(9, 40, 0.1, is_outside=True)]
    chart = funnel(articles, 0.7, rtl=rtl)
    assert [(point.article_id, point.number) for point in chart.points] == [(7, 1), (8, None), (9, 2)]
    assert chart.outside == (7, 9)
    assert all(0 <= point.x <= WIDTH and TOP <= point.y <= BASE for point in chart.points)
    assert sorted((point.x for point in chart.points), reverse=rtl) == [point.x for point in chart.points]
    assert len(chart.band.split()) == 6


def test_an_article_without_a_pair_has_no_point_and_no_shade() -> None:
    articles = [article(1, 0, None), article(2, 12, 0.5)]
    assert [point.article_id for point in funnel(articles, None).points] == [2]
    assert [cell.step for cell in strip(articles)] == [None, 3]


@pytest.mark.parametrize(("most", "last"), [(1, 1), (7, 8), (30, 30), (31, 40), (990, 1000), (4001, 5000)])
def test_the_ticks_of_a_count_are_round_and_reach_beyond_it(most: int, last: int) -> None:
    ticks = whole_ticks(most)
    assert ticks[0] == 0
    assert ticks[-1] == last
    assert 2 <= len(ticks) <= 6


def test_the_strip_holds_the_articles_in_the_order_in_which_they_came() -> None:
    cells = strip([article(9, 10, 0.9), article(3, 10, 0.0), article(5, 10, 0.5)])
    assert [cell.article_id for cell in cells] == [3, 5, 9]
    assert [(cell.step, cell.flipped) for cell in cells] == [(6, True), (3, False), (0, False)]
    assert len(strip([article(number, 10, 0.5) for number in range(1, MOST + 50)])) == MOST


def test_a_week_that_is_not_defined_interrupts_the_line() -> None:
    values = [estimate(0.5, 0.4, 0.6), estimate(0.6, 0.5, 0.7), estimate(None), estimate(0.7), estimate(0.8, 0.7, 0.9)]
    weeks = [(MONDAY + timedelta(weeks=number), value) for number, value in enumerate(values)]
    chart = weekly(weeks, [], TICKS)
    assert [len(line.split()) for line in chart.lines] == [2, 2]
    assert [len(band.split()) for band in chart.bands] == [4]
    assert len(chart.spots) == 4
    assert chart.spots[0].y > chart.spots[-1].y


def test_days_to_know_stand_between_the_weeks_and_others_are_left_out() -> None:
    weeks = [(MONDAY + timedelta(weeks=number), estimate(0.5)) for number in range(3)]
    days = [
        Milestone(MONDAY - timedelta(days=90), "version", 1),
        Milestone(MONDAY + timedelta(days=9), "version", 2),
        Milestone(MONDAY + timedelta(days=90), "reviewer", 0),
    ]
    there, back = weekly(weeks, days, TICKS), weekly(weeks, days, TICKS, rtl=True)
    assert [event.number for event in there.events] == [2]
    assert there.spots[1].x < there.events[0].x < there.spots[2].x
    assert back.spots[2].x < back.events[0].x < back.spots[1].x


@pytest.mark.parametrize("count", [1, 2, 5, 6, 9, 52, 53])
def test_a_few_days_are_written_the_first_and_the_last_among_them(count: int) -> None:
    mondays = [MONDAY + timedelta(weeks=number) for number in range(count)]
    chosen = chosen_days(mondays)
    assert (chosen[0], chosen[-1]) == (mondays[0], mondays[-1])
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= 5


def test_a_share_is_a_bar_and_the_others_share_a_line_across_it() -> None:
    bars = profile([0.5, 0.0, None], [0.25, 0.75, None]).bars
    assert bars[0].mark is not None
    assert bars[0].x < bars[0].mark < bars[0].x + bars[0].width
    assert (bars[1].width, bars[2].share, bars[2].mark) == (0, None, None)
    assert bars[1].mark is not None
    assert bars[1].value_x > bars[1].mark
    mirrored = profile([0.5], [0.25], rtl=True).bars[0]
    assert mirrored.mark is not None
    assert mirrored.x < mirrored.mark < mirrored.x + mirrored.width


def test_a_report_with_every_block_has_every_chart_and_one_without_has_none() -> None:
    full = report_charts(sample_report()).lower
    assert set(full.breakdowns) == {"outlet", "language", "version"}
    assert None not in {full.words, full.fields, full.against_desk, full.settled, full.rounds, full.weekly_raw}
    assert set(full.votes) == {claim.claim_id for claim in sample_report().contested}
    nothing = {"contested": (), "articles": (), "by_reviewer": (), "fields": (), "breakdowns": ()}
    gone = {"drift": None, "words": None, "adjudicated": None, "revision": None}
    empty = report_charts(sample_report(**nothing, **gone)).lower
    assert {empty.words, empty.fields, empty.against_desk, empty.settled, empty.rounds, empty.weekly_raw} == {None}
    assert (empty.strip, empty.funnel.points, empty.competence.rows) == ((), (), ())
