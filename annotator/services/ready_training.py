"""Ready-made training: articles composed for the shipped codebook, each sentence with its answer and the reason."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from annotator.domain.codebook import Codebook
from annotator.domain.languages import direction_of
from annotator.services import gold, ingest, projects, qualification
from annotator.services.tagging import codebook_of
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.projects import Project

PASS_MARKS = {"": 0.8, "editorial": 0.8}
"""What the qualification that comes with it asks for: 12 of 15, and 4 of the 5 editorial ones."""


class DoesNotFit(ValueError):
    """The project's codebook lacks a label, a kind or a reason that the ready-made answers use."""


def fits(seeds: Path, codebook: Codebook) -> bool:
    """Tell whether a codebook knows all that the ready-made answers use."""
    try:
        for row in _answers(seeds):
            gold.check(_right(row), codebook)
    except gold.NotGold:
        return False
    return True


def add_training(project: Project, seeds: Path, person_id: int | None = None) -> list[Article]:
    """Add the ready-made articles with their answers; pass marks are set if the project has none.

    Raises DoesNotFit, or ingest.AlreadyThere if the project has one of the texts.
    """
    codebook = codebook_of(projects.codebook_in_force(project.id).id)
    if not fits(seeds, codebook):
        raise DoesNotFit("the ready-made training answers by the shipped codebook, and this project has another one")
    folder = seeds / "training"
    rows = tomllib.loads((folder / "set.toml").read_text(encoding="utf-8"))["articles"]
    articles = {row["file"]: _add(project, folder, row, person_id) for row in rows}
    claims = {file: _claims(article.id) for file, article in articles.items()}
    for row in _answers(seeds):
        claim_id = claims[row["article"]][row["claim"] - 1]
        gold.set_answer(claim_id, project.id, person_id, _right(row), seen="")
    if not project.pass_marks and person_id is not None:
        qualification.set_marks(
            project, PASS_MARKS, codebook, person_id,
            required=project.requires_qualification, seen=project.settings_revision,
        )  # fmt: skip
    return list(articles.values())


def _answers(seeds: Path) -> list[dict[str, Any]]:
    lines = (seeds / "training" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _right(row: Mapping[str, Any]) -> gold.Right:
    accepted = tuple(row.get("accepted", ()))
    return gold.Right(row.get("label"), row.get("kind"), row.get("skip_reason"), accepted, row["explanation"])


def _add(project: Project, folder: Path, row: Mapping[str, Any], person_id: int | None) -> Article:
    path = folder / "articles" / f"{row['file']}.txt"
    draft = ingest.Draft(
        text=path.read_text(encoding="utf-8"),
        title=row["title"],
        outlet=row["outlet"],
        language=row["language"],
        direction=direction_of(row["language"]),
        original=path.read_bytes(),
        extraction="ready-made training",
    )
    article = ingest.add_article(project, draft, person_id)
    gold.set_purpose(article, row["purpose"], person_id)
    return article


def _claims(article_id: int) -> Sequence[int]:
    query = select(Claim.id).where(Claim.article_id == article_id, Claim.aside.is_(None)).order_by(Claim.start)
    return db.session.scalars(query).all()
