"""All tables of the report, in the order of its blocks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotator.services.report_files import agreement_tables, people_tables
from annotator.services.report_files.names import Names
from annotator.services.report_files.table import Table

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import Report


def tables(report: "Report") -> Iterator[Table]:
    """Yield every table of the report; a block that does not apply is a table without rows."""
    names = Names.of(report)
    yield from agreement_tables.whole(report)
    yield from agreement_tables.of_labels(report)
    yield from agreement_tables.of_claims(report, names)
    yield from agreement_tables.of_articles(report, names)
    yield from people_tables.of_reviewers(report, names)
    yield from agreement_tables.of_weeks(report, names)
    yield from people_tables.of_aggregation(report, names)
    yield from people_tables.of_words(report)
    yield from people_tables.of_desk(report, names)
