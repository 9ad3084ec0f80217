"""The documents: not in force, in force or cancelled, and their lines in force with them (domain.md 4.5 to 4.11).

What is in force keeps what it says: it is taken out of force to be changed, and then deleted. The exception is the
receipt: money comes first and is settled later, so that lines are added to it and taken away while it is in force.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dougong.access.principal import system
from dougong.crm.catalogue.currencies import RATE
from dougong.crm.catalogue.documents import CURRENCY
from dougong.crm.reading import by_ids, product_reads, product_writes
from dougong.kit.clock import today
from dougong.kit.errors import Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.kit.money import rounded
from dougong.metadata.model import Field
from dougong.records.api import Change, Reading, Writing, hold, update
from dougong.records.hooks import Act, Batch
from dougong.records.work import MERGING

ACCOUNT, ORDER_LINK = "account_id", "sales_order_id"
STATUS, IN_FORCE = "status", "in_force"
DRAFT, EFFECTIVE, CANCELLED = "draft", "effective", "cancelled"
RECEIVABLE, RECEIPT, REFUND, ADJUSTMENT = "receivable", "receipt", "refund", "receivable_adjustment"
RECEIVABLE_LINE, RECEIPT_LINE = "receivable_line", "receipt_line"
REFUND_LINE, ADJUSTMENT_LINE = "refund_line", "receivable_adjustment_line"
INVOICE = "tax_invoice"

KEEPER = system("receivables")
FOLLOW, KEEP = "follow the document", "keep what is owed"
"""The actions by which the product brings lines into force with their document, and writes what is owed."""
OURS = frozenset({FOLLOW, KEEP})

Ways = Mapping[str, frozenset[str]]
TO_AND_FRO: Ways = {DRAFT: frozenset({EFFECTIVE}), EFFECTIVE: frozenset({DRAFT})}
WITH_CANCELLING: Ways = {
    DRAFT: frozenset({EFFECTIVE, CANCELLED}),
    EFFECTIVE: frozenset({DRAFT, CANCELLED}),
    CANCELLED: frozenset(),
}


@dataclass(frozen=True)
class Document:
    """One kind of document. `link`: the field by which its lines hang on it."""

    line: str | None
    link: str
    ways: Ways
    keeps: tuple[str, ...]
    """What stays while it is in force, beside account, currency and day."""
    needs_lines: bool = False
    settles: bool = False
    """Lines are added and taken away while it is in force."""


DOCUMENTS: Mapping[str, Document] = {
    RECEIVABLE: Document(
        RECEIVABLE_LINE,
        "receivable_id",
        WITH_CANCELLING,
        ("sales_order_id", "contract_id", "payment_plan_id"),
        needs_lines=True,
    ),
    RECEIPT: Document(RECEIPT_LINE, "receipt_id", TO_AND_FRO, ("amount",), settles=True),
    REFUND: Document(REFUND_LINE, "refund_id", TO_AND_FRO, ("amount", "receipt_id")),
    ADJUSTMENT: Document(ADJUSTMENT_LINE, "receivable_adjustment_id", TO_AND_FRO, (), needs_lines=True),
    INVOICE: Document(None, "", WITH_CANCELLING, ("amount", "number", "sales_order_id", "contract_id")),
}
LINES: Mapping[str, str] = {kind.line: name for name, kind in DOCUMENTS.items() if kind.line is not None}
"""The objects of lines, with the object of their document."""

SOURCES: Mapping[str, str] = {
    ORDER_LINK: "sales_order",
    "contract_id": "contract",
    "receipt_id": RECEIPT,
    "payment_plan_id": "payment_plan",
}
"""What a document may name instead of its account, by the field in which it does."""


def link_of(line: str) -> str:
    """The field by which lines of this object hang on their document."""
    return DOCUMENTS[LINES[line]].link


def rows_of(
    r: Reading, object_name: str, ids: Iterable[Any], names: Collection[str], field: str = "id"
) -> list[dict[str, Any]]:
    """The records whose `field` is one of `ids`, with these paths, whoever may see them."""
    wanted = {i for i in ids if i is not None}
    if not wanted or object_name not in r.registry.objects:
        return []
    paths = ("id", *names)
    found = by_ids(product_reads(r, KEEPER), object_name, paths, wanted, field)
    return [dict(zip(paths, row, strict=True)) for row in found]


def one_at_a_time(batch: Batch, w: Writing) -> list[Problem]:
    """Hold the accounts of the batch before anything else: in each, one at a time decides what is owed and settled."""
    if batch.derived or w.action in OURS:
        return []
    name = batch.object.name
    of = LINES.get(name)
    ids = {row.id for row in batch.rows if row.id}
    if of is None:
        accounts = {_number(row.given.get(ACCOUNT)) for row in batch.rows}
        for link, source in SOURCES.items():
            named = {
                _number(row.given.get(link)) for row in batch.rows if link in row.given and not row.given.get(ACCOUNT)
            }
            accounts |= {row[ACCOUNT] for row in rows_of(w, source, named, (ACCOUNT,))}
        accounts |= {row[ACCOUNT] for row in rows_of(w, name, ids, (ACCOUNT,))}
    else:
        link = link_of(name)
        masters = {_number(row.given.get(link)) for row in batch.rows}
        masters |= {row[link] for row in rows_of(w, name, ids, (link,))}
        accounts = {row[ACCOUNT] for row in rows_of(w, of, masters, (ACCOUNT,))}
    hold_accounts(w, accounts)
    return []


def hold_accounts(w: Writing, accounts: Iterable[int | None]) -> None:
    """Keep everybody else from settling in these accounts, to the end of the transaction."""
    wanted = {account for account in accounts if account is not None}
    if wanted:
        hold(product_writes(w, KEEPER, KEEP), "account", wanted)


def _number(value: object) -> int | None:
    """An id as somebody has sent it; what is none is told by the stage that reads it."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def life(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of documents that would come to a status to which no way leads. An import brings what has been."""
    if w.via == "import":
        return []
    ways = DOCUMENTS[batch.object.name].ways
    problems = []
    for row in batch.live:
        before, after = row.old.get(STATUS), row.after(STATUS)
        if batch.act is Act.CREATE:
            if after not in {None, DRAFT}:
                problems.append(Problem("receivables.starts_as_draft", STATUS, row.number, told(batch, DRAFT, DRAFT)))
        elif row.changes(STATUS) and after in ways and after not in ways.get(str(before), ()):
            problems.append(Problem("receivables.no_way", STATUS, row.number, told(batch, before, after)))
        if row.changes(STATUS) and after == CANCELLED and not row.after("cancel_reason"):
            problems.append(Problem("receivables.cancel_reason", "cancel_reason", row.number))
    return problems


def told(batch: Batch, before: object, after: object) -> dict[str, str]:
    """What a document is called, and the two statuses that a problem is about."""
    label = batch.object.label
    params = {"document_zh": label.zh, "document_en": label.en}
    for key, value in (("before", before), ("after", after)):
        params |= _named(batch.object.fields[STATUS], key, value)
    return params


def _named(status: Field, key: str, value: object) -> dict[str, str]:
    option = next((one for one in status.options if one.value == value), None)
    zh, en = (str(value), str(value)) if option is None else (option.label.zh, option.label.en)
    return {f"{key}_zh": zh, f"{key}_en": en}


def in_force(batch: Batch, w: Writing) -> list[Problem]:
    """Note since when, and by whom, a document is in force; problems of one without the lines that it needs."""
    kind, fields = DOCUMENTS[batch.object.name], batch.object.fields
    problems = []
    for row in batch.live:
        if not row.changes(STATUS) or (batch.act is Act.CREATE and w.via != "import"):
            continue
        comes = row.after(STATUS) == EFFECTIVE
        if comes or row.after(STATUS) == DRAFT:
            row.values["effective_date"] = today(w.actor.timezone) if comes else None
            if "audited_by_id" in fields:
                row.values["audited_by_id"] = w.actor.user_id if comes else None
        if comes and kind.needs_lines and not row.old.get("line_count") and w.via != "import":
            problems.append(Problem("receivables.no_lines", STATUS, row.number, told(batch, DRAFT, EFFECTIVE)))
    return problems


def stays(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of documents in force, or cancelled, that would say something else by staying so.

    Of account, currency and day the catalogue tells people (`held_still`); nothing else may change these either, but
    accounts that become one.
    """
    if w.via == MERGING or w.action in OURS:
        return []
    names = list(DOCUMENTS[batch.object.name].keeps)
    if w.via == "import" or not w.actor.user_id:
        names += [ACCOUNT, CURRENCY]
    problems = []
    for row in batch.live:
        if row.old.get(STATUS) == DRAFT or row.after(STATUS) == DRAFT:
            continue
        for name in names:
            if name in batch.object.fields and row.changes(name):
                label = batch.object.fields[name].label
                params = {"field_zh": label.zh, "field_en": label.en}
                params |= _named(batch.object.fields[STATUS], "stage", row.old.get(STATUS))
                problems.append(Problem("document.frozen", name, row.number, params))
    return problems


def converted(batch: Batch, w: Writing) -> list[Problem]:
    """Keep what the amount of a document is in the company's currency."""
    if "amount_converted" not in batch.object.fields:
        return []
    for row in batch.live:
        if row.changes("amount") or row.changes(RATE):
            amount, rate = row.after("amount"), row.after(RATE)
            row.values["amount_converted"] = None if amount is None or rate is None else rounded(amount * rate)
    return []


def ours_to_delete(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of documents in force that would be deleted."""
    return [
        Problem("receivables.delete_in_force", row=row.number, params=told(batch, EFFECTIVE, DRAFT))
        for row in batch.live
        if row.old.get(STATUS) == EFFECTIVE
    ]


def frozen_lines(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of lines of documents that are in force or cancelled. Receipts are settled with while in force, unless
    somebody has locked them."""
    name = batch.object.name
    of, link = LINES[name], link_of(name)
    if batch.derived or w.action in OURS or w.via == "import":
        return []
    masters = {i for row in batch.live for i in (row.old.get(link), row.after(link))}
    found = {row["id"]: row for row in rows_of(w, of, masters, (STATUS, "locked_at"))}
    document, settles = w.registry.object(of), DOCUMENTS[of].settles
    problems = []
    for row in batch.live:
        heads = [found[i] for i in (row.old.get(link), row.after(link)) if i in found]
        held = next((head[STATUS] for head in heads if head[STATUS] not in {None, DRAFT}), None)
        if settles and any(head["locked_at"] is not None for head in heads):
            problems.append(Problem("record.master_locked", row=row.number, params={"id": str(row.id)}))
        elif held is not None and not settles:
            params = {"document_zh": document.label.zh, "document_en": document.label.en}
            params |= _named(document.fields[STATUS], "stage", held)
            problems.append(Problem("line.frozen", row=row.number, params=params))
    return problems


def lines_stay(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of lines that would move to another document, or settle something else after a refund was begun."""
    if w.via == MERGING or w.action in OURS:
        return []
    link = link_of(batch.object.name)
    others = {row.id for row in batch.live if row.changes("receivable_line_id")} if link == "receipt_id" else set()
    refunded = {
        row["receipt_line_id"] for row in rows_of(w, REFUND_LINE, others, ("receipt_line_id",), "receipt_line_id")
    }
    return [
        Problem("receivables.line_stays", link if row.changes(link) else "receivable_line_id", row.number)
        for row in batch.live
        if row.changes(link) or row.id in refunded
    ]


def followed(batch: Batch, w: Writing) -> list[Problem]:
    """Bring the lines into force, and out of it, with their document; what they refuse, the document refuses."""
    kind = DOCUMENTS[batch.object.name]
    if kind.line is None or w.action in OURS:
        return []
    moved = {
        row.id: row for row in batch.storable if row.changes(STATUS) or (kind.needs_lines and row.changes(ORDER_LINK))
    }
    names = (kind.link, IN_FORCE, *((ORDER_LINK, "sales_order_line_id") if kind.line == RECEIVABLE_LINE else ()))
    changes, numbers = [], []
    for line in rows_of(w, kind.line, moved, names, kind.link):
        row = moved[line[kind.link]]
        values: dict[str, Any] = {}
        if (row.after(STATUS) == EFFECTIVE) is not bool(line[IN_FORCE]):
            values[IN_FORCE] = row.after(STATUS) == EFFECTIVE
        if ORDER_LINK in names and line["sales_order_line_id"] is None and line[ORDER_LINK] != row.after(ORDER_LINK):
            values[ORDER_LINK] = row.after(ORDER_LINK)
        if values:
            changes.append(Change(line["id"], values))
            numbers.append(row.number)
    writer = product_writes(w, KEEPER, FOLLOW)
    for start in range(0, len(changes), BATCH_MAX):
        try:
            update(writer, kind.line, changes[start : start + BATCH_MAX])
        except Refused as refusal:
            return [Problem(p.code, None, numbers[start + p.row], p.params) for p in refusal.problems]
    return []


def back_in_step(batch: Batch, w: Writing) -> list[Problem]:
    """Bring lines that come back from the recycle bin into force or out of it, as their document is by now."""
    name, link = batch.object.name, link_of(batch.object.name)
    rows = {row.id: row for row in batch.storable}
    status = {
        row["id"]: row[STATUS] for row in rows_of(w, LINES[name], {r.old[link] for r in rows.values()}, (STATUS,))
    }
    changes = [
        Change(i, {IN_FORCE: not row.old[IN_FORCE]})
        for i, row in rows.items()
        if bool(row.old[IN_FORCE]) is not (status.get(row.old[link]) == EFFECTIVE)
    ]
    if changes:
        update(product_writes(w, KEEPER, FOLLOW), name, changes)
    return []
