"""The report as LaTeX: tables for a paper (booktabs), a methods paragraph, and one file that compiles alone.

Every text that somebody wrote goes through `escaped`. pdfTeX knows no scripts but the Latin one: there, text in another
stands as […], and LuaTeX or XeTeX write it with a font that has it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from annotator.services.report_files import figures
from annotator.services.report_files.csv import zipped
from annotator.services.report_files.methods import REFERENCES, paragraph
from annotator.services.report_files.names import NOTES, WARNINGS, Names, coefficient, limited

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.intervals import Estimate
    from annotator.domain.report import Report

MEDIA_TYPE = "application/zip"

APART = "\x00"
"""Stands between two signs that LaTeX would make one of."""
SPECIAL: Mapping[str, str] = MappingProxyType(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
        "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
        "[": "{[}", "]": "{]}", "*": "{*}", APART: "{}",
        "–": "--", "—": "---", "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}",
        "‘": r"\textquoteleft{}",
        "’": r"\textquoteright{}", "…": r"\ldots{}", "\u00a0": "~", "§": r"\S{}", "°": r"\textdegree{}",
    }
)  # fmt: skip
"""What LaTeX would take for something else, alone or together with its neighbour, or at the start of a row."""
LATIN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ¡¿«»"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮů"
    "ŰűŸŹźŻżŽžİıȘșȚț"
)
"""Letters beyond ASCII that the T1 encoding has, which pdfTeX uses."""
_PLAIN = re.escape("".join(map(chr, range(32, 127))) + "".join(sorted(LATIN)) + "".join(SPECIAL))
OTHER = re.compile(rf"[^{_PLAIN}]+(?: +[^{_PLAIN}]+)*")
"""What pdfTeX cannot set, several words of it together."""
DOUBLED = re.compile(r"([-,])(?=\1)")
MINUS = re.compile(r"(?<![\w.-])-(?=\d)")
PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[margin=25mm]{geometry}
\usepackage{booktabs,longtable,graphicx}
\ifdefined\directlua \usepackage{fontspec}\else\ifdefined\XeTeXversion \usepackage{fontspec}\else
\usepackage[T1]{fontenc}\usepackage{textcomp}\fi\fi
"""
MACROS = r"""\providecommand{\otherscript}[1]{%
\ifdefined\directlua #1\else\ifdefined\XeTeXversion #1\else [\ldots{}]\fi\fi}
\providecommand{\fitted}[1]{\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{#1}}
"""
HEAD = r"""% {name}: of the disagreement report of {project}, data {data}.
% Needs: \usepackage{{booktabs,longtable,graphicx}}
"""


def write(report: "Report") -> Iterator[bytes]:
    """Yield a ZIP with a file a table, the paragraph, and report.tex, which has them all and compiles alone."""
    found = parts(report)
    members = [(f"{name}.tex", iter([head(report, name), MACROS, text])) for name, text in found.items()]
    return zipped(report, [("report.tex", iter([whole(report, found)])), *members])


def parts(report: "Report") -> dict[str, str]:
    """Return the texts by name, without preamble."""
    makers: dict[str, Callable[[Report], str]] = {
        "methods": methods, "coefficients": coefficients, "labels": labels, "confusion": confusion,
        "reviewers": reviewers, "pairs": pairs,
    }  # fmt: skip
    return {name: make(report) for name, make in makers.items()}


def whole(report: "Report", found: Mapping[str, str]) -> str:
    """Return the file that compiles alone."""
    made = report.identity
    notes = [WARNINGS[code] for code in report.warnings if code in WARNINGS]
    notes += [NOTES[code] for code in report.notes if code in NOTES]
    listed = "".join(f"\\item {escaped(note)}\n" for note in notes)
    return "\n".join(
        (
            PREAMBLE + MACROS + r"\begin{document}",
            rf"\title{{Disagreement report: {escaped(made.project_name)}}}",
            rf"\author{{Claim Annotator {escaped(made.software)}}}\date{{{made.made_at:%Y-%m-%d}}}\maketitle",
            rf"\noindent Limited to: {escaped(limited(report))}.",
            f"\\begin{{itemize}}\n{listed}\\end{{itemize}}" if notes else "",
            r"\section*{Methods}",
            found["methods"],
            r"\section*{Tables}",
            *(text for name, text in found.items() if name != "methods"),
            r"\section*{References}",
            *(escaped(reference) + "\n" for reference in REFERENCES),
            r"\end{document}",
            "",
        )
    )


def head(report: "Report", name: str) -> str:
    """Return the comment at a file's beginning."""
    made = report.identity
    return HEAD.format(name=f"{name}.tex", project=made.project, data=made.data_hash)


def methods(report: "Report") -> str:
    """Return the methods paragraph."""
    return escaped(paragraph(report)) + "\n"


def coefficients(report: "Report") -> str:
    """Return all measures with their intervals and what is expected by chance."""
    rows = (
        (coefficient(row.key), *cells(row.estimate), "–" if row.expected is None else figures.decimal(row.expected))
        for row in report.coefficients
    )
    head = ("Coefficient", "Value", "95 % interval", "n", "Expected by chance")
    return table("Measures of agreement; n: claims with two verdicts or more", "lrrrr", head, rows)


def labels(report: "Report") -> str:
    """Return agreement by label."""
    names = Names.of(report)
    rows = (
        (
            names.label(row.label), f"{row.verdicts:,}", with_bounds(row.prevalence),
            with_bounds(row.specific_agreement), *cells(row.alpha),
        )
        for row in report.agreement.by_label
    )  # fmt: skip
    head = ("Label", "Verdicts", "Share", "Given again", "Alpha", "95 % interval", "n")
    caption = "Agreement by label; given again: chance that another verdict agrees with one of this label"
    return table(caption, "lrrrrrr", head, rows)


def confusion(report: "Report") -> str:
    """Return which labels met on a claim, beside what is expected by chance."""
    found = report.agreement
    rows = (
        (label.name, *(f"{seen:.1f} ({chance:.1f})" for seen, chance in zip(row, by_chance, strict=True)))
        for label, row, by_chance in zip(
            report.labels, found.coincidences, found.expected_coincidences, strict=True
        )
    )  # fmt: skip
    head = ("Observed (expected)", *(label.short for label in report.labels))
    caption = "Coincidences of labels on one claim, observed (expected by chance)"
    return table(caption, "l" + "r" * len(report.labels), head, rows)


def reviewers(report: "Report") -> str:
    """Return the reviewers beside the others, in no order of merit."""
    names = Names.of(report)
    rows = (
        (
            names.reviewers[row.reviewer], f"{row.verdicts:,}", *cells(row.with_others),
            figures.decimal(row.alpha_without),
            figures.estimate(row.competence).partition(" (")[0] if row.competence else "–",
        )
        for row in report.by_reviewer
    )  # fmt: skip
    head = ("Reviewer", "Verdicts", "With others", "95 % interval", "n", "Alpha without", "Competence")
    caption = (
        "Reviewers, in no order of merit; with others: chance that another verdict on the claim is the same; "
        "competence: estimated from agreement with the others, not from a known truth"
    )
    return long_table(caption, "lrrrrrr", head, rows)


def pairs(report: "Report") -> str:
    """Return the pairs of reviewers."""
    names = Names.of(report)
    rows = (
        (
            f"{names.reviewers[row.first]} / {names.reviewers[row.second]}", f"{row.claims:,}",
            *cells(row.percent_agreement)[:2], *cells(row.cohen_kappa)[:2],
        )
        for row in report.pairs
    )  # fmt: skip
    head = ("Reviewers", "Claims", "Raw agreement", "95 % interval", "Cohen’s kappa", "95 % interval")
    return long_table("Pairs of reviewers on the claims that both labelled", "lrrrrr", head, rows)


def with_bounds(found: "Estimate") -> str:
    """Return a share with its interval, in one cell."""
    if found.low is None or found.high is None:
        return figures.percent(found.value)
    return f"{figures.percent(found.value)} ({figures.percent(found.low)} to {figures.percent(found.high)})"


def cells(found: "Estimate") -> tuple[str, str, str]:
    """Return an estimate's value, interval and n."""
    has_interval = found.value is not None and found.low is not None and found.high is not None
    return figures.decimal(found.value), figures.bounds(found) if has_interval else "–", f"{found.n:,}"


def table(caption: str, columns: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table that fits the line."""
    return "\n".join(
        (
            r"\begin{table}[htbp]\centering",
            rf"\caption{{{escaped(caption)}}}",
            rf"\fitted{{\begin{{tabular}}{{{columns}}}",
            rf"\toprule {row(head)}",
            r"\midrule",
            *map(row, rows),
            r"\bottomrule",
            r"\end{tabular}}",
            r"\end{table}",
            "",
        )
    )


def long_table(caption: str, columns: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table that goes on over pages."""
    return "\n".join(
        (
            rf"{{\footnotesize\setlength{{\tabcolsep}}{{3pt}}\begin{{longtable}}{{{columns}}}",
            rf"\caption{{{escaped(caption)}}}\\",
            rf"\toprule {row(head)}",
            r"\midrule\endhead",
            *map(row, rows),
            r"\bottomrule",
            r"\end{longtable}}",
            "",
        )
    )


def row(found: Sequence[str]) -> str:
    """Return a row of a table."""
    return " & ".join(map(escaped, found)) + r" \\"


def escaped(text: str) -> str:
    """Return text that LaTeX sets as it is: on one line, without what nobody sees."""
    seen = " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C").split())
    done, at = [], 0
    for found in OTHER.finditer(seen):
        done += [known(seen[at : found.start()]), rf"\otherscript{{{found[0]}}}"]
        at = found.end()
    return "".join([*done, known(seen[at:])])


def known(text: str) -> str:
    """Return text of Latin letters and signs as LaTeX reads it; a sign before a number is a minus."""
    apart = DOUBLED.sub(rf"\1{APART}", text)
    return "$-$".join("".join(SPECIAL.get(c, c) for c in part) for part in MINUS.split(apart))
