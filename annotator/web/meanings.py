"""What a version of the codebook changed the meaning of, said to those whose verdicts are asked about again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_changes import RULES
from annotator.services.tagging import codebook_of
from annotator.storage.database import AnyRow
from annotator.web.codebook_texts import shown


@dataclass(frozen=True, slots=True)
class MeaningChange:
    """A version that changed what a verdict means: sentences that say how, and the desk's note on it."""

    number: int
    sentences: Sequence[str]
    note: str


def meaning_changes(rows: Sequence[AnyRow], codebook: Codebook) -> list[MeaningChange]:
    """Return what the versions of `rows` changed, the newest first; `codebook` is the one in force."""
    changes = []
    for row in reversed(rows):
        version = codebook_of(row.version_id)
        sentences = [sentence(part, version, codebook, row.number) for part in row.meanings]
        changes.append(MeaningChange(row.number, list(dict.fromkeys(sentences)), row.change_note))
    return changes


def sentence(part: str, version: Codebook, codebook: Codebook, number: int) -> str:
    """Say what happened to a part of the codebook in a version."""
    if part == RULES:
        return str(_("The rules changed in version %(number)s.", number=number))
    name = name_of(part, version) or name_of(part, codebook)
    if name is None:
        key = part.partition(":")[2]
        return str(_("“%(name)s” is no longer in the codebook since version %(number)s.", name=key, number=number))
    return str(_("The meaning of “%(name)s” changed in version %(number)s.", name=name, number=number))


def name_of(part: str, codebook: Codebook) -> str | None:
    """Return what a part (label:…, kind:…/…, skip:…) is called; None if the codebook has no such part."""
    return next((shown(name) for key, name in _names(codebook) if key == part), None)


def _names(codebook: Codebook) -> Iterator[tuple[str, str]]:
    for label in codebook.labels:
        yield f"label:{label.key}", label.name
        yield from ((f"kind:{label.key}/{kind.key}", kind.name) for kind in label.kinds)
    yield from ((f"skip:{reason.key}", reason.name) for reason in codebook.skip_reasons)
