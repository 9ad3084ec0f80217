"""Calendars as text: RFC 5545, as far as a feed of events needs it. Pure.

Lines end in CRLF and are folded at 75 octets between characters (3.1); backslash, semicolon, comma and line breaks in
texts are escaped (3.3.11); moments are in UTC, days have no time (3.3.4, 3.3.5).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75
TEXT_MAX = 2_000
PRODUCT = "-//Dougong//Calendar//ZH"


@dataclass(frozen=True)
class Event:
    """Something at a time: `start` and `end` are moments, or days, of which `end` is the day after the last."""

    uid: str
    changed: datetime
    version: int
    start: datetime | date
    end: datetime | date | None
    summary: str
    description: str = ""
    location: str = ""
    address: str = ""
    """Where more is told of it: a link."""


def calendar_text(name: str, events: Iterable[Event]) -> str:
    """The whole calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT30M", "X-PUBLISHED-TTL:PT30M"]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(event.changed)}"
    yield f"LAST-MODIFIED:{_moment(event.changed)}"
    yield f"SEQUENCE:{event.version}"
    yield f"DTSTART{_when(event.start)}"
    if event.end is not None and event.end > event.start:
        yield f"DTEND{_when(event.end)}"
    elif not isinstance(event.start, datetime):
        yield f"DTEND{_when(event.start + timedelta(days=1))}"
    yield f"SUMMARY:{_text(event.summary)}"
    for name, value in (("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if value:
            yield f"{name}:{_text(value)}"
    if event.address:
        yield f"URL:{event.address}"
    yield "END:VEVENT"


def _when(value: datetime | date) -> str:
    return f":{_moment(value)}" if isinstance(value, datetime) else f";VALUE=DATE:{value:%Y%m%d}"


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    cut = value if len(value) <= TEXT_MAX else f"{value[: TEXT_MAX - 1]}…"
    plain = "".join(c for c in cut.replace("\r\n", "\n").replace("\r", "\n") if c >= " " or c in "\n\t")
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return escaped.replace("\x7f", "")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, all but the first behind a blank; no character is cut in two."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE_OCTETS:
            yield piece
            piece, size = " ", 1
        piece += character
        size += width
    yield piece
