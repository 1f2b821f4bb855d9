"""The report as a file that opens without the site: one HTML page with its style, or one chart as SVG."""

from functools import cache
from typing import TYPE_CHECKING, Any

from flask import render_template
from markupsafe import Markup

from annotator import paths
from annotator.domain.languages import direction_of
from annotator.web.language import chosen
from annotator.web.offline import charts_of, offline, picture
from annotator.web.report_claims import ALL, ContestedList
from annotator.web.scripts import lean_style

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from collections.abc import Sequence

    from annotator.domain.report import Contested, Report


def html_file(report: "Report") -> str:
    """Return the report as a page that stands alone: people by pseudonym, no link out of it, no script."""
    return render_template("reports/file.html", report=report, style=style(), blocks=blocks(report))


def blocks(report: "Report") -> Markup:
    """Return all blocks of the report as they can stand without the site."""
    return offline(render_template("reports/blocks.html", **context(report)))


def chart_file(report: "Report", name: str) -> str | None:
    """Return one of the report's charts as an SVG file of its own; None if it has none of this name."""
    found = charts_of(render_template("reports/blocks.html", **context(report))).get(name)
    return picture(found) if found else None


def context(report: "Report") -> dict[str, Any]:
    """Return what the blocks need to be drawn apart from the site."""
    from annotator.web.charts import report_charts  # numpy comes with it, which no other page needs

    return {
        "report": report,
        "charts": report_charts(report, rtl=direction_of(chosen()) == "rtl"),
        "names": tuple(reviewer.pseudonym for reviewer in report.reviewers),
        "contested_list": whole_list,
        "is_offline": True,
        "is_frozen": True,
        "can": lambda _name: False,
    }


def whole_list(contested: "Sequence[Contested]") -> ContestedList:
    """Return all contested claims, whatever the address asks for."""
    return ContestedList(contested, (), ALL)


@cache
def style() -> Markup:
    """Return the stylesheet as an element; it names no other file."""
    source = lean_style((paths.static() / "annotator.css").read_text("utf-8"))
    if "url(" in source or "</" in source:
        raise ValueError("a stylesheet that names files cannot stand alone")
    return Markup("<style>\n{}</style>").format(Markup(source))  # noqa: S704 (it is our own)
