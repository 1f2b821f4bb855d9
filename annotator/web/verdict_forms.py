"""What the list of one's own verdicts is asked for, as it stands in the page's address."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, SelectField, StringField

from annotator.domain.codebook import Codebook
from annotator.storage.database import AnyRow
from annotator.storage.verdict_list import Wanted
from annotator.web.card_names import CONFIDENCES
from annotator.web.codebook_texts import shown
from annotator.web.forms import DayField, OptionField, line, stretch, typed, whole_number

SKIPPED, OPEN = "skipped", "open"
BETWEEN = "."
"""Stands between a decision and its detail, a label and its kind: no key has one."""
ANY_CONFIDENCE = (
    ("", _l("Any")),
    *((str(number), name) for number, name in CONFIDENCES.items()),
    ("0", _l("Not given")),
)


class VerdictListForm(Form):
    """What the list is asked for. `said` is a label, "skipped" or "open", or one of its details: "sourced.document"."""

    q = StringField(_l("Search"), filters=[line])
    said = SelectField(_l("What I said"), default="")
    project = OptionField(_l("Project"), default="")
    confidence = OptionField(_l("Confidence"), ANY_CONFIDENCE, default="")
    since = DayField(_l("From"))
    until = DayField(_l("Until"))
    flagged = BooleanField(_l("flagged only"))
    article = StringField(filters=[line])
    slugs: Mapping[str, int]

    @classmethod
    def read(
        cls, args: MultiDict[str, str], projects: Sequence[AnyRow], codebooks: Sequence[Codebook]
    ) -> "VerdictListForm":
        """Read an address's arguments; what asks for nothing that there is, asks for nothing."""
        form = cls(args)
        form.slugs = {row.slug: row.id for row in projects}
        form.project.choices = [("", _l("Any")), *((row.slug, row.name) for row in projects)]
        form.said.choices = decisions(codebooks)
        form.validate()
        for field in (form.said, form.project, form.confidence):
            if field.errors:
                field.data, field.errors = field.default, ()
        return form

    def wanted(self, args: Mapping[str, str]) -> Wanted:
        """Return what the list is asked for; a date that is wrong asks for nothing. Days are those of UTC."""
        said, _dot, detail = (self.said.data or "").partition(BETWEEN)
        is_label = said not in {"", SKIPPED, OPEN}
        return Wanted(
            words=typed(self.q),
            project_id=self.slugs.get(self.project.data or ""),
            article_id=self.article_id(),
            label=said if is_label else "",
            kind=detail if is_label else "",
            state="" if is_label else said,
            skip_reason="" if is_label else detail,
            is_flagged=self.flagged.data,
            confidence=whole_number(self.confidence.data),
            since=None if self.since.errors else midnight(self.since.data),
            until=None if self.until.errors else midnight(self.until.data, days=1),
            before=stretch(args.get("before", "")),
            after=stretch(args.get("after", "")),
        )

    def article_id(self) -> int | None:
        """Return the id of the article that the list is narrowed to."""
        return whole_number(typed(self.article))

    def arguments(self) -> dict[str, str]:
        """Return what is asked for as arguments of an address, without what is not."""
        given = {field.name: field.data for field in self if field.data and not field.errors}
        return {name: "1" if value is True else str(value) for name, value in given.items()}

    def opens_filters(self) -> bool:
        """Tell whether something is asked for beside the search, or is wrong, so that it should be seen."""
        return bool(self.errors or self.arguments().keys() - {"q", "article"})


def midnight(day: date | None, days: int = 0) -> datetime | None:
    """Return the beginning of a day, or of one that is `days` later."""
    return datetime.combine(day + timedelta(days), time(), UTC) if day else None


def decisions(codebooks: Sequence[Codebook]) -> dict[str, list[tuple[str, Any]]]:
    """Return all that one can have said by these codebooks, in groups: a label with its kinds, skips, taken back."""
    groups: dict[str, tuple[str, list[tuple[str, Any]]]] = {}
    skipped = [(SKIPPED, _("Skipped, for any reason"))]
    for codebook in codebooks:
        for label in codebook.labels:
            name = shown(label.name)
            _name, group = groups.setdefault(label.key, (name, [(label.key, _("%(label)s, any kind", label=name))]))
            group += [pair for pair in details(label.key, label.kinds) if pair not in group]
        skipped += [pair for pair in details(SKIPPED, codebook.skip_reasons) if pair not in skipped]
    return {"": [("", _("Any"))], **dict(groups.values()), _("Not labelled"): [*skipped, (OPEN, _("Taken back"))]}


def details(decision: str, kinds: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield the finer choices within a decision: its kinds, or the reasons to skip."""
    for kind in kinds:
        yield f"{decision}{BETWEEN}{kind.key}", shown(kind.name)
