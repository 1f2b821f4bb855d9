"""Which article was given to whom."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class Assignment(db.Model):  # type: ignore[name-defined,misc]
    """An article on a person's desk, until it is finished or released."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("article_id", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    assigned_at: Mapped[datetime]
    due_on: Mapped[date | None]
    released_at: Mapped[datetime | None]
