"""The commands `codebook …`: a project's codebook as a file, in and out, and its publication."""

import sys
from pathlib import Path

import click

from annotator.opening import Refused, application, json_option, show


@click.group()
def codebook() -> None:
    """Write, read and publish the codebook of a project."""


@codebook.command("export")
@click.argument("slug", metavar="PROJECT")
@click.option("--format", "form", type=click.Choice(["toml", "json", "yaml"]), default="toml", show_default=True)
@click.option("--number", type=click.IntRange(min=1), help="Which version; the one in force if not given.")
@click.option("--draft", is_flag=True, help="The draft.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File; the terminal if not given."
)
def codebook_export(slug: str, form: str, number: int | None, draft: bool, output: Path | None) -> None:
    """Write the codebook of PROJECT as a file that `codebook import` reads."""
    from annotator.services import codebooks
    from annotator.services.projects import codebook_in_force, find_project
    from annotator.storage.codebooks import draft_of, version_called

    with application(writes=False):
        project = find_project(slug)
        if draft:
            version = draft_of(project.id)
        else:
            version = version_called(project.id, number) if number else codebook_in_force(project.id)
        if version is None:
            raise Refused(f"project {slug!r} has no {'draft' if draft else f'version {number}'}")
        text = codebooks.write(version.codebook, form)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{output}: {error.strerror}") from error


@codebook.command("import")
@click.argument("slug", metavar="PROJECT")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take the place of a draft that is there.")
@json_option
def codebook_import(slug: str, file: Path, replace: bool, as_json: bool) -> None:
    """Make FILE (.toml, .json, .yaml) the draft of PROJECT: all of it, or nothing."""
    from annotator.domain.codebook_table import InvalidCodebook
    from annotator.services import codebooks
    from annotator.services.codebook_files import LARGEST_FILE
    from annotator.services.projects import Archived, find_project
    from annotator.storage.codebooks import draft_of

    try:
        with file.open("rb") as opened:
            read = codebooks.read(opened.read(LARGEST_FILE + 1), file.name)
    except (InvalidCodebook, OSError) as error:
        raise Refused(f"{file}: {error}") from error
    with application():
        project = find_project(slug)
        found = draft_of(project.id)
        if found is not None and not replace:
            raise Refused(f"project {slug!r} has a draft already; say --replace to put the file in its place")
        try:
            draft = codebooks.replace_draft(project.id, read, None, seen=found.revision if found else None)
        except (Archived, codebooks.StaleDraft) as error:
            raise Refused(str(error)) from error
        facts = {"slug": slug, "number": draft.number, "digest": draft.digest}
    show(facts, as_json=as_json, line=f"{file} is the draft of version {facts['number']} of {slug}")


@codebook.command("publish")
@click.argument("slug", metavar="PROJECT")
@click.option("--note", required=True, help="What changed, and why.")
@click.option(
    "--meaning",
    "meanings",
    multiple=True,
    metavar="PART",
    help="A part whose meaning changed: label:KEY, kind:LABEL/KEY, skip:KEY or rules. Can be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Only list the changes, and how many verdicts each part reaches.")
@json_option
def codebook_publish(slug: str, note: str, meanings: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Put the draft of PROJECT in force; verdicts whose meaning changed are asked about again."""
    from annotator.domain.codebook_changes import changes_between
    from annotator.services import codebooks
    from annotator.services.projects import Archived, codebook_in_force, find_project
    from annotator.storage.codebooks import draft_of
    from annotator.storage.requeues import standing_counts

    with application(writes=not dry_run):
        project = find_project(slug)
        draft = draft_of(project.id)
        if draft is None:
            raise Refused(f"project {slug!r} has no draft")
        changes = changes_between(codebook_in_force(project.id).codebook, draft.codebook)
        unknown = sorted(set(meanings) - {change.part for change in changes})
        if unknown:
            known = ", ".join(change.part for change in changes if change.can_matter) or "none"
            raise Refused(f"the draft does not change {', '.join(unknown)} (it changes: {known})")
        if dry_run:
            counts = standing_counts(project.id)
            for change in changes:
                reached = sum(count.verdicts for count in counts if count.is_reached(change.target))
                facts = {"part": change.part, "what": change.what, "verdicts": reached}
                show(facts, as_json=as_json, line=f"{change.part:40} {change.what:8} {reached:8}")
            return
        try:
            version, count = codebooks.publish(project.id, None, seen=draft.revision, meanings=meanings, note=note)
        except (codebooks.NotReady, codebooks.StaleDraft, Archived) as error:
            raise Refused(str(error)) from error
        facts = {"slug": slug, "number": version.number, "requeued": count}
    show(facts, as_json=as_json, line=f"Version {facts['number']} is in force; {count} verdicts are asked about again")
