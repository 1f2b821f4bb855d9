"""The report as CSV: a ZIP with a file a table and a README that says what each column holds."""

import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from annotator.services.exports.csv import write as write_table
from annotator.services.report_files.methods import paragraph
from annotator.services.report_files.names import Names
from annotator.services.report_files.table import Table
from annotator.services.report_files.tables import tables

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import Report

MEDIA_TYPE = "application/zip"
EARLIEST = 1980
"""A ZIP knows no year before."""

README = """\
Disagreement report of {project}

One CSV file a table (UTF-8, comma, double quotes). The columns are named in the first line.

A column X of an estimate comes with X_low and X_high (its 95 % interval), X_n (the claims that it rests on) and
X_articles (the articles in which they stand). An empty cell is not defined, or does not apply. Numbers have their full
precision; shares are of 1. Labels are given by their key, reviewers by pseudonym. An apostrophe before = + - @ and the
like keeps a spreadsheet from running text as a formula: take the first one away to have the text as it was.

Labels
{labels}

Tables
{tables}

Methods
{methods}
"""


class Sink:
    """Keeps what a ZIP's writer hands on until it is taken: so the whole is never in memory."""

    def __init__(self) -> None:
        """Begin empty."""
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Keep a part."""
        if part:
            self.parts.append(bytes(part))
        return len(part)

    def close(self) -> None:
        """Do nothing: parts are still to be taken."""

    def flush(self) -> None:
        """Do nothing: parts are there at once."""

    def take(self) -> bytes:
        """Return what came since the last time."""
        taken, self.parts = b"".join(self.parts), []
        return taken


def write(report: "Report") -> Iterator[bytes]:
    """Yield the ZIP in parts, row by row; the same report gives the same bytes."""
    found = list(tables(report))
    members = [("README.txt", iter([readme(report, found)]))]
    members += [(f"{table.name}.csv", lines(table)) for table in found]
    return zipped(report, members)


def zipped(report: "Report", members: list[tuple[str, Iterator[str]]]) -> Iterator[bytes]:
    """Yield a ZIP of texts in parts; its files bear the report's own time."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, texts in members:
            with archive.open(member(report, name), "w") as file:
                for part in texts:
                    file.write(part.encode())
                    if sink.parts:  # an empty part would end an answer that is sent in chunks
                        yield sink.take()
    yield sink.take()


def member(report: "Report", name: str) -> zipfile.ZipInfo:
    """Return what a ZIP says of a file in it."""
    at = report.identity.made_at
    info = zipfile.ZipInfo(name, (max(at.year, EARLIEST), at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


def lines(table: Table) -> Iterator[str]:
    """Yield a table's lines, the head first."""
    rows: Iterator[dict[str, Any]] = ({name: row.get(name) for name in table.columns} for row in table.rows)
    return write_table(rows, table.columns)


def readme(report: "Report", found: list[Table]) -> str:
    """Return what the files hold."""
    names = Names.of(report)
    return README.format(
        project=f"{report.identity.project_name} ({report.identity.project})",
        labels="\n".join(f"  {label.key}: {names.label(label.key)}" for label in report.labels),
        tables="\n".join(
            f"  {table.name}.csv: one row is {table.meaning}.\n    {', '.join(table.columns)}" for table in found
        ),
        methods=paragraph(report),
    )
