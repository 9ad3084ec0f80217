"""What people do with quotes, orders and deals beyond writing in them, each one act through the ordinary write path."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dougong.access.principal import Action as Right
from dougong.crm.reading import each, product_reads
from dougong.crm.stages.rules import LOST, WON, option_of, outcome_of
from dougong.crm.trade.copying import lines_in, put_lines
from dougong.crm.trade.orders import CANCELLED, CLOSED, DRAFT, EFFECTIVE, ORDER, STATUS
from dougong.crm.trade.quotes import DEAL, KEEPER, MAIN, QUOTE, make_main
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit import clock
from dougong.kit.errors import BadRequest, Conflict
from dougong.metadata.model import Label
from dougong.records.api import Change, Seen, Writing, create, get, hold, keep, update
from dougong.records.hooks import Action

OPPORTUNITY = "opportunity"
Params = Mapping[str, Any]
COPIED = ("contact_id", "price_book_id", "currency", "terms", "description")


def _main(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """Make a quote the main one of its deal."""
    for record_id in ids:
        make_main(w, record_id, get(w, QUOTE, record_id, (DEAL,))[DEAL])
    return {}


def _bring(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """Give the deal the lines of its main quote, with its currency and price book, and so the amount."""
    for record_id in ids:
        quote = _locked(w, QUOTE, record_id)
        if not quote[MAIN]:
            raise Conflict("quote.not_main")
        deal = quote[DEAL]
        lines = lines_in(w, QUOTE, record_id)
        if not lines:
            raise Conflict("quote.no_lines")
        put_lines(w, OPPORTUNITY, deal, [])
        fields = w.registry.object(OPPORTUNITY).fields
        head = {name: quote.get(name) for name in ("currency", "price_book_id") if name in fields}
        update(w, OPPORTUNITY, [Change(deal, head)])
        put_lines(w, OPPORTUNITY, deal, lines)
        keep(w, QUOTE, {record_id: {"synchronized_at": clock.now()}})
    return {}


def _copy(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """A new quote like this one, a draft of today, with the same lines."""
    quote = get(w, QUOTE, ids[0])
    values = {name: quote[name] for name in (DEAL, "name", *COPIED) if quote.get(name) is not None}
    made = int(create(w, QUOTE, [values]).ids[0] or 0)
    keep(w, QUOTE, {made: {"copied_from_id": ids[0]}})
    put_lines(w, QUOTE, made, lines_in(w, QUOTE, ids[0]))
    return _made(QUOTE, made)


def _order_of_quote(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """An order with the lines of a quote. Raises Conflict for one that is ordered already."""
    quote = _locked(w, QUOTE, ids[0])
    live = Compare(Path((STATUS,)), Operator.NE, (CANCELLED,))
    where = all_of(Compare(Path(("quote_id",)), Operator.EQ, (ids[0],)), live)
    if next(each(product_reads(w, KEEPER), ORDER, ("id",), where), None) is not None:
        # Its number is for who may see the order.
        seen = next(each(w, ORDER, ("code",), where), None)
        raise Conflict("quote.ordered_hidden") if seen is None else Conflict("quote.ordered", number=seen[0])
    return _order(w, QUOTE, ids[0], {"opportunity_id": quote[DEAL]}, quote)


def _order_of_deal(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """An order with the lines of a deal that was won."""
    deal = _locked(w, OPPORTUNITY, ids[0])
    return _order(w, OPPORTUNITY, ids[0], {"opportunity_id": ids[0]}, deal)


def _order(w: Writing, source: str, record_id: int, links: Params, head: Params) -> Mapping[str, Any]:
    if head.get("account_id") is None:
        raise Conflict("order.no_account")
    taken = ("account_id", "contact_id", "price_book_id", "currency")
    values = {name: head[name] for name in taken if head.get(name) is not None}
    made = int(create(w, ORDER, [{**values, **links}]).ids[0] or 0)
    if source == QUOTE:
        # Price rules are those under which it was offered, whenever it is ordered.
        keep(w, ORDER, {made: {"quote_id": record_id, "priced_on": head["quote_date"]}})
    put_lines(w, ORDER, made, lines_in(w, source, record_id))
    return _made(ORDER, made)


def _locked(w: Writing, object_name: str, record_id: int) -> Params:
    """What the writer sees of a record that nobody else changes until this act is done."""
    hold(w, object_name, [record_id])
    return get(w, object_name, record_id)


def _made(object_name: str, record_id: int) -> Mapping[str, Any]:
    """What the surface shows of it: the record that there is now."""
    return {"made": {"object": object_name, "id": str(record_id)}}


def _to(status: str) -> Callable[[Writing, Sequence[int], Params], Mapping[str, Any]]:
    def run(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
        for name in params:
            if name != "cancel_reason" or status != CANCELLED:
                raise BadRequest("record.unknown_field", field=name, name=name, object=ORDER, nearest="")
        update(w, ORDER, [Change(record_id, {**params, STATUS: status}) for record_id in ids])
        return {}

    return run


def _at(*statuses: str) -> Callable[[Seen], bool]:
    """Whether the order stands at one of these, and the reader may change it."""
    return lambda seen: seen.can[Right.UPDATE] and seen.values.get(STATUS) in statuses


def _outcome(seen: Seen) -> str | None:
    obj = seen.reading.registry.object(seen.object)
    stage = obj.fields.get(obj.stage_field or "")
    if stage is None or stage.name not in seen.values:
        return None
    return outcome_of(option_of(stage, seen.values[stage.name]))


def _is_main(seen: Seen) -> bool | None:
    """Whether it is the main quote, where the reader may change it and it has not been refused; None else."""
    if not seen.can[Right.UPDATE] or _outcome(seen) == LOST or MAIN not in seen.values:
        return None
    return bool(seen.values[MAIN])


ORDERING = ((ORDER, Right.CREATE), ("sales_order_line", Right.CREATE))
CHANGING = ((ORDER, Right.UPDATE),)

ACTIONS = (
    Action(
        QUOTE,
        "make_order",
        Label("生成订单", "Make an order"),
        _order_of_quote,
        lambda seen: _outcome(seen) == WON,
        needs=(*ORDERING, ("quote_line", Right.READ)),
        primary=True,
        icon="shopping",
    ),
    Action(
        QUOTE,
        "bring_to_deal",
        Label("同步到商机", "Bring to the opportunity"),
        _bring,
        lambda seen: _is_main(seen) is True,
        confirm=Label(
            "商机现有的明细会换成这张报价单的明细，销售金额随之变化。",
            "The opportunity gets the lines of this quote instead of its own, and its amount with them.",
        ),
        needs=(("opportunity_line", Right.CREATE), ("opportunity_line", Right.DELETE), (OPPORTUNITY, Right.UPDATE)),
        icon="swap",
    ),
    Action(
        QUOTE,
        "make_main",
        Label("设为主报价单", "Make it the main quote"),
        _main,
        lambda seen: _is_main(seen) is False,
        needs=((QUOTE, Right.UPDATE),),
        icon="flag",
    ),
    Action(
        QUOTE,
        "copy_quote",
        Label("复制报价单", "Copy the quote"),
        _copy,
        needs=((QUOTE, Right.CREATE), ("quote_line", Right.CREATE)),
        icon="copy",
    ),
    Action(
        OPPORTUNITY,
        "make_order",
        Label("生成订单", "Make an order"),
        _order_of_deal,
        lambda seen: _outcome(seen) == WON,
        needs=(*ORDERING, ("opportunity_line", Right.READ)),
        icon="shopping",
    ),
    Action(
        ORDER,
        "activate",
        Label("生效", "Put in force"),
        _to(EFFECTIVE),
        _at(DRAFT),
        needs=CHANGING,
        bulk=True,
        primary=True,
        icon="check",
    ),
    Action(
        ORDER,
        "deactivate",
        Label("取消生效", "Take out of force"),
        _to(DRAFT),
        _at(EFFECTIVE),
        confirm=Label("订单回到未生效，可以修改明细。", "The order can be changed then, and counts in no sums."),
        needs=CHANGING,
        icon="undo",
    ),
    Action(ORDER, "close", Label("关闭", "Close"), _to(CLOSED), _at(EFFECTIVE), needs=CHANGING, bulk=True, icon="lock"),
    Action(ORDER, "open_again", Label("重新打开", "Reopen"), _to(EFFECTIVE), _at(CLOSED), needs=CHANGING, icon="play"),
    Action(
        ORDER,
        "cancel",
        Label("作废", "Cancel"),
        _to(CANCELLED),
        _at(DRAFT, EFFECTIVE),
        needs=CHANGING,
        bulk=True,
        asks=("cancel_reason",),
        needed=frozenset({"cancel_reason"}),
        icon="stop",
    ),
)
