"""The commands `person …`: add people, let them in again, keep them out."""

import click

from annotator.opening import Refused, application, json_option, show

base_url_option = click.option(
    "--base-url",
    default="http://127.0.0.1:8000",
    show_default=True,
    envvar="ANNOTATOR_BASE_URL",
    help="Start of the link.",
)


@click.group()
def person() -> None:
    """Add people, give them a role in a project, let them in again, and keep them out."""


@person.command("add")
@click.argument("name")
@click.option("--display-name", default="", help="Name that others see; NAME if not given.")
@click.option("--project", "slug", help="Project in which the person gets the role.")
@click.option(
    "--role",
    type=click.Choice(["manager", "adjudicator", "reviewer", "observer"]),
    default="reviewer",
    show_default=True,
)
@click.option("--admin", is_flag=True, help="Make the person an administrator of the site.")
@base_url_option
@json_option
def person_add(
    name: str, display_name: str, slug: str | None, role: str, admin: bool, base_url: str, as_json: bool
) -> None:
    """Add a person called NAME, who signs in with that name; prints a password and a one-time link, once."""
    from annotator.domain.roles import Role
    from annotator.domain.text import UnstorableText
    from annotator.services import accounts, projects

    with application():
        try:
            made = accounts.add_person(name, display_name, is_admin=admin)
        except UnstorableText as error:
            raise Refused(str(error)) from error
        if slug:
            projects.set_role(projects.find_project(slug), made.person, Role(role))
        link = f"{base_url.rstrip('/')}/sign-in/link/{made.link_token}"
        facts = {
            "name": made.person.name,
            "password": made.password,
            "link": link,
            "project": slug,
            "role": role if slug else None,
        }
    show(facts, as_json=as_json, line=f"Added {facts['name']}\n  Password   {made.password}\n  One-time   {link}")


@person.command("link")
@click.argument("name")
@base_url_option
@json_option
def person_link(name: str, base_url: str, as_json: bool) -> None:
    """Print a link, once, with which NAME sets a new password, or opens an account that was never opened."""
    from annotator.services import invitations, people

    with application():
        found = people.find_person(name)
        if invitations.is_waiting(found):
            way, token = "invite", invitations.invite_again(found, None)
        else:
            way, token = "reset", people.make_reset_link(found, None)
        name = found.name
    link = f"{base_url.rstrip('/')}/sign-in/{way}/{token}"
    lasts = "seven days" if way == "invite" else "a day"
    line = f"A link for {name}, good once within {lasts}; one made before ends\n  {link}"
    show({"name": name, "purpose": way, "link": link}, as_json=as_json, line=line)


@person.command("deactivate")
@click.argument("name")
@json_option
def person_deactivate(name: str, as_json: bool) -> None:
    """Close the account of NAME: sessions and links end at once; verdicts stay."""
    from annotator.services import people

    with application():
        found = people.find_person(name)
        try:
            people.deactivate(found, None)
        except people.LastAdministrator as error:
            raise Refused(str(error)) from error
        name = found.name
    show({"name": name, "is_active": False}, as_json=as_json, line=f"Deactivated {name}")


@person.command("reactivate")
@click.argument("name")
@json_option
def person_reactivate(name: str, as_json: bool) -> None:
    """Open the account of NAME again."""
    from annotator.services import people

    with application():
        found = people.find_person(name)
        people.reactivate(found, None)
        name = found.name
    show({"name": name, "is_active": True}, as_json=as_json, line=f"Reactivated {name}")


@person.command("second-factor-off")
@click.argument("name")
@json_option
def person_second_factor_off(name: str, as_json: bool) -> None:
    """Take the second factor off NAME, who lost it, and end their sessions."""
    from annotator.services import people, second_factor

    with application():
        found = people.find_person(name)
        second_factor.take_off(found, None)
        name = found.name
    show({"name": name, "second_factor": False}, as_json=as_json, line=f"{name} signs in with the password alone")
