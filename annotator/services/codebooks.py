"""Codebooks: start a draft, change it, publish it as a version, and put back into queues what it makes stale."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, update

from annotator.domain.codebook import Codebook, Label
from annotator.domain.codebook_changes import Change, changes_between, guidance_with
from annotator.domain.text import clean_block
from annotator.services import notices
from annotator.services.codebook_files import FORMATS, read, write
from annotator.services.projects import codebook_in_force, lock_open
from annotator.storage import events, requeues
from annotator.storage.codebooks import CodebookVersion, draft_of
from annotator.storage.database import db
from annotator.storage.projects import Project, taggers_of

__all__ = ["FORMATS", "read", "write"]

LONGEST_NOTE = 2000
CHANGED_MEANWHILE = "Somebody changed the draft meanwhile, or it was published or put away."


class NoDraft(LookupError):
    """There is no draft (any more)."""


class StaleDraft(ValueError):
    """The draft is not the one that was seen: somebody changed it, published it or put it away."""


class NotReady(ValueError):
    """The draft cannot be published so; `field` names what is missing, the message is for the manager."""

    def __init__(self, field: str, message: str) -> None:
        """Keep what is missing."""
        super().__init__(message)
        self.field = field


def start_draft(project_id: int, person_id: int | None, codebook: Codebook | None = None) -> CodebookVersion:
    """Return the draft; without one, make it from `codebook`, or else from the version in force. Raises Archived."""
    lock_open(db.session.get_one(Project, project_id))
    found = draft_of(project_id)
    if found is not None:
        return found
    base = codebook_in_force(project_id)
    document = codebook or base.codebook
    draft = CodebookVersion(
        project_id=project_id,
        number=base.number + 1,
        content=document.to_dict(),
        digest=document.digest(),
        created_by_id=person_id,
        created_at=datetime.now(UTC),
    )
    db.session.add(draft)
    db.session.flush()
    _record("codebook draft started", draft, person_id, origin="version in force" if codebook is None else "file")
    return draft


def change_draft(draft: CodebookVersion, codebook: Codebook, person_id: int | None, *, seen: int, part: str) -> bool:
    """Store what the draft says now; `part` is what was changed. Tells whether anything was. Raises StaleDraft."""
    if draft.revision == seen and draft.digest == codebook.digest():
        return False
    values = {"content": codebook.to_dict(), "digest": codebook.digest(), "revision": seen + 1}
    _move(draft, seen, values)
    _record("codebook draft changed", draft, person_id, part=part)
    return True


def replace_draft(project_id: int, codebook: Codebook, person_id: int | None, *, seen: int | None) -> CodebookVersion:
    """Make `codebook` the draft; one that is there has to be the one that was seen (None for none). See StaleDraft."""
    lock_open(db.session.get_one(Project, project_id))
    found = draft_of(project_id)
    if found is None:
        if seen is not None:
            raise StaleDraft(CHANGED_MEANWHILE)
        return start_draft(project_id, person_id, codebook)
    if seen is None:
        raise StaleDraft(CHANGED_MEANWHILE)
    change_draft(found, codebook, person_id, seen=seen, part="file")
    return found


def discard_draft(draft: CodebookVersion, person_id: int | None, *, seen: int) -> None:
    """Put the draft away for good. Raises StaleDraft."""
    mine = (CodebookVersion.id == draft.id, CodebookVersion.revision == seen, CodebookVersion.published_at.is_(None))
    _record("codebook draft put away", draft, person_id)
    if _rows(delete(CodebookVersion).where(*mine)) != 1:
        raise StaleDraft(CHANGED_MEANWHILE)
    db.session.expunge(draft)


def publish(
    project_id: int, person_id: int | None, *, seen: int, meanings: Collection[str], note: str
) -> tuple[CodebookVersion, int]:
    """Put the draft in force, and the standing verdicts that it makes stale back into queues; return how many.

    `meanings` are the parts whose meaning changed; what was removed counts in any case. The project is locked first, so
    that a verdict is given before, and asked about, or after, under the new version. Raises NoDraft, StaleDraft,
    NotReady or Archived.
    """
    lock_open(db.session.get_one(Project, project_id))
    draft, base = draft_of(project_id), codebook_in_force(project_id)
    if draft is None:
        raise NoDraft
    note = clean_block(note).strip()
    changes = changes_between(base.codebook, draft.codebook)
    _check_ready(changes, note)
    stale = [change for change in changes if change.requeues or (change.can_matter and change.part in meanings)]
    parts = list(dict.fromkeys(change.part for change in stale))
    now = datetime.now(UTC)
    values: dict[str, object] = {
        "published_at": now,
        "published_by_id": person_id,
        "meanings": parts,
        "change_note": note,
    }
    _move(draft, seen, values)
    count = requeues.requeue(project_id, draft.id, [change.target for change in stale], now)
    _record("codebook published", draft, person_id, meanings=parts, requeued=count)
    _tell(project_id, draft)
    return draft, count


def _check_ready(changes: list[Change], note: str) -> None:
    if not changes:
        raise NotReady("changes", "The draft says the same as the version in force.")
    if not note:
        raise NotReady("note", "Say what changed, and why: reviewers read it.")
    if len(note) > LONGEST_NOTE:
        raise NotReady("note", "This is too long.")


def _tell(project_id: int, version: CodebookVersion) -> None:
    """Leave a notice with everybody who labels here, with how many verdicts of theirs there are to confirm."""
    stale = requeues.counts_of_version(version.id)
    by_count: dict[int, list[int]] = {}
    for reviewer_id in {*taggers_of(project_id), *stale}:
        by_count.setdefault(stale.get(reviewer_id, 0), []).append(reviewer_id)
    for count, people in by_count.items():
        facts = {"version": version.number} | ({"verdicts": count} if count else {})
        notices.notify(people, "codebook published", project_id=project_id, facts=facts)


def add_edge_case(  # noqa: PLR0913 (a case is just these facts)
    project_id: int, person_id: int | None, *, label_key: str | None, text: str, counter: bool = False, note: str = ""
) -> CodebookVersion:
    """Add a case to the draft, which is started if there is none: an example of a label, or that it is not.

    Without such a label, or with a note, it is (also) a line under "Edge cases" of the guidance. Raises Archived, or
    InvalidCodebook.
    """
    draft = start_draft(project_id, person_id)
    case, remark = " ".join(text.split()), " ".join(note.split())
    codebook = draft.codebook
    label = codebook.label(label_key)
    if label is not None:
        changed = _with_example(label, case, counter=counter)
        codebook = replace(codebook, labels=tuple(changed if one == label else one for one in codebook.labels))
    if label is None or remark:
        codebook = replace(codebook, guidance=guidance_with(codebook.guidance, case, remark))
    checked = Codebook.from_dict(codebook.to_dict())
    change_draft(draft, checked, person_id, seen=draft.revision, part="edge case")
    return draft


def _with_example(label: Label, case: str, *, counter: bool) -> Label:
    if case in (label.counterexamples if counter else label.examples):
        return label
    if counter:
        return replace(label, counterexamples=(*label.counterexamples, case))
    return replace(label, examples=(*label.examples, case))


def edited(draft: CodebookVersion, change: Callable[[dict[str, Any]], None]) -> Codebook:
    """Return what the draft would say after a change of its document; raises InvalidCodebook."""
    document = draft.codebook.to_dict()
    change(document)
    return Codebook.from_dict(document)


def _move(draft: CodebookVersion, seen: int, values: dict[str, object]) -> None:
    mine = (CodebookVersion.id == draft.id, CodebookVersion.revision == seen, CodebookVersion.published_at.is_(None))
    if _rows(update(CodebookVersion).where(*mine).values(**values)) != 1:
        raise StaleDraft(CHANGED_MEANWHILE)
    db.session.refresh(draft)


def _rows(statement: object) -> int:
    return int(db.session.execute(statement, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[call-overload]


def _record(what: str, version: CodebookVersion, person_id: int | None, **detail: object) -> None:
    facts = {"number": version.number, **detail}
    events.record(
        what, "codebook version", version.id, person_id=person_id, project_id=version.project_id, detail=facts
    )
