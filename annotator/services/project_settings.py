"""A project's settings: what they are, and how they change. The audit trail has what was before each change."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from annotator.domain.languages import is_language_tag
from annotator.domain.policies import BadPolicy, check_policies, is_opened
from annotator.domain.text import UnstorableText, clean_block, clean_line
from annotator.services.projects import lock_open
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.storage.verdicts import Verdict

TEXTS = {"name": 200, "language": 35}
LONGEST_DESCRIPTION = 2000
FACTS = (
    "name", "description", "language", "overlap", "handout", "handout_order", "visibility", "suggestions",
    "allows_fetching", "return_after_days", "repeat_percent", "repeat_after_days",
)  # fmt: skip
"""What a manager may set on the settings page and with `annotator project settings`."""


class Stale(ValueError):
    """Somebody changed the settings since they were shown; nothing was changed."""


class NotConfirmed(ValueError):
    """The change shows reviewers more of others' verdicts in a study that has begun; somebody has to say they know."""


def settings_of(project: Project) -> dict[str, Any]:
    """Return what can be set, as it is."""
    return {name: getattr(project, name) for name in FACTS}


def change_settings(
    project: Project,
    changes: Mapping[str, Any],
    person_id: int | None,
    *,
    seen: int | None = None,
    knows_risk: bool = False,
) -> dict[str, list[Any]]:
    """Set facts of a project and return {name: [before, after]}.

    `seen` is the revision that was shown, None for whichever stands. Raises projects.Archived, Stale, BadPolicy, or
    NotConfirmed unless the person `knows_risk`; nothing is changed then.
    """
    lock_open(project)
    if seen is not None and project.settings_revision != seen:
        raise Stale
    before = settings_of(project)
    after = before | _clean({name: value for name, value in changes.items() if name in FACTS})
    check_policies(after)
    changed = {name: [before[name], after[name]] for name in FACTS if before[name] != after[name]}
    if not changed:
        return {}
    if is_opened(before["visibility"], after["visibility"]) and not knows_risk and has_verdicts(project.id):
        raise NotConfirmed
    for name, (_old, new) in changed.items():
        setattr(project, name, new)
    project.settings_revision += 1
    events.record("settings changed", "project", project.id, person_id=person_id, project_id=project.id, detail=changed)
    return changed


def has_verdicts(project_id: int) -> bool:
    """Tell whether anybody has given a verdict in a project."""
    return bool(db.session.scalar(select(exists().where(Verdict.project_id == project_id))))


def _clean(changes: dict[str, Any]) -> dict[str, Any]:
    for name in changes.keys() & {*TEXTS, "description"}:
        changes[name] = _text(name, changes[name])
    if "name" in changes and not changes["name"]:
        raise BadPolicy("name", "Fill this in.")
    if "language" in changes and not is_language_tag(changes["language"]):
        raise BadPolicy("language", "This is no language tag such as en, ar or pt-BR.")
    return changes


def _text(name: str, value: str) -> str:
    try:
        if name == "description":
            return clean_block(value, LONGEST_DESCRIPTION, name).strip()
        return clean_line(value, TEXTS[name], name)
    except UnstorableText as error:
        raise BadPolicy(name, str(error)) from error
