"""Repeats: a claim is put before its reviewer a second time, and what they say then is kept beside what stands."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from annotator.domain.verdicts import Content, check
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.storage.repeats import Repeat, due_in


class NotDue(LookupError):
    """The person is not asked about this claim again, or no longer."""


def answer_again(claim_id: int, project_id: int, person_id: int, content: Content) -> Repeat | None:
    """Keep what a person says of a claim that is due again; None if they have said so before.

    It changes nothing of what stands. Raises NotDue, or BadVerdict if the codebook has no such answer.
    """
    if db.session.scalar(select(Repeat.id).where(Repeat.claim_id == claim_id, Repeat.reviewer_id == person_id)):
        return None
    due = due_in(person_id, project_id, claim_id)
    if due is None:
        raise NotDue
    check(content, codebook_of(codebook_in_force(project_id).id), 0, 1)
    project = db.session.get_one(Project, project_id)
    repeat = Repeat(
        project_id=project_id,
        claim_id=claim_id,
        reviewer_id=person_id,
        verdict_id=due.verdict_id,
        due_at=due.given_at + timedelta(days=project.repeat_after_days),
        label=content.label,
        kind=content.kind,
        skip_reason=content.skip_reason,
        answered_at=datetime.now(UTC),
    )
    db.session.add(repeat)
    db.session.flush()
    events.record(
        "repeat answered", "claim", claim_id, person_id=person_id, project_id=project_id, detail={"repeat": repeat.id}
    )
    return repeat
