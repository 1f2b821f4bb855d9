"""Forms of the desk's decisions: what the queue is asked for, a decision, what to accept in one step."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from annotator.domain.adjudication import FEWEST, LONGEST_REASON, LONGEST_RULE, Decision
from annotator.domain.codebook import Codebook
from annotator.storage.acceptance import Agreed
from annotator.storage.adjudication_queue import SKIP, SORTS, TABS, Wanted
from annotator.storage.database import AnyRow
from annotator.web.codebook_texts import shown
from annotator.web.forms import (
    LONGEST_NUMBER,
    LOST,
    OptionField,
    at_most,
    block,
    line,
    plain_number,
    typed,
    whole_number,
)
from annotator.web.pages import page_number

BETWEEN = "|"
"""Stands between the two answers of a pair: no key has one."""
SORT_NAMES = (
    ("entropy", _l("Most divided first")),
    ("article", _l("In the order of the articles")),
    ("newest", _l("Changed last first")),
)


def answer_name(codebook: Codebook, answer: str) -> str:
    """Return what an answer is called: a label's name, or why the claim is skipped."""
    if not answer.startswith(SKIP):
        label = codebook.label(answer)
        return shown(label.name) if label else answer
    reason = codebook.skip_reason(answer.removeprefix(SKIP))
    return shown(reason.name) if reason else answer.removeprefix(SKIP)


def pair_of(text: str | None) -> tuple[str, str] | None:
    """Read two answers; None for anything else."""
    one, between, other = (text or "").partition(BETWEEN)
    return (one, other) if one and between and other else None


class QueueForm(Form):
    """What the queue is asked for, as it stands in the page's address."""

    tab = OptionField("", [(tab, tab) for tab in TABS], default="open")
    pair = OptionField(_l("Labels that meet"), default="")
    article = StringField(filters=[line])
    flagged = BooleanField(_l("flagged"))
    noted = BooleanField(_l("with a note"))
    asked = BooleanField(_l("with an open question"))
    mine = BooleanField(_l("with my own verdict"))
    incomplete = BooleanField(_l("also those that wait for more verdicts"))
    sort = OptionField(_l("Sort by"), SORT_NAMES, default=SORTS[0])

    @classmethod
    def read(cls, args: MultiDict[str, str], pairs: Iterable[AnyRow], codebook: Codebook) -> "QueueForm":
        """Read an address's arguments; what asks for nothing that there is, asks for nothing."""
        form = cls(args)
        names = [
            (
                f"{row.one}{BETWEEN}{row.other}",
                f"{answer_name(codebook, row.one)} – {answer_name(codebook, row.other)} ({row.claims})",
            )
            for row in pairs
        ]
        form.pair.choices = [("", _l("Any")), *names]
        form.validate()
        for field in (form.tab, form.pair, form.sort):
            if field.errors:
                field.data, field.errors = field.default, ()
        return form

    def wanted(self, page: str = "") -> Wanted:
        """Return what the queue is asked for."""
        return Wanted(
            tab=self.tab.data or "open",
            article_id=whole_number(typed(self.article)),
            pair=pair_of(self.pair.data),
            flagged=self.flagged.data,
            noted=self.noted.data,
            asked=self.asked.data,
            mine=self.mine.data,
            incomplete=self.incomplete.data,
            sort=self.sort.data or SORTS[0],
            page=page_number(page),
        )

    def arguments(self) -> dict[str, Any]:
        """Return what is asked for as arguments of an address, without what is not."""
        given = {field.name: "1" if field.data is True else str(field.data) for field in self if field.data}
        usual = {("tab", "open"), ("sort", SORTS[0])}
        return {name: value for name, value in given.items() if (name, value) not in usual}

    def narrows(self) -> bool:
        """Tell whether anything is asked for that leaves claims out."""
        return bool(self.arguments().keys() - {"sort", "tab", "incomplete"})


class DecisionForm(Form):
    """A decision as the claim's page sends it. Which labels exist is the codebook's to say, not the form's."""

    client_key = StringField(validators=[InputRequired(LOST), Length(min=8, max=100, message=LOST)])
    revision = StringField(validators=[InputRequired(LOST), Length(max=LONGEST_NUMBER, message=LOST), plain_number])
    label = StringField(_l("Label"), [Optional(), Length(max=60, message=LOST)])
    also_attributed = BooleanField()
    cause = StringField(_l("Why do the verdicts differ?"), [Optional(), Length(max=40, message=LOST)])
    rule = StringField(_l("Rule that decides"), [at_most(LONGEST_RULE)], filters=[line])
    reason = TextAreaField(_l("Reason"), [at_most(LONGEST_REASON)], filters=[block])

    def decision(self, sent: Mapping[str, str]) -> Decision:
        """Return what the form says; the kind stands under the name of its label."""
        answer = self.label.data or ""
        label = None if answer.startswith(SKIP) else answer or None
        return Decision(
            label=label,
            kind=sent.get(f"kind_{label}") or None if label else None,
            skip_reason=answer.removeprefix(SKIP) or None if answer.startswith(SKIP) else None,
            also_attributed=bool(label) and self.also_attributed.data,
            cause=self.cause.data or None,
            rule=typed(self.rule),
            reason=typed(self.reason).strip(),
        )


class ReopenForm(Form):
    """Why a claim, or a step, is opened again."""

    client_key = StringField(validators=[InputRequired(LOST), Length(min=8, max=100, message=LOST)])
    revision = StringField(validators=[Optional(), Length(max=LONGEST_NUMBER, message=LOST), plain_number])
    reason = StringField(_l("Why open it again?"), [InputRequired(_l("Fill this in.")), at_most(1000)], filters=[line])


class AcceptForm(Form):
    """Which of the claims that all agree on are accepted."""

    article = StringField(filters=[line])
    at_least = OptionField(
        _l("Verdicts on the claim, at least"), [(str(count), str(count)) for count in range(FEWEST, 11)], default="2"
    )
    flags = BooleanField(_l("also flagged claims"))
    notes = BooleanField(_l("also claims with notes"))

    @classmethod
    def read(cls, args: Any) -> "AcceptForm":
        """Read what is asked for; what makes no sense asks for nothing."""
        form = cls(args)
        form.validate()
        if form.at_least.errors:
            form.at_least.data, form.at_least.errors = form.at_least.default, ()
        return form

    def wanted(self) -> Agreed:
        """Return what is asked for."""
        return Agreed(
            article_id=whole_number(typed(self.article)),
            at_least=int(self.at_least.data or FEWEST),
            without_flags=not self.flags.data,
            without_notes=not self.notes.data,
        )

    def arguments(self) -> dict[str, str]:
        """Return what is asked for as arguments of an address, without what is not."""
        given = {field.name: "1" if field.data is True else str(field.data) for field in self if field.data}
        return {name: value for name, value in given.items() if (name, value) != ("at_least", "2")}
