"""Exchange rates: one a day for each currency, none for the company's own, and what a new one changes at once."""

from collections.abc import Sequence

from dougong.access.principal import system
from dougong.crm.catalogue.currencies import company_currency
from dougong.crm.opportunities.amounts import RATES
from dougong.crm.reading import each, product_reads, product_writes
from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.kit.limits import BATCH_MAX
from dougong.records.api import Change, Writing, update
from dougong.records.hooks import Batch

OPPORTUNITY = "opportunity"


def rates(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of rates that are there already, or that are of the company's own currency."""
    field = batch.object.fields["currency"]
    own = company_currency(field)
    labels = {option.value: option.label for option in field.options}
    wanted = {row.after("currency") for row in batch.live} - {None}
    if not wanted:
        return []
    among = Compare(Path(("currency",)), Operator.IN, tuple(sorted(wanted)))
    ours = {row.id for row in batch.rows if row.id}
    stored = each(product_reads(w, system("exchange rates")), batch.object.name, ("id", "currency", "from_date"), among)
    taken = {(currency, day) for record_id, currency, day in stored if record_id not in ours}
    problems = []
    for row in batch.live:
        currency, day = row.after("currency"), row.after("from_date")
        if currency is None or day is None:
            continue
        label = labels.get(currency)
        params = {"currency": currency, "day": day.isoformat()}
        params |= {"currency_zh": label.zh if label else currency, "currency_en": label.en if label else currency}
        if currency == own:
            problems.append(Problem("rate.company_currency", "currency", row.number, params))
        elif (currency, day) in taken:
            problems.append(Problem("rate.twice", "from_date", row.number, params))
        taken.add((currency, day))
    return problems


def recalculate(batch: Batch, w: Writing) -> list[Problem]:
    """Convert the amounts anew of all deals whose rate the batch has changed."""
    opportunity = w.registry.objects.get(OPPORTUNITY)
    if opportunity is None or "amount_converted" not in opportunity.fields:
        return []
    rows = batch.storable
    currencies = sorted({c for row in rows for c in (row.old.get("currency"), row.after("currency")) if c})
    days = [day for row in rows for day in (row.old.get("from_date"), row.after("from_date")) if day]
    if days:
        _convert_anew(w, currencies, Compare(Path(("close_date",)), Operator.GE, (min(days),)))
        _convert_anew(w, currencies, Compare(Path(("close_date",)), Operator.IS_NULL))
    return []


def _convert_anew(w: Writing, currencies: Sequence[str], where: Condition) -> None:
    among = Compare(Path(("currency",)), Operator.IN, tuple(currencies))
    found = each(product_reads(w, system("exchange rates")), OPPORTUNITY, ("id",), all_of(among, where))
    ids = [int(row[0]) for row in found]
    writer = product_writes(w, system("exchange rates"), RATES)
    for start in range(0, len(ids), BATCH_MAX):
        update(writer, OPPORTUNITY, [Change(record_id, {}) for record_id in ids[start : start + BATCH_MAX]])
