"""The text of calendars, read back by a parser of its own, written from RFC 5545 alone."""

import re
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dougong.crm.activities.calendar_text import LINE_OCTETS, TEXT_MAX, Event, calendar_text

CHANGED = datetime(2026, 11, 26, 1, 2, 3, tzinfo=UTC)


def parsed(text: str) -> list[dict[str, tuple[dict[str, str], str]]]:
    """The events: each property by its name, with its parameters and its unescaped value."""
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= LINE_OCTETS for line in lines)
    assert not any(set(line) & {"\r", "\n"} for line in lines)
    unfolded: list[str] = []
    for line in lines:
        if line.startswith((" ", "\t")):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    assert unfolded[0] == "BEGIN:VCALENDAR"
    assert unfolded[-1] == "END:VCALENDAR"
    assert "VERSION:2.0" in unfolded
    events: list[dict[str, tuple[dict[str, str], str]]] = []
    open_: dict[str, tuple[dict[str, str], str]] | None = None
    for line in unfolded:
        head, _, value = line.partition(":")
        name, *params = head.split(";")
        if line == "BEGIN:VEVENT":
            open_ = {}
        elif line == "END:VEVENT":
            assert open_ is not None
            events.append(open_)
            open_ = None
        elif open_ is not None:
            assert name not in open_
            open_[name] = (dict(p.split("=") for p in params), unescaped(value))
    return events


def unescaped(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def event(**values: Any) -> Event:
    given_ = {"uid": "1@x", "changed": CHANGED, "version": 3, "start": CHANGED, "end": None, "summary": "拜访"}
    return Event(**{**given_, **values})


def test_moments_are_in_utc_and_days_are_days() -> None:
    meeting = event(start=datetime(2026, 11, 26, 2, tzinfo=UTC), end=datetime(2026, 11, 26, 3, 30, tzinfo=UTC))
    day = event(uid="2@x", start=date(2026, 12, 31), end=None)
    first, second = parsed(calendar_text("日程", [meeting, day]))
    assert (first["DTSTART"], first["DTEND"]) == (({}, "20261126T020000Z"), ({}, "20261126T033000Z"))
    assert second["DTSTART"] == ({"VALUE": "DATE"}, "20261231")
    assert second["DTEND"] == ({"VALUE": "DATE"}, "20270101")
    assert (first["UID"][1], first["DTSTAMP"][1], first["SEQUENCE"][1]) == ("1@x", "20261126T010203Z", "3")


def test_an_end_that_is_not_behind_the_start_is_left_out() -> None:
    (found,) = parsed(calendar_text("x", [event(end=CHANGED)]))
    assert "DTEND" not in found


def test_nobody_writes_a_line_of_their_own() -> None:
    evil = "开会\r\nEND:VEVENT\r\nBEGIN:VALARM\nX:1\rY\x0b\x00"
    (found,) = parsed(calendar_text(evil, [event(summary=evil, description=evil, location=evil)]))
    assert found["SUMMARY"][1] == "开会\nEND:VEVENT\nBEGIN:VALARM\nX:1\nY"


def test_long_texts_are_cut() -> None:
    (found,) = parsed(calendar_text("x", [event(description="长" * (TEXT_MAX + 10))]))
    assert len(found["DESCRIPTION"][1]) == TEXT_MAX


TEXT = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), max_size=300)


@given(TEXT, TEXT)
def test_texts_come_back_as_they_were(summary: str, description: str) -> None:
    (found,) = parsed(calendar_text("x", [event(summary=summary, description=description)]))
    assert found["SUMMARY"][1] == summary
    assert found.get("DESCRIPTION", ({}, ""))[1] == description
