"""What strangers send by a form of the web, and what became of it: a lead, or a line that says why not.

The product creates the lead with the right to create leads and nothing else, by the ordinary write path, so that every
rule holds. What the visitor can mend is told; what they cannot (a lead that there is already, say) is kept for those
who look after the forms and answered kindly: a stranger must not learn whom we know.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from dougong.access.principal import Action, ObjectRights, Principal, system
from dougong.automation.notifications import notify
from dougong.crm.leads.forms import Form
from dougong.crm.leads.mapping import LEAD
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import now
from dougong.kit.errors import Problem, Refused
from dougong.kit.limits import TEXT_LENGTH_MAX
from dougong.kit.text import Language, sentence
from dougong.metadata.registry import Registry
from dougong.records.api import Query, Writing, columns_of, create, keeping, page

SUBMISSION = "web_form_submission"
REPEATED_WITHIN = timedelta(days=1)
CONTENT_MAX = 20_000

NOT_THEIRS = ("access.", "duplicate", "lookup.", "owner.", "pool.", "unique.")
"""Beginnings of the codes of problems that a visitor did not make and cannot mend."""


@dataclass(frozen=True)
class Sent:
    """What a visitor sent."""

    values: Mapping[str, Any]
    trap: bool
    """A field was filled that people do not see."""
    nonce: str
    """Known from the form that was handed out: with it nothing is sent twice."""
    address: str
    page: str


def may_create_leads(pool_id: int | None = None) -> Principal:
    """Who writes what comes by a form: the product, which may create leads of it (in that pool, where it names one) and
    look up what the form names."""
    rights = {
        LEAD: ObjectRights(frozenset({Action.CREATE})),
        "campaign": ObjectRights(frozenset({Action.READ})),
        "user": ObjectRights(frozenset({Action.READ})),
        "pool": ObjectRights(frozenset({Action.READ})),
    }
    return replace(
        system("web form"),
        rights=MappingProxyType(rights),
        pools=MappingProxyType({} if pool_id is None else {pool_id: False}),
        edits_all=False,
        administers=False,
        product=False,
        rights_key="web form",
    )


def submit(w: Writing, form: Form, sent: Sent) -> str:
    """Take in what was sent; what became of it (`created`, `repeated`, `blocked`, `spam`).

    Raises Refused with what the visitor has to mend; nothing is kept of that, for they will send it again.
    """
    if _known(w, "nonce", sent.nonce):
        return "repeated"
    content = _content(form, sent)
    digest = hashlib.sha256(f"{form.key} {content}".encode()).hexdigest()
    if sent.trap:
        return _keep(w, form, sent, "spam", content=content)
    before = _known(w, "digest", digest)
    if before:
        return _keep(w, form, sent, "repeated", content=content, lead_id=before[0], digest=digest)
    _check_given(form, sent)
    values: dict[str, Any] = {
        **{one.field.name: sent.values[one.field.name] for one in form.fields if one.field.name in sent.values},
        "source": form.source,
        "campaign_id": form.campaign_id,
        **({"owner_id": form.owner_id} if form.pool_id is None else {"pool_id": form.pool_id}),
    }
    # A form goes on with its source when that is taken out of use: nobody is told at the moment.
    carried = frozenset() if form.source is None else frozenset({("source", form.source)})
    try:
        writer = replace(w, actor=may_create_leads(form.pool_id), carried=carried)
        lead = create(writer, LEAD, [values]).ids[0]
    except Refused as refusal:
        theirs = [problem for problem in refusal.problems if _is_theirs(w.registry, form, problem)]
        if theirs:
            raise Refused(theirs) from refusal
        return _keep(w, form, sent, "blocked", content=content, digest=digest, problems=refusal.problems)
    if form.campaign_id is not None:
        member = {"campaign_id": form.campaign_id, "lead_id": lead, "response": "registered"}
        create(w, "campaign_member", [member])
    name = sent.values.get("name"), sent.values.get("company_name")
    params = {"form": form.name, "name": " · ".join(str(part) for part in name if part)}
    notify(w, [form.owner_id], "lead.from_form", params, (LEAD, lead) if lead is not None else None)
    return _keep(w, form, sent, "created", content=content, lead_id=lead, digest=digest)


def _is_theirs(registry: Registry, form: Form, problem: Problem) -> bool:
    """Whether the visitor can mend it: no rule about what others hold, nor about fields that the form does not ask."""
    if problem.code.startswith(NOT_THEIRS):
        return False
    about = {problem.field} if problem.field is not None else set()
    rule = problem.params.get("rule")
    for one, formula in registry.formulas.rules.get(LEAD, ()):
        if one.name == rule:
            about |= {name for owner, name in formula.uses if owner == LEAD}
    return not about or not about.isdisjoint(one.field.name for one in form.fields)


def _check_given(form: Form, sent: Sent) -> None:
    """Raise Refused for a question that has to be answered and was not."""
    missing = [
        Problem("field.required", one.field.name, params={"label_zh": one.label.zh, "label_en": one.label.en})
        for one in form.fields
        if one.required and sent.values.get(one.field.name) in (None, "", [], False)
    ]
    if missing:
        raise Refused(missing)


def _content(form: Form, sent: Sent) -> str:
    """The answers by field, in the order of the form."""
    answers = {one.field.name: sent.values.get(one.field.name) for one in form.fields}
    return json.dumps(answers, ensure_ascii=False, default=str)[:CONTENT_MAX]


def _known(w: Writing, name: str, value: str) -> list[Any]:
    """The lead of a submission that was so marked lately, with a blank where it has none; nothing for none."""
    marked = Compare(Path((name,)), Operator.EQ, (value,))
    lately = Compare(Path(("sent_at",)), Operator.GT, (now() - REPEATED_WITHIN,))
    rows = page(w, Query(SUBMISSION, columns_of(("lead_id",)), all_of(marked, lately), limit=1)).rows
    return [row[0] for row in rows]


def _keep(
    w: Writing,
    form: Form,
    sent: Sent,
    outcome: str,
    *,
    content: str,
    lead_id: int | None = None,
    digest: str | None = None,
    problems: Sequence[Problem] = (),
) -> str:
    named = [str(sent.values.get(name) or "") for name in ("company_name", "name", "mobile", "email")]
    line = {
        "form_id": form.id,
        "outcome": outcome,
        "sent_at": now(),
        "lead_id": lead_id,
        "summary": " · ".join(part for part in named if part)[:TEXT_LENGTH_MAX] or None,
        "reason": "\n".join(_told(problem, "zh") for problem in problems)[:2000] or None,
        "content": content,
        "address": sent.address[:64] or None,
        "page": sent.page[:TEXT_LENGTH_MAX] or None,
    }
    create(keeping(w, "nonce", "digest"), SUBMISSION, [{**line, "nonce": sent.nonce, "digest": digest}])
    return outcome


def _told(problem: Problem, language: Language) -> str:
    return sentence(problem.code, language, problem.params)
