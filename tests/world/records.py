"""Records of the test company, one plain function for each kind: `opportunity(w, name=…)` gives the new id."""

from typing import Any

from dougong.records.api import Writing, create


def account(w: Writing, name: str, **values: Any) -> int:
    """A customer of the writer."""
    return one(w, "account", name=name, **values)


def contact(w: Writing, name: str, account_id: int, **values: Any) -> int:
    """Somebody who works for a customer."""
    return one(w, "contact", name=name, account_id=account_id, **values)


def opportunity(w: Writing, name: str, **values: Any) -> int:
    """A deal of the writer, at the first stage when nothing else is said."""
    return one(w, "opportunity", name=name, **values)


def task(w: Writing, subject: str, related: tuple[str, int], **values: Any) -> int:
    """A task about the record `related` (object, id)."""
    return activity(w, subject, related, type="task", status="open", **values)


def activity(w: Writing, subject: str, related: tuple[str, int], **values: Any) -> int:
    """Something that was done or is planned with the record `related` (object, id)."""
    obj, record_id = related
    return one(w, "activity", subject=subject, related_id={"object": obj, "id": str(record_id)}, **values)


def product(w: Writing, name: str, **values: Any) -> int:
    """Something that is sold."""
    return one(w, "product", name=name, **values)


def one(w: Writing, obj: str, **values: Any) -> int:
    """A record of any object."""
    (made,) = create(w, obj, [values]).ids
    assert made is not None
    return made
