"""Asking the providers in their order: the first that knows companies answers, and what could not be asked is told.

People type, and each question may cost money: an answer is kept for a minute, a provider that fails again and again is
left alone for a while, a day's quota is never exceeded, and few questions are under way at once, so that a service that
hangs cannot hold up the product's own handlers.
"""

import html
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from dougong.integrations.registries.calling import CallFailed, Question, ask, signed, value_at
from dougong.integrations.registries.provider import FILE, Provider
from dougong.kit.clock import now
from dougong.records.companies.company import FACT_LENGTH_MAX, FACTS, NAME, Company
from dougong.records.companies.store import LEAST, companies_like, company_of
from dougong.records.companies.uses import note_failure, take_one
from dougong.storage.unit_of_work import Snapshot, Transaction

CANDIDATES_MAX = 10
QUERY_MAX = 100
FAILURES_UNTIL_REST = 3
REST_SECONDS = 30.0
KEPT_SECONDS, KEPT_MAX = 60.0, 500
AT_ONCE = 4
"""Questions under way in this process: a third of its handlers."""
CALENDAR = ZoneInfo("Asia/Shanghai")
"""The days by which the services count."""

_TAG = re.compile(r"<[^>]{0,50}>")
_PROVINCES = dict(
    pair.split(":")
    for pair in (
        "bj:北京市 tj:天津市 heb:河北省 sx:山西省 nmg:内蒙古自治区 ln:辽宁省 jl:吉林省 hlj:黑龙江省 sh:上海市 "
        "js:江苏省 zj:浙江省 ah:安徽省 fj:福建省 jx:江西省 sd:山东省 hen:河南省 hub:湖北省 hun:湖南省 gd:广东省 "
        "gx:广西壮族自治区 han:海南省 cq:重庆市 sc:四川省 gz:贵州省 yn:云南省 xz:西藏自治区 snx:陕西省 gs:甘肃省 "
        "qh:青海省 nx:宁夏回族自治区 xj:新疆维吾尔自治区 hk:香港特别行政区 mo:澳门特别行政区 tw:台湾省"
    ).split()
)
"""The short names of provinces that a service gives."""

Opening = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True)
class Failure:
    """A provider that could not be asked; `code` keys the sentence."""

    provider: Provider
    code: str
    told: str = ""


@dataclass(frozen=True)
class Found:
    """What the providers say: the companies of the first that knows some, and who could not be asked."""

    provider: Provider | None = None
    companies: tuple[Company, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, eq=False)
class Health:
    """What this process remembers of the providers: their answers for a minute, their failures for half of one."""

    answers: "OrderedDict[tuple[object, ...], tuple[float, tuple[Company, ...]]]" = field(default_factory=OrderedDict)
    failures: dict[tuple[int, str], tuple[int, float]] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)
    under_way: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def rests(self, provider: Provider) -> bool:
        """Whether the provider is left alone for now; then one question tries whether it is back."""
        with self.guard:
            count, until = self.failures.get(_of(provider), (0, 0.0))
            if count < FAILURES_UNTIL_REST:
                return False
            if time.monotonic() < until:
                return True
            self.failures[_of(provider)] = count, time.monotonic() + REST_SECONDS
            return False

    def note(self, provider: Provider, *, well: bool) -> None:
        """How a question came out."""
        with self.guard:
            if well:
                self.failures.pop(_of(provider), None)
            else:
                count = self.failures.get(_of(provider), (0, 0.0))[0] + 1
                self.failures[_of(provider)] = count, time.monotonic() + REST_SECONDS

    def kept(self, key: tuple[object, ...]) -> tuple[Company, ...] | None:
        """An answer that is not old."""
        with self.guard:
            found = self.answers.get(key)
            return None if found is None or found[0] < time.monotonic() else found[1]

    def keep(self, key: tuple[object, ...], companies: tuple[Company, ...]) -> None:
        """Keep an answer for a while."""
        with self.guard:
            self.answers[key] = time.monotonic() + KEPT_SECONDS, companies
            self.answers.move_to_end(key)
            while len(self.answers) > KEPT_MAX:
                self.answers.popitem(last=False)


def _of(provider: Provider) -> tuple[int, str]:
    """A provider whose address or key was changed is another one."""
    return provider.id, f"{provider.search_url} {provider.detail_url} {provider.app_key} {provider.signing}"


HEALTH = Health()


@dataclass(frozen=True)
class Asking:
    """What it takes to ask: the providers with their secrets, and a transaction for counting."""

    providers: Sequence[Provider]
    secrets: Mapping[int, str]
    opening: Opening
    health: Health = HEALTH

    def candidates(self, text: str) -> Found:
        """The companies like `text` of the first provider that knows some. Never raises for what a provider does."""
        sought = " ".join(text.split())[:QUERY_MAX]
        if len(sought) < LEAST:
            return Found()
        failures: list[Failure] = []
        for provider in self.providers:
            try:
                companies = self.companies(provider, sought)
            except CallFailed as failure:
                failures.append(Failure(provider, failure.code, failure.told))
                continue
            if companies:
                return Found(provider, companies[:CANDIDATES_MAX], tuple(failures))
        return Found(failures=tuple(failures))

    def companies(self, provider: Provider, sought: str) -> tuple[Company, ...]:
        """What one provider knows. Raises CallFailed."""
        if provider.kind == FILE:
            return self._from_file(lambda snapshot: companies_like(snapshot, provider.id, sought, CANDIDATES_MAX))
        if not provider.search_url:
            return ()
        key = (_of(provider), "search", sought)
        kept = self.health.kept(key)
        if kept is None:
            answer = self._call(
                provider, signed(provider, provider.search_url, self.secrets.get(provider.id), q=sought)
            )
            kept = _listed(provider, answer)
            self.health.keep(key, kept)
        return kept

    def whole(self, provider: Provider, ref: str) -> tuple[Company | None, Failure | None]:
        """All that the provider says of the company that was picked; what was in the list, where asking fails."""
        if provider.kind == FILE:
            found = self._from_file(
                lambda snapshot: [one] if (one := company_of(snapshot, provider.id, ref)) is not None else []
            )
            return (found[0] if found else None), None
        try:
            if not provider.detail_url:
                return self._listed(provider, ref), None
            key = (_of(provider), "detail", ref)
            kept = self.health.kept(key)
            if kept is None:
                question = signed(provider, provider.detail_url, self.secrets.get(provider.id), ref=ref)
                kept = _detailed(provider, ref, self._call(provider, question))
                self.health.keep(key, kept)
            return (kept[0] if kept else None), None
        except CallFailed as failure:
            return self._remembered(provider, ref), Failure(provider, failure.code, failure.told)

    def _listed(self, provider: Provider, ref: str) -> Company | None:
        found = self._remembered(provider, ref)
        if found is None:
            found = next((one for one in self.companies(provider, ref) if one.ref == ref), None)
        return found

    def _remembered(self, provider: Provider, ref: str) -> Company | None:
        with self.health.guard:
            answers = [companies for key, (_, companies) in self.health.answers.items() if key[0] == _of(provider)]
        return next((one for companies in reversed(answers) for one in companies if one.ref == ref), None)

    def _from_file(self, look: Callable[[Snapshot], Sequence[Company]]) -> tuple[Company, ...]:
        with self.opening() as tx:
            return tuple(look(tx))

    def _call(self, provider: Provider, question: Question) -> Any:  # noqa: ANN401  # JSON
        if self.health.rests(provider):
            raise CallFailed("registry.resting", ours=True)
        if not self.health.under_way.acquire(blocking=False):
            raise CallFailed("registry.busy_here", ours=True)
        try:
            today = now().astimezone(CALENDAR).date()
            with self.opening() as tx:
                if not take_one(tx, provider.id, today, provider.daily_quota):
                    raise CallFailed("registry.quota_ours", ours=True)
            try:
                answer = ask(provider, question)
            except CallFailed as failure:
                with self.opening() as tx:
                    note_failure(tx, provider.id, today)
                self.health.note(provider, well=failure.ours)
                raise
            self.health.note(provider, well=True)
            return answer
        finally:
            self.health.under_way.release()


def _listed(provider: Provider, answer: Any) -> tuple[Company, ...]:  # noqa: ANN401  # JSON
    if answer is None:
        return ()
    shape = provider.shape
    found = value_at(answer, shape.list)
    if found is None:
        return ()
    if not isinstance(found, list):
        raise CallFailed("registry.garbage")
    made = []
    for one in found[: 2 * CANDIDATES_MAX]:
        facts = _facts(one, shape.search)
        ref = _plain(value_at(one, shape.ref)) or facts.get(NAME, "")
        if NAME in facts and ref:
            made.append(Company(ref, facts))
    if found and not made:
        raise CallFailed("registry.garbage")
    return tuple(made)


def _detailed(provider: Provider, ref: str, answer: Any) -> tuple[Company, ...]:  # noqa: ANN401  # JSON
    found = None if answer is None else value_at(answer, provider.shape.company)
    if found is None:
        return ()
    facts = _facts(found, provider.shape.detail)
    if NAME not in facts:
        raise CallFailed("registry.garbage")
    return (Company(ref, facts),)


def _facts(company: Any, places: Mapping[str, str]) -> dict[str, str]:  # noqa: ANN401  # JSON
    found = {fact: _plain(value_at(company, place)) for fact, place in places.items() if fact in FACTS}
    if "province" in found:
        found["province"] = _PROVINCES.get(found["province"].lower(), found["province"])
    return {fact: text for fact, text in found.items() if text}


def _plain(value: Any) -> str:  # noqa: ANN401  # JSON
    """A value of an answer as text: the first of a list, without the marks of a search."""
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or isinstance(value, (dict, bool)):
        return ""
    text = html.unescape(_TAG.sub("", str(value)))
    return " ".join(text.replace("\x00", "").split())[:FACT_LENGTH_MAX]
