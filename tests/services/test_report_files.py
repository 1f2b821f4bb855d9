"""The report's files: the same numbers in each, everything back from JSON, and nothing in them that runs or breaks."""

import csv
import io
import json
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.intervals import Estimate
from annotator.domain.report import ArticleName, LabelName, Report, Reviewer
from annotator.domain.report_filter import Filter
from annotator.services.report_files import csv as csv_file
from annotator.services.report_files import figures, latex
from annotator.services.report_files import json as json_file
from annotator.services.report_files import text as text_file
from annotator.services.report_files.forms import FORMS, WRITERS
from annotator.services.report_files.methods import paragraph
from annotator.services.report_files.tables import tables
from tests.latex import mistakes, readable
from tests.sample_report import NOT_DEFINED, sample_report

Rows = list[dict[str, str]]
HOSTILE = (
    '=cmd|"/C calc"!A1 \\input{/etc/passwd} $x_1^2$ 100% #1 & <script>alert(1)</script> \u202eabc '
    "{[*]} ~`' -1 -- نص 🚢"
)


def compilers() -> list[str]:
    """Return the LaTeX of this machine; without one, the strict reader of tests/latex.py stands alone, and says so."""
    latex_here, finder = shutil.which("pdflatex"), shutil.which("kpsewhich")
    if latex_here is None or finder is None:
        return ["none here"]
    needed = ["booktabs.sty", "longtable.sty", "graphicx.sty", "geometry.sty", "t1enc.def"]
    found = subprocess.run([finder, *needed], capture_output=True, check=False).stdout.split()
    return [latex_here] if len(found) == len(needed) else ["none here"]


@pytest.fixture
def report() -> Report:
    return sample_report()


def hostile() -> Report:
    """Return a report in which all that people wrote is an attack."""
    made = sample_report()
    return replace(
        made,
        identity=replace(made.identity, project_name=HOSTILE),
        labels=tuple(LabelName(label.key, HOSTILE, HOSTILE, label.mark) for label in made.labels),
        reviewers=tuple(Reviewer(one.id, HOSTILE) for one in made.reviewers),
        article_names=tuple(ArticleName(one.id, HOSTILE, HOSTILE, "en", "ltr", HOSTILE) for one in made.article_names),
        contested=tuple(
            replace(
                claim,
                quote=f"{HOSTILE}\r\n\\end{{document}}",
                votes=tuple(replace(vote, notes=((vote.reviewers[0], HOSTILE),)) for vote in claim.votes),
            )
            for claim in made.contested
        ),
    )


def members(body: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def written(report: Report, form: str) -> dict[str, str]:
    """Return a form's texts by the name of their file."""
    body = b"".join(WRITERS[form](report))
    return members(body) if FORMS[form].is_binary else {form: body.decode()}


def rows(report: Report) -> dict[str, Rows]:
    """Return the tables of the CSV form, read as a stranger would."""
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        for name, text in written(report, "csv").items()
        if name.endswith(".csv")
    }


def headline_figures(report: Report) -> Iterator[tuple[str, str, Estimate]]:
    """Yield the figures that every form has: table, key, estimate."""
    for row in report.coefficients:
        yield "coefficients", row.key, row.estimate
    for label in report.agreement.by_label:
        yield "labels", label.label, label.alpha
    for person in report.by_reviewer:
        yield "reviewers", report.reviewers[person.reviewer].pseudonym, person.with_others


def value_in_csv(found: dict[str, Rows], table: str, key: str) -> list[float | None]:
    column = {"coefficients": ("key", "value"), "labels": ("label", "alpha"), "reviewers": ("reviewer", "with_others")}
    name, value = column[table]
    row = next(row for row in found[table] if row[name] == key)
    return [float(row[value + part]) if row[value + part] else None for part in ("", "_low", "_high")]


def test_json_has_every_number_and_gives_the_report_back(report: Report) -> None:
    text = json_file.text(report)
    assert json_file.read(text) == report
    assert json_file.text(json_file.read(text)) == text
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    told = json.loads(text)
    assert list(told)[:4] == ["schema", "identity", "filter", "labels"]
    assert told["agreement"]["alpha"]["value"] == report.agreement.alpha.value
    assert told["words"]["agreement"][2]["dice"]["value"] is None
    assert told["identity"]["made_at"] == "2025-11-24T09:30:00+00:00"


def test_a_report_without_its_blocks_comes_back_too() -> None:
    bare = sample_report(
        drift=None, aggregation=None, words=None, fields=(), breakdowns=(), adjudicated=None, revision=None, pairs=(),
        contested=(), confused=(), articles=(), by_reviewer=(), filter=Filter(articles=(3,), labels=("sourced",)),
    )  # fmt: skip
    assert json_file.read(json_file.text(bare)) == bare
    assert all(written(bare, form) for form in ("text", "csv", "latex"))


@pytest.mark.parametrize("wrong", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1}', '{"schema": 1, "identity": 3}'])
def test_what_is_no_report_is_refused(wrong: str) -> None:
    with pytest.raises(json_file.Unreadable):
        json_file.read(wrong)


def test_a_number_that_is_none_never_leaves_the_house(report: Report) -> None:
    agreement = replace(report.agreement, alpha=Estimate(math.nan, None, None, 0, 0))
    with pytest.raises(ValueError, match="JSON"):
        json_file.text(replace(report, agreement=agreement))


def test_the_figures_are_the_same_in_every_form(report: Report) -> None:
    tables_, text = rows(report), written(report, "text")["text"]
    whole = readable(written(report, "latex")["report.tex"])
    for table, key, found in headline_figures(report):
        assert value_in_csv(tables_, table, key) == [found.value, found.low, found.high]
        assert figures.estimate(found) in text
        assert re.search(rf"{re.escape(figures.decimal(found.value))} & .*{found.n} ", whole), (table, key)
    raw, alpha = report.agreement.percent_agreement, report.agreement.alpha
    for sentence in (paragraph(report), text, whole):
        assert f"Raw agreement was {figures.decimal(raw.value)} ({figures.bounds(raw)})" in sentence
        assert f"alpha {figures.decimal(alpha.value)} ({figures.bounds(alpha)})" in sentence


def test_every_coincidence_stands_in_csv_text_and_latex(report: Report) -> None:
    cells = rows(report)["coincidences"]
    text, whole = written(report, "text")["text"], readable(written(report, "latex")["confusion.tex"])
    expected = [cell for row in report.agreement.coincidences for cell in row]
    assert [float(cell["observed"]) for cell in cells] == expected
    assert all(f"{cell:.1f} (" in whole and f"{cell:.1f} " in text for cell in expected)


def test_csv_tables_have_the_columns_that_the_readme_names(report: Report) -> None:
    found = written(report, "csv")
    for table in tables(report):
        head = found[f"{table.name}.csv"].partition("\r\n")[0].removeprefix("\ufeff")
        assert head.split(",") == list(table.columns)
        assert f"{table.name}.csv: one row is {table.meaning}." in found["README.txt"]
        assert ", ".join(table.columns) in found["README.txt"]
    assert paragraph(report) in found["README.txt"]


def test_every_block_is_in_the_tables(report: Report) -> None:
    found = rows(report)
    assert not [name for name, table in found.items() if not table]
    assert len(found["votes"]) == 3 * len({claim.claim_id for claim in report.contested})
    assert [row["word"] for row in found["loaded_words"]] == ["brutality", "greedy"]
    assert found["word_agreement"][2]["dice"] == ""
    assert found["articles"][0]["outside"] == "true"


@pytest.mark.parametrize("form", ["json", "csv", "latex", "text"])
def test_the_same_report_gives_the_same_bytes(report: Report, form: str) -> None:
    parts = list(WRITERS[form](report))
    assert all(parts)
    assert b"".join(parts) == b"".join(WRITERS[form](sample_report()))


@pytest.mark.parametrize("form", ["json", "csv", "latex", "text"])
def test_no_form_names_anybody(report: Report, form: str) -> None:
    named = replace(report, reviewers=tuple(replace(one, name="Ines Real") for one in report.reviewers))
    texts = written(named, form) if form != "json" else {}
    assert not [name for name, text in texts.items() if "Ines Real" in text]


def test_no_cell_of_a_spreadsheet_runs() -> None:
    cells = [cell for table in rows(hostile()).values() for row in table for cell in row.values()]
    numbers = re.compile(r"-?\d[\d.e+-]*")
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n") and not numbers.fullmatch(cell)]
    assert any(cell == f"'{HOSTILE}" for cell in cells)


def test_a_terminal_gets_nothing_that_moves_its_cursor() -> None:
    text = written(hostile(), "text")["text"]
    assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]


@pytest.mark.parametrize("make", [sample_report, hostile])
def test_latex_has_no_mistakes(make: Any) -> None:
    found = written(make(), "latex")
    names = ("report", "methods", "coefficients", "labels", "confusion", "reviewers", "pairs")
    assert list(found) == [f"{name}.tex" for name in names]
    assert not {name: wrong for name, text in found.items() if (wrong := mistakes(text))}


def test_latex_escapes_every_character_back_and_forth() -> None:
    plain = "".join(map(chr, range(33, 127))) + "ÄÖÜßéçñøåłšž “q” ‘q’ – — … §"
    assert readable(latex.escaped(plain)) == plain
    assert readable(latex.escaped("-0.05 to 0.10")) == "-0.05 to 0.10"
    assert latex.escaped("a\x00\u202e\nb\u200b") == "a b"
    assert latex.escaped("نص عربي and 🚢") == r"\otherscript{نص عربي} and \otherscript{🚢}"


@pytest.mark.parametrize("compiler", compilers())
def test_latex_compiles_with_what_is_installed(compiler: str, tmp_path: Path) -> None:
    """Compile it; where the test's name says "none here", it is only looked over."""
    whole = written(hostile(), "latex")["report.tex"]
    assert mistakes(whole) == []
    if compiler != "none here":
        (tmp_path / "report.tex").write_text(whole, encoding="utf-8")
        command = [
            compiler,
            "-interaction=nonstopmode",
            "-halt-on-error",
            "-no-shell-escape",
            "-draftmode",
            "report.tex",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


def test_the_methods_paragraph_says_what_a_paper_needs(report: Report) -> None:
    told = paragraph(report)
    made, scope = report.identity, report.scope
    for fact in (
        f"{scope.reviewers} reviewers", f"{scope.verdicts} verdicts", "nominal", "Krippendorff’s alpha", "missing",
        "jackknife", f"here {report.agreement.alpha.clusters - 1}", made.software, made.data_hash, f"seed {made.seed}",
        f"codebook version {made.codebook_version}", "Dawid and Skene (1979)", f"event {made.last_event}",
    ):  # fmt: skip
        assert fact in told, fact
    assert "limited" not in told
    limited = paragraph(
        replace(report, filter=Filter(reviewers=(11,), labels=("editorial",), version=2, round="first"))
    )
    assert "limited to verdicts of amber-gull; claims that somebody labelled Editorial" in limited
    assert "under version 2 of the codebook; first verdicts" in limited


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert (figures.decimal(-0.004), figures.percent(-0.004), figures.decimal(-0.006)) == ("0.00", "0 %", "-0.01")


def test_the_text_gives_an_interval_to_each_number_of_a_label(report: Report) -> None:
    told = text_file.text(report)
    for row in report.agreement.by_label:
        for name, found in (("share of labels", row.prevalence), ("given again", row.specific_agreement)):
            assert f"      {name:17}{figures.estimate(found, figures.percent)}\n" in told


def test_what_is_not_defined_is_never_a_number() -> None:
    assert figures.estimate(NOT_DEFINED) == "not defined (n = 0 claims in 0 articles)"
    assert figures.estimate(Estimate(0.4, None, None, 1, 1)) == "0.40 (interval not defined; n = 1 claim in 1 article)"
    assert [figures.probability(p) for p in (None, 0.0, 0.3, 0.999)] == [
        "not defined",
        "below 0.01",
        "0.30",
        "above 0.99",
    ]
    assert [text_file.p_bias(p) for p in (None, 1e-9, 0.0136)] == ["p not defined", "p below 0.001", "p = 0.014"]
    assert figures.interval(Estimate(0.4, None, None, 1, 1)) == "interval not defined"
    assert text_file.line("a\x1b[2Jb") == "a [2Jb"
    assert csv_file.EARLIEST == 1980
