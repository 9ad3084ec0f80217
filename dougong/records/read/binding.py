"""The values that a compiled statement is run with: the reader's tokens and zone, and its conditions' values."""

from typing import Any

from dougong.access.principal import Principal
from dougong.expressions.context import EvaluationContext
from dougong.expressions.formula.to_sql import NOW, TODAY
from dougong.kit.clock import now, today
from dougong.records.read.compile import ZONE, Statement
from dougong.records.read.paths import ME
from dougong.records.read.query import Query
from dougong.records.read.visibility import token_params


def reader_context(principal: Principal) -> EvaluationContext:
    """The reader's day, zone and id, for relative dates and "me"."""
    return EvaluationContext(today(principal.timezone), principal.timezone, principal.user_id, now())


def run_params(principal: Principal, statement: Statement, query: Query) -> dict[str, Any]:
    """Everything but limit, offset and cursor. `query` has the shape that `statement` was compiled for."""
    context = reader_context(principal)
    params = {
        **statement.constants,
        **token_params(principal),
        ZONE: principal.timezone,
        TODAY: context.today,
        NOW: context.now,
        ME: context.me,
        **statement.where.values(query.where, context),
    }
    if statement.having is not None and query.having is not None:
        params.update(statement.having.values(query.having.condition, context))
    return params
