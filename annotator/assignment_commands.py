"""The commands `assignment …`: plan who labels what, list it, and take back what lies idle."""

import click

from annotator.opening import Refused, application, json_option, show


@click.group()
def assignment() -> None:
    """Plan who labels which article, list it, and take back what lies idle."""


@assignment.command("plan")
@click.argument("slug", metavar="PROJECT")
@click.option(
    "--readers", type=click.IntRange(1, 100), help="Reviewers for each claim; the project's number if not given."
)
@click.option(
    "--shared", type=click.IntRange(0), help="Let about so many claims be read by --readers, the others by one."
)
@click.option("--person", "names", multiple=True, help="Who reads, by sign-in name; all reviewers if not given.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="Day by which it is due.")
@click.option("--all", "everything", is_flag=True, help="All articles that lack reviewers, not only those nobody has.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0, 999_999_999), help="Same number, same plan."
)
@click.option("--store", is_flag=True, help="Give it out; without this, only show it.")
@json_option
def assignment_plan(
    slug: str, readers: int | None, shared: int | None, names: tuple[str, ...], due: object, everything: bool,
    seed: int, store: bool, as_json: bool,
) -> None:  # fmt: skip
    """Show what a plan would put on each desk in PROJECT, and with --store put it there."""
    from datetime import datetime

    from annotator.services import assignments
    from annotator.services.projects import Archived, find_project

    with application(writes=store):
        project = find_project(slug)
        ask = assignments.Ask(
            kind="every" if shared is None else "shared",
            readers=readers or project.overlap,
            person_ids=people_called(project.id, names),
            seed=seed,
            shared=shared or 0,
            due_on=due.date() if isinstance(due, datetime) else None,
            only_new=not everything,
        )
        try:
            made = assignments.preview(project, ask)
            if store:
                assignments.store_plan(project, ask, made.seen, None)
        except (assignments.NotPossible, Archived) as error:
            raise Refused(str(error)) from error
        for load in made.loads:
            facts = {"person": load.person.display_name, "articles": load.articles, "claims": load.claims}
            line = f"{load.person.display_name:24} {load.articles:5} articles {load.claims:6} claims"
            show(facts | {"shared_claims": load.shared_claims}, as_json=as_json, line=line)
        balance = made.plan.balance
        facts = {"stored": store, "short": len(made.plan.short), "least": balance.least, "most": balance.most}
        facts |= {"pairs": balance.pairs, "pairs_that_never_meet": balance.strangers}
        line = (
            f"{balance.least} to {balance.most} claims each; {balance.strangers} of {balance.pairs} pairs never meet; "
        )
        show(facts, as_json=as_json, line=f"{line}{len(made.plan.short)} articles lack reviewers")


def people_called(project_id: int, names: tuple[str, ...]) -> tuple[int, ...]:
    """Return the ids of those who are to read: who was named, or all reviewers."""
    from sqlalchemy import select

    from annotator.storage import hand_outs
    from annotator.storage.database import db
    from annotator.storage.people import Person

    desks = hand_outs.desks(project_id)
    if not names:
        return tuple(row.id for row in desks if row.role == "reviewer")
    tagging = [row.id for row in desks if row.role in hand_outs.TAGGING]
    found = {
        row.name: row.id for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(tagging)))
    }
    missing = [name for name in names if name not in found]
    if missing:
        raise Refused(f"Nobody who labels in this project is called {missing[0]!r}.")
    return tuple(found[name] for name in names)


@assignment.command("list")
@click.argument("slug", metavar="PROJECT")
@json_option
def assignment_list(slug: str, as_json: bool) -> None:
    """List who has what in PROJECT, and how far they are."""
    from annotator.services.projects import find_project
    from annotator.storage import hand_outs

    with application(writes=False):
        for row in hand_outs.desks(find_project(slug).id):
            facts = {"person": row.display_name, "role": row.role, "articles": row.articles, "claims": row.claims}
            facts |= {"done": row.done, "unfinished": row.open, "quota": row.quota}
            facts["due"] = row.due.isoformat() if row.due else None
            line = f"{row.display_name:24} {row.articles:5} articles {row.done:6} of {row.claims} claims"
            show(facts, as_json=as_json, line=f"{line}{f', due {row.due}' if row.due else ''}")


@assignment.command("return")
@click.argument("slug", metavar="PROJECT")
@json_option
def assignment_return(slug: str, as_json: bool) -> None:
    """Take back what nobody in PROJECT worked on for as long as its settings allow."""
    from annotator.services.hand_out import return_idle
    from annotator.services.projects import find_project

    with application():
        returned = return_idle(find_project(slug))
        show({"returned": returned}, as_json=as_json, line=f"{returned} articles went back")
