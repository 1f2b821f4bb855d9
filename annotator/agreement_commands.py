"""The command `agreement`: how far reviewers agree in verdicts from any tool's files, without a database."""

import json
from pathlib import Path

import click

from annotator.opening import Refused

SEED = 1


def known_format(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """Return the name of a format; another one is wrong usage."""
    from annotator.services.agreement_files.reading import READERS

    if value and value not in READERS:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(READERS)}")
    return value or ""


@click.command("agreement")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--unit", multiple=True, metavar="NAME", help="Column of the unit; several together make one unit.")
@click.option("--reviewer", default="", metavar="NAME", help="Column of the reviewer.")
@click.option("--label", default="", metavar="NAME", help="Column of the label, or the question that is meant.")
@click.option("--cluster", default="", metavar="NAME", help="Column of what units belong to, such as an article.")
@click.option("--also-label", "unused", multiple=True, metavar="LABEL", help="A label that nobody need have given.")
@click.option(
    "--format", "form", callback=known_format, metavar="NAME", help="Format; seen from the file if not given."
)
@click.option("--seed", default=SEED, show_default=True, type=click.IntRange(0), help="Seed of the draws.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: each statistic as value, low, high and n.")
def agreement(
    files: tuple[Path, ...],
    unit: tuple[str, ...],
    reviewer: str,
    label: str,
    cluster: str,
    unused: tuple[str, ...],
    form: str,
    seed: int,
    as_json: bool,
) -> None:
    """Measure how far reviewers agree in verdicts from any tool.

    FILE is a table with a verdict in each row (CSV, TSV, JSON Lines), an export of doccano, Label Studio (JSON,
    JSON-MIN, CSV), Potato, Prodigy or of this program, or a folder or .zip of such files. Which it is, is seen from the
    file. Columns are found by names such as unit, reviewer, label and cluster. Needs no database.

    With clusters, such as articles, intervals are a jackknife over them; without, units count as independent.
    """
    from annotator.services.agreement_files import facts, reading, text
    from annotator.services.agreement_files.records import BadFile
    from annotator.services.agreement_files.verdicts import NotNamed, Wanted
    from annotator.services.report_files.text import line

    try:
        collected = reading.read(files, Wanted(unit, reviewer, label, cluster), form, unused)
    except NotNamed as error:
        raise click.UsageError(line(str(error))) from error
    except BadFile as error:
        raise Refused(line(str(error))) from error
    from annotator.domain.verdict_list import measure

    measured = measure(collected.verdicts(), seed=seed)
    if as_json:
        click.echo(json.dumps(facts.facts(measured, collected, seed), ensure_ascii=False, allow_nan=False))
    else:
        click.echo(text.text(measured, collected), nl=False)
