"""What browsers say that they are, in words that a person knows their own by.

A hint for the list of one's sessions and nothing else: whoever sends it can say anything.
"""

import re
from dataclasses import dataclass

from dougong.storage.audit import Origin

BROWSERS = (
    ("WeCom", "wxwork/"),
    ("WeChat", "MicroMessenger/"),
    ("DingTalk", "DingTalk/"),
    ("Feishu", "Lark/"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/|Chromium/"),
    ("Safari", "Safari/"),
)
"""The first that fits: most browsers also claim to be those below them."""
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS|OpenHarmony"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux|X11"),
)


@dataclass(frozen=True)
class Device:
    """A browser and the system under it, by their names in every language; null where it does not say."""

    browser: str | None
    system: str | None
    mobile: bool


def device_of(user_agent: str) -> Device:
    """What the header User-Agent tells."""
    system = _first(SYSTEMS, user_agent)
    return Device(
        _first(BROWSERS, user_agent), system, mobile=system in {"iPhone", "Android"} or "Mobile" in user_agent
    )


TOLD_MAX = 100


def origin_of(ip: str, user_agent: str) -> Origin:
    """Where a request came from, for the audit log; a program is called by what it sends itself."""
    found = device_of(user_agent)
    names = " · ".join(name for name in (found.browser, found.system) if name)
    return Origin(ip, names or user_agent[:TOLD_MAX])


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, pattern in names if re.search(pattern, text)), None)
