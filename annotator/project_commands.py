"""The commands `project …`: make, list, set, copy and archive projects."""

from typing import Any

import click

from annotator import paths
from annotator.opening import Refused, application, json_option, language_tag, show


@click.group()
def project() -> None:
    """Make, list, set, copy and archive projects."""


@project.command("create")
@click.argument("name")
@click.option("--slug", default="", help="Short name for addresses; made from NAME if not given.")
@click.option("--description", default="", help="What the project is about.")
@click.option("--language", default="en", callback=language_tag, show_default=True, help="Language of most articles.")
@click.option(
    "--overlap", default=2, show_default=True, type=click.IntRange(1, 100), help="Verdicts wanted for each claim."
)
@json_option
def project_create(name: str, slug: str, description: str, language: str, overlap: int, as_json: bool) -> None:
    """Make a project called NAME with the shipped codebook."""
    from annotator.services.projects import create_project
    from annotator.services.sample import shipped_codebook

    with application():
        made = create_project(
            name,
            shipped_codebook(paths.seeds()),
            slug=slug,
            description=description,
            language=language,
            overlap=overlap,
        )
        show({"slug": made.slug, "name": made.name}, as_json=as_json, line=f"Made project {made.slug}")


@project.command("list")
@json_option
def project_list(as_json: bool) -> None:
    """List the projects."""
    from sqlalchemy import select

    from annotator.storage.database import db
    from annotator.storage.projects import Project

    with application(writes=False):
        for row in db.session.scalars(select(Project).order_by(Project.slug)):
            facts = {"slug": row.slug, "name": row.name, "language": row.language, "overlap": row.overlap}
            facts["archived"] = row.archived_at is not None
            show(facts, as_json=as_json, line=f"{row.slug:24} {row.name}{'  (archived)' if row.archived_at else ''}")


def days(_context: click.Context, _option: click.Parameter, value: str | None) -> int | str | None:
    """Read a number of days, or "never"; None if the option was not given."""
    if value is None or value == "never":
        return value
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= 365):  # noqa: PLR2004
        raise click.BadParameter("give 1 to 365 days, or never")
    return int(value)


@project.command("settings")
@click.argument("slug", metavar="PROJECT")
@click.option("--name", help="What the project is called.")
@click.option("--description", help="What it is about.")
@click.option("--language", callback=language_tag, help="Language of most articles.")
@click.option("--overlap", type=click.IntRange(1, 100), help="Verdicts wanted for each claim.")
@click.option(
    "--handout",
    type=click.Choice(["everyone", "planned", "next"]),
    help="Who labels which article: everyone all, by a plan, or whoever takes the next one.",
)
@click.option("--handout-order", type=click.Choice(["reading", "uncertain"]), help="Which article comes first.")
@click.option(
    "--visibility",
    type=click.Choice(["never", "after-adjudication", "after-mine"]),
    help="When reviewers see each other's verdicts.",
)
@click.option(
    "--suggestions", type=click.Choice(["never", "after", "before"]), help="When they see the machine's suggestion."
)
@click.option("--fetching/--no-fetching", "allows_fetching", default=None, help="Whether web addresses are fetched.")
@click.option("--return-after-days", callback=days, metavar="DAYS", help="When an idle article goes back, or never.")
@click.option("--repeat-percent", type=click.IntRange(0, 100), help="Share of claims that come again.")
@click.option("--repeat-after-days", type=click.IntRange(1, 365), help="When they come again.")
@click.option("--yes", is_flag=True, help="Show others' verdicts though the study has begun blind.")
@json_option
def project_settings(slug: str, yes: bool, as_json: bool, **options: Any) -> None:
    """Change settings of PROJECT, and print all of them; without options, only print them."""
    from annotator.domain.policies import BadPolicy
    from annotator.services import project_settings as service
    from annotator.services import projects

    changes = {name: value for name, value in options.items() if value is not None}
    if changes.get("return_after_days") == "never":
        changes["return_after_days"] = None
    with application(writes=bool(changes)):
        found = projects.find_project(slug)
        try:
            if changes:
                service.change_settings(found, changes, None, knows_risk=yes)
        except (BadPolicy, projects.Archived) as error:
            raise Refused(str(error)) from error
        except service.NotConfirmed as error:
            said = (
                "Reviewers would see more of each other's verdicts in a study that has begun; say --yes if you mean it."
            )
            raise Refused(said) from error
        facts = {"slug": found.slug, **service.settings_of(found), "revision": found.settings_revision}
    if as_json:
        show(facts, as_json=True, line="")
        return
    for key, value in facts.items():
        click.echo(f"{key:20} {said_of(value)}")


def said_of(value: Any) -> str:
    """Return a setting as a line of the terminal shows it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else "never" if value is None else str(value)


@project.command("archive")
@click.argument("slug", metavar="PROJECT")
@json_option
def project_archive(slug: str, as_json: bool) -> None:
    """Archive PROJECT: it can be read, but not changed."""
    move(slug, "archive", "Archived", as_json=as_json)


@project.command("bring-back")
@click.argument("slug", metavar="PROJECT")
@json_option
def project_bring_back(slug: str, as_json: bool) -> None:
    """Bring an archived PROJECT back."""
    move(slug, "bring_back", "Brought back", as_json=as_json)


def move(slug: str, verb: str, done: str, *, as_json: bool) -> None:
    """Archive a project or bring it back."""
    from annotator.services import projects

    with application():
        found = projects.find_project(slug)
        try:
            getattr(projects, verb)(found, None)
        except (projects.NothingToDo, projects.ImportUnderWay) as error:
            raise Refused(str(error)) from error
        facts = {"slug": found.slug, "archived": found.archived_at is not None}
    show(facts, as_json=as_json, line=f"{done} {slug}")


@project.command("clone")
@click.argument("slug", metavar="PROJECT")
@click.argument("name")
@click.option("--slug", "new_slug", default="", help="Short name for addresses; made from NAME if not given.")
@click.option("--people", is_flag=True, help="Take the people along, with their roles.")
@json_option
def project_clone(slug: str, name: str, new_slug: str, people: bool, as_json: bool) -> None:
    """Make a project called NAME with the settings and the codebook of PROJECT; articles and verdicts stay there."""
    from annotator.services import projects

    with application():
        made = projects.clone_project(projects.find_project(slug), name, None, slug=new_slug, with_people=people)
        facts = {"slug": made.slug, "name": made.name, "origin": slug}
    show(facts, as_json=as_json, line=f"Made project {facts['slug']}, a copy of {slug}")
