"""The product as a whole for the browser: `dougong serve` as its own process on a database that the test can also fill.

What a page must never do is watched here: errors on the console or in the page, violations of the content policy,
answers of 500 and more, and refusals that the test did not announce.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from dougong.storage.engine import Database
from tests.world.people import PASSWORD, Person

START_SECONDS = 90
STOP_SECONDS = 20
PATIENCE_MS = 15_000
"""How long a page may take for what is expected of it; two cores may be busy with other tests."""

WIDE, PHONE = 1280, 390
HEIGHTS = {WIDE: 860, PHONE: 844}
ZONE = "Asia/Shanghai"
LOCALES = {"zh": "zh-CN", "en": "en-US"}
REFUSAL_ON_CONSOLE = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")

FORGOTTEN = "cookies,local_storage,indexeddb,cache_storage,service_workers"

TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Watch:
    """What went wrong on the pages of one test."""

    faults: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)
    """Statuses from 400 to 499 that the test means to see."""

    def follow(self, page: Page) -> None:
        """Listen to everything that `page` does from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser reports refused requests too: those are judged by their status.
        if message.type == "error" and not REFUSAL_ON_CONSOLE.match(message.text):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        status = response.status
        # That nobody is signed in yet is how the sign-in page finds out.
        asks_who = status == 401 and response.request.method == "GET" and response.url.endswith("/session")
        if status >= 500 or (status >= 400 and status not in self.refusals and not asks_who):
            self.faults.append(f"{status} to {response.request.method} {response.url}")


@dataclass
class Site:
    """A running server with its database."""

    url: str
    database: Database
    cookies: dict[str, str] = field(default_factory=dict)
    idle: dict[tuple[str, int], list[BrowserContext]] = field(default_factory=dict)
    """Browsers of earlier tests, by language and width. They have the application's files still, which saves half of
    what a first page costs, and are made to forget everything else."""

    def cookie(self, person: Person) -> str:
        """The session of `person`, opened once: signing in by hand has its own tests."""
        if person.login not in self.cookies:
            with httpx.Client(base_url=self.url, trust_env=False, timeout=START_SECONDS) as client:
                answer = client.post("/api/v1/session", json={"login": person.login, "password": PASSWORD})
                assert answer.status_code == 200, answer.text
                self.cookies[person.login] = client.cookies["dougong_session"]
        return self.cookies[person.login]


def blank_page(context: BrowserContext, url: str) -> Page:
    """A new page of a browser that knows nothing of its earlier visits to `url` but the files that it keeps."""
    context.clear_cookies()
    context.clear_permissions()
    context.set_geolocation(None)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": FORGOTTEN})
    session.detach()
    return page


@dataclass
class Visit:
    """Opens pages for one test and closes them after it."""

    site: Site
    browser: Browser
    watch: Watch
    contexts: list[tuple[BrowserContext, list[BrowserContext]]] = field(default_factory=list)
    """Each with the idle ones that it came from and goes back to."""
    pages: list[Page] = field(default_factory=list)

    def __call__(
        self, address: str = "/", person: Person | None = None, *, width: int = WIDE, language: str = "zh"
    ) -> Page:
        """A new browser at `address`, `person` signed in; without one nobody is, and `language` is the browser's."""
        language = person.language if person else language
        idle = self.site.idle.setdefault((language, width), [])
        context = idle.pop() if idle else self._context(language, width)
        self.contexts.append((context, idle))
        page = blank_page(context, self.site.url)
        if person:
            cookie = self.site.cookie(person)
            context.add_cookies([{"name": "dougong_session", "value": cookie, "url": self.site.url}])
        self.watch.follow(page)
        page.goto(address)
        self.pages.append(page)
        return page

    def _context(self, language: str, width: int) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.site.url,
            viewport={"width": width, "height": HEIGHTS[width]},
            locale=LOCALES[language],
            timezone_id=ZONE,
            has_touch=width == PHONE,
            is_mobile=width == PHONE,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.add_init_script(TELL_VIOLATIONS)
        context.set_default_timeout(PATIENCE_MS)
        return context

    def close(self, *, keep: bool) -> None:
        """Close every page that the test opened, and the browsers where no other test is to `keep` them."""
        for context, idle in self.contexts:
            if keep:
                for page in context.pages:
                    page.close()
                idle.append(context)
            else:
                context.close()


@contextmanager
def serving(database: Database, folder: Path) -> Iterator[str]:
    """`dougong serve` on `database`; the address at which it answers. Its output is kept in `folder`."""
    log = folder / "serve.log"
    command = [sys.executable, "-m", "dougong.cli", "serve", "--port", "0", "--data", str(folder / "data")]
    environment = {**os.environ, "DATABASE_URL": database.url, "DOUGONG_LANGUAGE": "en"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert "Traceback" not in (told := log.read_text(encoding="utf-8")), told


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        found = re.search(r"ready at (http://\S+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
