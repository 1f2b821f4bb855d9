"""Frozen reports: keep a report as it is, open it again unchanged, and say what changed since."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotator.domain.text import UnstorableText, clean_name
from annotator.services.report_files import json
from annotator.storage import events, report_changes, report_names
from annotator.storage.database import db
from annotator.storage.frozen_reports import FrozenReport
from annotator.storage.report_changes import Since

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.intervals import Estimate
    from annotator.domain.report import Report

LONGEST_NAME = 120


class NotAccepted(ValueError):
    """The report cannot be frozen under this name; the message says why."""


class Damaged(ValueError):
    """What is stored is not what was frozen."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An estimate then and now."""

    key: str
    before: "Estimate"
    after: "Estimate"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise today than in a frozen report.

    `renamed` are pseudonyms (then, now); `versions` numbers of the codebook (then, now).
    """

    since: Since
    renamed: tuple[tuple[str, str], ...]
    versions: tuple[int, int]
    moved: tuple[Moved, ...]
    is_same_data: bool

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing happened that could matter to the report."""
        counts = [getattr(self.since, name) for name in Since.__dataclass_fields__]
        return self.is_same_data and not any(counts) and not self.renamed and self.versions[0] == self.versions[1]


def freeze(report: "Report", project_id: int, name: str, person_id: int | None) -> FrozenReport:
    """Keep a report as it is, under a name; raises NotAccepted. People stand in it by their pseudonyms."""
    if any(reviewer.name for reviewer in report.reviewers):
        raise ValueError("a frozen report holds no names of people")
    try:
        name = clean_name(name, limit=LONGEST_NAME)
    except UnstorableText as error:
        raise NotAccepted(str(error)) from error
    document = json.text(report).encode()
    frozen = FrozenReport(
        project_id=project_id,
        made_by_id=person_id,
        made_at=datetime.now(UTC),
        name=name,
        last_event=report.identity.last_event,
        data_hash=report.identity.data_hash,
        sha256=hashlib.sha256(document).hexdigest(),
        document=zlib.compress(document, 9),
    )
    db.session.add(frozen)
    db.session.flush()
    detail = {"name": name, "sha256": frozen.sha256}
    events.record("report frozen", "report", frozen.id, person_id=person_id, project_id=project_id, detail=detail)
    return frozen


def document_of(frozen: FrozenReport) -> str:
    """Return the frozen JSON, byte by byte as it was; raises Damaged."""
    try:
        document = zlib.decompress(frozen.document)
    except zlib.error as error:
        raise Damaged(str(error)) from error
    if hashlib.sha256(document).hexdigest() != frozen.sha256:
        raise Damaged("SHA-256")
    return document.decode()


def opened(frozen: FrozenReport) -> "Report":
    """Return the report as it was; raises Damaged."""
    try:
        return json.read(document_of(frozen))
    except json.Unreadable as error:
        raise Damaged(str(error)) from error


def changes(then: "Report", now: "Report", project_id: int) -> Changes:
    """Say what changed since a report was made; `now` is the same report made today."""
    people = report_names.people([reviewer.id for reviewer in then.reviewers])
    return Changes(
        since=report_changes.since(project_id, then.identity.last_event, then.identity.made_at),
        renamed=tuple(
            (one.pseudonym, people[one.id].pseudonym)
            for one in then.reviewers
            if one.id in people and people[one.id].pseudonym != one.pseudonym
        ),
        versions=(then.identity.codebook_version, now.identity.codebook_version),
        moved=tuple(
            Moved(key, getattr(then.agreement, key), getattr(now.agreement, key))
            for key in ("percent_agreement", "alpha")
        ),
        is_same_data=then.identity.data_hash == now.identity.data_hash,
    )
