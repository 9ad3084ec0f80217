"""The browser tests: the served product, the company in it, and pages that somebody is signed in on.

They need Chromium (CHROMIUM=/path/to/it, or `chromium` on the PATH) and the built web application, which is built here
when it is missing and npm is there. Without either the whole folder is skipped, with one line that says why.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from dougong.storage.embedded.locks import alone
from dougong.storage.schema import habit
from tests.browser.site import Site, Visit, Watch, serving
from tests.conftest import FOLDER_VARIABLE, MakeDatabase
from tests.world.people import found_company

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
BUILT = ROOT / "dougong" / "http" / "web" / "index.html"
RESULTS = ROOT / "test-results"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FAILED = pytest.StashKey[bool]()


def find_chromium() -> str | None:
    """The browser: CHROMIUM, else the first that is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def can_build() -> bool:
    """Whether the web application's sources are here, and npm to build them."""
    return (ROOT / "web" / "package.json").is_file() and shutil.which("npm") is not None


@cache
def missing() -> str | None:
    """What the browser tests lack here, in one line; None when they can run."""
    if find_chromium() is None:
        return "browser tests not run: no Chromium here (CHROMIUM=/path/to/it names one)"
    if not BUILT.is_file() and not can_build():
        return "browser tests not run: the web application is not built, and there is no npm to build it"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = missing()
    if why is None:
        return
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.skip(reason=why))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    why = missing()
    if why is not None:
        terminalreporter.write_line(why)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def built_web() -> None:
    """The web application as its sources are now. Without npm what was built before is taken."""
    if BUILT.is_file() and not can_build():
        return
    with alone(Path(os.environ[FOLDER_VARIABLE]) / "web.lock"):
        subprocess.run([sys.executable, "-m", "tools.build_web"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run; each visit has a browser context of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(make_database: MakeDatabase, built_web: None) -> Iterator[Site]:
    """The company's server, shared by all tests: each makes the records that it looks at, under names of its own."""
    database = make_database(founded=found_company)
    with tempfile.TemporaryDirectory() as folder, serving(database, Path(folder)) as url:
        yield Site(url, database)


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test do wrong. A test that means to be refused says so: `watch.refusals.add(409)`."""
    return Watch()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, site: Site, browser: Browser, watch: Watch) -> Iterator[Visit]:
    """Opens pages: `open_page("/o/account", WANG_FANG)`. The test fails when one of them did anything wrong."""
    # What the screens keep for a person would be there in the next test: each finds them as they come.
    with site.database.transaction() as tx:
        tx.execute(sa.delete(habit))
    visit = Visit(site, browser, watch)
    yield visit
    failed = request.node.stash.get(FAILED, False) or bool(watch.faults)
    if failed:
        photograph(visit, request.node.name)
    visit.close(keep=not failed)
    assert not watch.faults, "\n".join(watch.faults)


def photograph(visit: Visit, name: str) -> None:
    """Keep what each page of a failed test shows, in test-results/."""
    RESULTS.mkdir(exist_ok=True)
    stem = re.sub(r"[^\w-]+", "-", name).strip("-")
    for number, page in enumerate(visit.pages, 1):
        page.screenshot(path=RESULTS / f"{stem}-{number}.png", full_page=True)
