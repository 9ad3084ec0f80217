"""Deals of before stages said what follows from them: each is given what it would have had by the write path.

Since when it has been in its stage, and from which stage it ended, history knows. A probability is a person's to set:
one that is blank is written like any change, and what is stamped moves nothing.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.catalogue.currencies import Rates, company_currency, rate_on, rates_of
from dougong.crm.opportunities.ending import days_between, standard_days
from dougong.crm.reading import product_writes
from dougong.crm.stages.rules import (
    ENDED,
    WON,
    StageRules,
    option_of,
    outcome_of,
    probability_of,
    rules_of,
)
from dougong.kit.clock import today
from dougong.kit.money import rounded, within_magnitude
from dougong.metadata.model import Field, Object
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Change, Writing, hold, stamp, update
from dougong.records.hooks import CatchUp
from dougong.records.past import Changed, last_changes

OPPORTUNITY = "opportunity"
OF_STAGE = (
    *("outcome", "forecast_category", "stage_updated_at", "standard_days"),
    *("ended_at", "ended_from", "actual_days"),
)
OF_AMOUNT = ("exchange_rate", "amount_converted")


def fill_in(w: Writing, ids: Sequence[int]) -> None:
    """Give these deals what they lack of what follows from stage and amount."""
    obj = w.registry.object(OPPORTUNITY)
    deals = hold(w, OPPORTUNITY, ids, (*OF_STAGE, *OF_AMOUNT))
    rates = _rates(w, obj, deals)
    values = {number: _converted(w, obj, deal, rates) for number, deal in deals.items()}
    stage = obj.fields.get(obj.stage_field or "")
    if stage is not None and "outcome" in obj.fields:
        unsaid = {n: deal for n, deal in deals.items() if deal["outcome"] is None and deal[stage.name] is not None}
        rules, past = rules_of(w, OPPORTUNITY), last_changes(w, OPPORTUNITY, stage.name, unsaid)
        for number, deal in unsaid.items():
            values[number] |= _of_stage(obj, stage, deal, rules, past.get(number))
        _bring_chances(w, stage, unsaid, rules)
    kept = {
        number: {name: value for name, value in given.items() if name in obj.fields and obj.fields[name].maintained}
        for number, given in values.items()
    }
    stamp(w, OPPORTUNITY, {number: given for number, given in kept.items() if given})


def _of_stage(
    obj: Object, stage: Field, deal: Mapping[str, Any], rules: StageRules, last: Changed | None
) -> dict[str, Any]:
    """What follows from the stage; `last`: its last change."""
    outcome = outcome_of(option_of(stage, deal[stage.name]))
    moment = last.at if last is not None else deal["created_at"]
    values = {
        "outcome": outcome,
        "forecast_category": rules.of(deal.get(RECORD_TYPE), deal[stage.name]).category,
        "stage_updated_at": moment,
        "standard_days": standard_days(obj, stage, deal, rules),
    }
    if outcome in ENDED:
        values |= {"ended_at": moment, "actual_days": days_between(deal["created_at"], moment)}
        # History may know a stage that there is no more.
        came_from = option_of(stage, str(last.old)) if last is not None else None
        values["ended_from"] = came_from.value if came_from is not None else None
    return values


def _bring_chances(w: Writing, stage: Field, deals: Mapping[int, Mapping[str, Any]], rules: StageRules) -> None:
    """The probability of deals that have none, and of ended ones, which are certain."""
    changes = []
    for number, deal in deals.items():
        if "probability" not in deal:
            continue
        option = option_of(stage, deal[stage.name])
        outcome, old = outcome_of(option), deal["probability"]
        wanted = old if old is not None else probability_of(rules.of(deal.get(RECORD_TYPE), deal[stage.name]), option)
        if outcome in ENDED:
            wanted = Decimal(100) if outcome == WON else Decimal(0)
        if wanted is not None and wanted != old:
            changes.append(Change(number, {"probability": str(wanted)}))
    if changes:
        writer = product_writes(w, system("values of a new release"), "catching_up")
        # A deal that a rule of the company refuses by now stays without.
        update(writer, OPPORTUNITY, changes, skip_problems=True)


def _rates(w: Writing, obj: Object, deals: Mapping[int, Mapping[str, Any]]) -> Rates:
    if "currency" not in obj.fields:
        return {}
    own = company_currency(obj.fields["currency"])
    return rates_of(w, {deal["currency"] for deal in deals.values()} - {own, None})


def _converted(w: Writing, obj: Object, deal: Mapping[str, Any], rates: Rates) -> dict[str, Any]:
    """Amount and rate of a deal that has none; one in a currency without a rate is left as it is."""
    if not obj.fields.keys() >= {"currency", *OF_AMOUNT} or deal["exchange_rate"] is not None:
        return {}
    currency, amount = deal["currency"], deal["amount"]
    day = deal["close_date"] or today(w.actor.timezone)
    own = company_currency(obj.fields["currency"])
    rate = Decimal(1) if currency in {own, None} else rate_on(rates, currency, day)
    if rate is None:
        return {}
    converted = None if amount is None else rounded(amount * rate)
    if converted is not None and not within_magnitude(converted):
        return {}
    return {"exchange_rate": rate, "amount_converted": converted}


CATCH_UPS = (CatchUp("opportunities.values", OPPORTUNITY, (*OF_STAGE, *OF_AMOUNT), fill_in),)
