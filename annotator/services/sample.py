"""The sample project: invented articles with the verdicts of four invented reviewers, for a first look."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from annotator.domain.codebook import Codebook
from annotator.domain.languages import direction_of
from annotator.domain.roles import Role
from annotator.domain.verdicts import Content
from annotator.services import accounts, ingest, tagging
from annotator.services.projects import create_project, set_role
from annotator.services.ready_training import PASS_MARKS, add_training
from annotator.storage.articles import Claim
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Project

MARKS = {"marks": "loaded", "speakers": "speaker", "cues": "cue"}
"""The role of the words that stand in a field of a verdict."""


def shipped_codebook(seeds: Path) -> Codebook:
    """Read the codebook that comes with the product."""
    return Codebook.from_dict(tomllib.loads((seeds / "codebook.toml").read_text(encoding="utf-8")))


def load_sample(seeds: Path) -> Project:
    """Add the sample project with its training; raises services.projects.NotAccepted if there is one already."""
    folder = seeds / "sample"
    facts = tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))
    project = create_project(
        facts["name"],
        shipped_codebook(seeds),
        slug=facts["slug"],
        description=facts["description"],
        language=facts["language"],
        overlap=facts["overlap"],
    )
    project.pass_marks = PASS_MARKS
    reviewers = {row["name"]: add_reviewer(project, row) for row in facts["reviewers"]}
    claims = {row["file"]: add_article(project, folder, row) for row in facts["articles"]}
    with (folder / "verdicts.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            give(row, claims[row["article"]], reviewers[row["reviewer"]], f"sample-{number:05}")
    add_training(project, seeds)
    return project


def add_reviewer(project: Project, row: Mapping[str, str]) -> Person:
    """Add an invented reviewer, who cannot sign in: nobody is told the password."""
    person = accounts.add_person(row["name"], row["display_name"]).person
    person.password_hash = None
    set_role(project, person, Role.REVIEWER)
    return person


def add_article(project: Project, folder: Path, row: Mapping[str, Any]) -> list[Claim]:
    """Add one article, and return its claims in reading order."""
    path = folder / "articles" / f"{row['file']}.txt"
    article = ingest.add_article(
        project,
        ingest.Draft(
            text=path.read_text(encoding="utf-8"),
            title=row["title"],
            byline=row["byline"],
            outlet=row["outlet"],
            url=row["url"],
            published_on=row["published_on"],
            language=row["language"],
            direction=direction_of(row["language"]),
            original=path.read_bytes(),
            extraction="sample",
        ),
    )
    return list(db.session.scalars(select(Claim).where(Claim.article_id == article.id).order_by(Claim.start)))


def give(row: Mapping[str, Any], claims: Sequence[Claim], reviewer: Person, key: str) -> None:
    """Give one verdict of the sample; `claims` are those of its article."""
    claim, marks = claims[row["claim"] - 1], []
    for field, role in MARKS.items():
        for words in row.get(field, ()):
            start = claim.start + claim.quote.index(words)
            marks.append((start, start + len(words), role))
    content = Content(
        label=row.get("label"),
        kind=row.get("kind"),
        skip_reason=row.get("skip_reason"),
        is_flagged=row.get("flagged", False),
        also_attributed=row.get("also_attributed", False),
        marks=tuple(sorted(marks)),
        source_name=row.get("source_name", ""),
        note=row.get("note", ""),
        confidence=row.get("confidence"),
        source_kind=row.get("source_kind"),
        speech=row.get("speech"),
        continues_id=claims[row["claim"] - 2].id if row.get("continues") else None,
        rewrite=row.get("rewrite", ""),
    )
    tagging.give_verdict(claim.id, reviewer.id, content, seen_revision=0, client_key=key)
