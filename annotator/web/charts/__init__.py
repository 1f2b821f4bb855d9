"""Geometry of the report's charts: plain numbers for the macros that draw them, one chart in each module.

A chart is 400 units wide. On a right-to-left page x runs the other way, the text with it; `Axis` knows how. No colours
and no style stand here: the stylesheet themes the classes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.domain.intervals import Estimate
from annotator.web.charts.axes import SHARE_TICKS
from annotator.web.charts.dot_plot import DotPlot, dot_plot
from annotator.web.charts.heat_map import HeatMap, heat_map
from annotator.web.charts.histogram import Histogram, histogram
from annotator.web.charts.lower import LowerCharts, lower_charts

if TYPE_CHECKING:
    from annotator.domain.report import Report


@dataclass(frozen=True, slots=True)
class ReportCharts:
    """The charts of one report."""

    headline: DotPlot
    coefficients: DotPlot
    alpha: DotPlot
    prevalence: DotPlot
    specific: DotPlot
    disputed: DotPlot
    confusion: HeatMap
    overlap: Histogram
    lower: LowerCharts


def report_charts(report: "Report", *, rtl: bool = False) -> ReportCharts:
    """Lay out the charts of a report."""
    found = report.agreement
    return ReportCharts(
        headline=dot_plot(
            [("percent_agreement", found.percent_agreement), ("alpha", found.alpha)], left=120.0, rtl=rtl
        ),
        coefficients=dot_plot([(row.key, row.estimate) for row in report.coefficients], left=136.0, rtl=rtl),
        alpha=dot_plot([(label.label, label.alpha) for label in found.by_label], rtl=rtl),
        prevalence=dot_plot([(label.label, label.prevalence) for label in found.by_label], SHARE_TICKS, rtl=rtl),
        specific=dot_plot([(label.label, label.specific_agreement) for label in found.by_label], SHARE_TICKS, rtl=rtl),
        disputed=dot_plot(disputed_of(report), SHARE_TICKS, rtl=rtl),
        confusion=heat_map(found.coincidences, found.expected_coincidences, rtl=rtl),
        overlap=histogram(report.scope.overlap, rtl=rtl),
        lower=lower_charts(report, rtl=rtl),
    )


def disputed_of(report: "Report") -> list[tuple[str, Estimate]]:
    """Return the share of all disagreement in which each label takes part; it has no interval."""
    found = report.agreement
    return [
        (label.label, Estimate(report.disputed_share(label.label), None, None, found.alpha.n, found.alpha.clusters))
        for label in found.by_label
    ]
