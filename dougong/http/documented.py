"""What the OpenAPI document says of answers: the schemas are for readers, no answer is built through them."""

from typing import Any

from pydantic import BaseModel, ConfigDict

RouteAnswers = dict[int | str, dict[str, Any]]

SCHEMAS = "#/components/schemas/"
PROBLEM = f"{SCHEMAS}ProblemDocument"
"""Where the document describes an error."""

_DESCRIPTIONS = {
    400: "The request cannot be understood.",
    401: "Nobody is signed in.",
    403: "Not allowed, with the reason.",
    404: "Does not exist, or may not be seen.",
    409: "Somebody else was first.",
    413: "Larger than allowed.",
    422: "Refused with the problems; nothing was stored.",
    429: "Too many attempts; see Retry-After.",
    500: "A bug, logged under the id in the sentence.",
    503: "The database or another part cannot be reached.",
}


class ProblemItem(BaseModel):
    """One fault of one record of a batch."""

    code: str
    field: str | None
    row: int
    detail: str
    params: dict[str, Any]


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None
    params: dict[str, Any]
    problems: list[ProblemItem]


def answers(*statuses: int, body: type[BaseModel] | None = None, success: int = 200) -> RouteAnswers:
    """The `responses` of a route: its success and the errors that it declares; 500 and 503 are every route's."""
    found: RouteAnswers = {}
    if body is not None:
        found[success] = {"model": body}
    for status in sorted({*statuses, 500, 503}):
        found[status] = {
            # Not as a "model", for which FastAPI would make a validator of its own, 800 in all: a fifth of a second.
            "description": _DESCRIPTIONS[status],
            "content": {"application/problem+json": {"schema": {"$ref": PROBLEM}}},
        }
    return found


class Label(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class SessionUser(BaseModel):
    """The person signed in."""

    id: str
    name: str
    login: str
    language: str
    timezone: str
    department_id: str | None
    department_name: str | None
    administers: bool
    areas: list[str]
    avatar: str | None


class ViewerAnswer(BaseModel):
    """An administrator who sees the product as the person of the session does."""

    id: str
    name: str
    until: str


class MetadataVersion(BaseModel):
    """By which a client knows that its metadata is stale."""

    metadata: int


class SessionAnswer(BaseModel):
    """Who is signed in; `csrf` goes into the header X-CSRF-Token of unsafe requests."""

    user: SessionUser
    viewed_by: ViewerAnswer | None
    csrf: str | None
    version: MetadataVersion


class SecondFactorAnswer(BaseModel):
    """The caller's second factor; `since` is null while it is off."""

    since: str | None
    recovery_codes: int


class EnrolmentAnswer(BaseModel):
    """What an authenticator needs: the secret in base32, and the otpauth address for a QR code."""

    secret: str
    uri: str


class RecoveryCodesAnswer(BaseModel):
    """Codes that open the account once each, shown this once."""

    recovery_codes: list[str]


class OpenSessionAnswer(BaseModel):
    """A session; browser and system by their names, as far as the browser tells."""

    id: str
    browser: str | None
    system: str | None
    mobile: bool
    ip: str
    created_at: str
    last_seen_at: str
    current: bool


class SessionsAnswer(BaseModel):
    """The caller's sessions."""

    sessions: list[OpenSessionAnswer]


class TokenAnswer(BaseModel):
    """An API token without its secret."""

    id: str
    name: str
    scopes: list[str]
    objects: dict[str, str] | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class NewTokenAnswer(TokenAnswer):
    """An API token with its secret, which is shown this once."""

    token: str


class TokensAnswer(BaseModel):
    """The caller's API tokens."""

    tokens: list[TokenAnswer]


class ResultColumn(BaseModel):
    """A column of a result; `type` is a field type, or the scalar type of a function."""

    name: str
    type: str


class QueryAnswer(BaseModel):
    """One page. `total` is null unless asked for; `total_capped` says that there are more than `total`.

    `truncated`: there are more groups than `limit`; an aggregate has no further pages.
    """

    columns: list[ResultColumn]
    rows: list[dict[str, Any]]
    next: str | None
    truncated: bool
    total: int | None
    total_capped: bool


class RecordRightsAnswer(BaseModel):
    """What the caller may do with the record."""

    update: bool
    delete: bool
    transfer: bool


class RecordActionAnswer(BaseModel):
    """Something that can be done to the record now; `confirm` is what one should know before."""

    name: str
    label: Label
    confirm: Label | None


class RecordAnswer(BaseModel):
    """A record as the caller sees it; null when a write has put it out of the caller's sight."""

    id: str
    record: dict[str, Any] | None
    version: int
    can: RecordRightsAnswer
    editable_fields: list[str]
    actions: list[RecordActionAnswer]
    buttons: list[str]


class BatchAnswer(BaseModel):
    """`ids` and `versions` follow the rows that were given; null where a row was left out."""

    ids: list[str | None]
    versions: list[int | None]
    problems: list[ProblemItem]


class BatchesAnswer(BaseModel):
    """What each batch did, in the order in which they were given."""

    batches: list[BatchAnswer]


class FoundRow(BaseModel):
    """A record found by text."""

    id: str
    name: str
    detail: str


class OfferedRow(FoundRow):
    """A record that a picker offers; `beyond` marks one that the field does not propose (of another account)."""

    beyond: str | None


class LookupAnswer(BaseModel):
    """What the lookup box offers; `narrowed`: only what the field proposes, there may be others."""

    rows: list[OfferedRow]
    narrowed: bool


class FoundInAnswer(BaseModel):
    """A value beside the name by which a record was found; `marks`: from which character to which it was sought."""

    field: str
    value: str
    marks: list[tuple[int, int]]


class HitAnswer(BaseModel):
    """A record found by the global search; `id` is null for one beyond the caller's rights, which cannot be opened."""

    id: str | None
    name: str
    detail: str
    object: str
    closeness: str | None
    marks: list[tuple[int, int]]
    found_in: FoundInAnswer | None
    foreign: bool


class SearchGroup(BaseModel):
    """An object with hits; `more`: there may be others."""

    object: str
    more: bool


class SearchAnswer(BaseModel):
    """The best hits of each object, and the objects in the order in which they are shown."""

    hits: list[HitAnswer]
    groups: list[SearchGroup]


class RecentRow(FoundRow):
    """A record that the caller wrote lately."""

    object: str
    at: str


class RecentAnswer(BaseModel):
    """The caller's recent records, newest first."""

    rows: list[RecentRow]


class NotificationRow(BaseModel):
    """Something that the caller was told; `object` and `record_id` are null where they may not see it."""

    id: str
    at: str
    kind: str
    text: str
    object: str | None
    record_id: str | None
    read: bool


class NotificationsAnswer(BaseModel):
    """A page of what the caller was told, the latest first; `next` goes into `before`."""

    rows: list[NotificationRow]
    next: str | None


class UnreadAnswer(BaseModel):
    """How many notifications the caller has not read, up to 100."""

    unread: int


class Actor(BaseModel):
    """Who did it."""

    id: str
    name: str


class HistoryChange(BaseModel):
    """One field of a change, with texts for people."""

    field: str
    old: Any
    new: Any
    old_text: str | None
    new_text: str | None


class HistoryEntryAnswer(BaseModel):
    """One change of a record."""

    id: str
    at: str
    actor: Actor | None
    via: str
    action: str
    reason: str | None
    version: int
    changes: list[HistoryChange]


class HistoryAnswer(BaseModel):
    """The changes of a record, newest first."""

    entries: list[HistoryEntryAnswer]
    next: str | None


class ReasonAnswer(BaseModel):
    """What one gate or grant decided, in the caller's language."""

    code: str
    passed: bool
    text: str
    params: dict[str, Any]


class AccessAnswer(BaseModel):
    """Whether the person may, and what each gate and grant said."""

    allowed: bool
    reasons: list[ReasonAnswer]


class PermittedPerson(BaseModel):
    """Somebody who may, and what lets them."""

    id: str
    name: str
    department: str
    reason: ReasonAnswer


class PermittedAnswer(BaseModel):
    """Who may, by name; `total` counts those beyond the list too."""

    people: list[PermittedPerson]
    total: int


class PersonAnswer(BaseModel):
    """A person."""

    id: str
    name: str


class SampleAnswer(BaseModel):
    """A record by id and name."""

    id: str
    name: str


class DifferenceAnswer(BaseModel):
    """How many records (`capped`: more than that), and some of them."""

    number: int
    capped: bool
    samples: list[SampleAnswer]


class EffectAnswer(BaseModel):
    """What one person gains and loses of one object: records that they may see (read) or edit (update)."""

    person: PersonAnswer
    object: str
    action: str
    gained: DifferenceAnswer
    lost: DifferenceAnswer


class FieldChangeAnswer(BaseModel):
    """A field that becomes hidden, read (only) or edit(able)."""

    field: str
    before: str
    after: str


class RightsChangeAnswer(BaseModel):
    """What profiles give and take on one object."""

    object: str
    gained: list[str]
    lost: list[str]
    on_menu: bool | None
    fields: list[FieldChangeAnswer]


class RightsEffectAnswer(BaseModel):
    """The same change of rights, and for whom."""

    changes: list[RightsChangeAnswer]
    people: list[PersonAnswer]


class SimulationAnswer(BaseModel):
    """What a change would do. Of the `affected` people the records of `counted` are counted, by name."""

    affected: int
    counted: int
    effects: list[EffectAnswer]
    rights: list[RightsEffectAnswer]
    administrators_gained: list[PersonAnswer]
    administrators_lost: list[PersonAnswer]
    opened: list[PersonAnswer]
    closed: list[PersonAnswer]


class UseAnswer(BaseModel):
    """How many records of an object refer to one by a field; `in_the_way`: it cannot be deleted while they do."""

    object: str
    field: str
    count: int
    capped: bool
    in_the_way: bool


class UsesAnswer(BaseModel):
    """Where a record is used."""

    uses: list[UseAnswer]


class InvitationAnswer(BaseModel):
    """A link by which a person sets a password: `token` is shown once."""

    user_id: str
    token: str
    expires_at: str


class InvitedAnswer(BaseModel):
    """Whom a link is for."""

    name: str
    login: str
    language: str


class FileAnswer(BaseModel):
    """A stored file."""

    id: str
    name: str
    size: int
    content_type: str


class DefaultsAnswer(BaseModel):
    """Values by field, as JSON carries them."""

    values: dict[str, Any]


class FormulaFault(BaseModel):
    """What is wrong with a formula, and the part of its text that is meant (null: of the whole)."""

    code: str
    detail: str
    line: int | None
    column: int | None
    start: int | None
    length: int | None
    params: dict[str, Any]


class FormulaUse(BaseModel):
    """A field that a formula names."""

    object: str
    field: str
    label: Label


class FormulaAnswer(BaseModel):
    """Whether a formula can be used; `kind` is text, number, date, datetime, time, boolean, texts, id or blank."""

    valid: bool
    kind: str | None
    references: list[FormulaUse]
    errors: list[FormulaFault]


class FormulaField(BaseModel):
    """A field that formulas can use; `step` leads to the fields of `target`, `parts` are named after a dot."""

    name: str
    label: Label
    type: str
    kind: str | None
    computed: bool
    options: list[dict[str, Any]]
    step: str | None
    target: str | None
    parts: list[str]


class FormulaFunction(BaseModel):
    """A function, with how it is written and what it does in both languages."""

    name: str
    group: str
    group_label: Label
    signature: Label
    help: Label
    result: str | None


class FormulaCatalogue(BaseModel):
    """What can stand in a formula of records of an object."""

    object: str
    label: Label
    fields: list[FormulaField]
    functions: list[FormulaFunction]


class FreeAnswer(BaseModel):
    """An answer that docs/developers describes; it grows with the product."""

    model_config = ConfigDict(extra="allow")


class HealthAnswer(BaseModel):
    """Whether the product can do its work."""

    status: str
    version: str
    metadata: int


class BundleFeature(BaseModel):
    """A group of a bundle's options, with how many of them there are to be; null: no bound."""

    id: str
    name: str
    least: int | None
    most: int | None
    description: str | None


class BundleOption(BaseModel):
    """What can be chosen in a bundle. `price` is in the document's currency, 0 where the bundle's price covers it."""

    id: str
    name: str
    product: str
    feature: str | None
    kind: str | None
    required: bool
    selected: bool
    quantity: str
    least: str | None
    most: str | None
    editable: bool
    bundled: bool
    price: str | None
    discount: str | None
    usable: bool
    bundle: dict[str, Any] | None


class BundleCondition(BaseModel):
    """The option needs one of `others`, or (`excludes`) does not go together with all of them."""

    option: str
    excludes: bool
    others: list[str]


class BundleChoice(BaseModel):
    """An option that is chosen, so many in each bundle, with what is chosen in it."""

    option: str
    quantity: str
    chosen: list[dict[str, Any]]


class BundleAnswer(BaseModel):
    """What of a product can be configured, and what it has by itself."""

    product: str
    name: str
    configurable: bool
    price: str | None
    features: list[BundleFeature]
    options: list[BundleOption]
    conditions: list[BundleCondition]
    chosen: list[BundleChoice]


class BundleProblem(BaseModel):
    """What is wrong with a selection, in words."""

    code: str
    option: str | None
    detail: str


class BundlePart(BaseModel):
    """A line that a selection comes to."""

    option: str
    product: str
    name: str
    depth: int
    quantity: str
    unit_price: str | None
    discount: str
    amount: str | None


class BundleCheckAnswer(BaseModel):
    """Whether a selection holds, and what it comes to. Not `complete`: something in it has no price."""

    valid: bool
    problems: list[BundleProblem]
    unit_price: str | None
    amount: str | None
    lines: list[BundlePart]
    total: str | None
    complete: bool


class BundleLineAnswer(BaseModel):
    """The line of the bundle."""

    object: str
    line: str
