from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.test import SimpleTestCase, TransactionTestCase
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import CHROMIUM_ARGS, PATIENCE_MS, KeptPage, in_no_hurry, shell_path
from tests.migrated import copied_from_the_first, is_on_a_file, taken_from_the_kept

# Tests start the site's commands many times. Without bytecode each of them, and pytest for its own modules, would
# compile a thousand files again, so the tests write it even where the environment tells Python not to.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# The cycle collector scans all live objects again and again, and eleven thousand tests are many objects: it took a
# sixth of the time for creating the database.
gc.set_threshold(100_000, 50, 100)
# Hypothesis has no deadline, because an example may take long on a busy machine. Runs are the same for the same code;
# `HYPOTHESIS_PROFILE=exploring` tries new examples.
hypothesis_settings.register_profile("patient", deadline=None, derandomize=True, database=None)
hypothesis_settings.register_profile("exploring", deadline=None, max_examples=1_000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))
expect.set_options(timeout=PATIENCE_MS)
# Playwright's synchronous API runs an event loop in the test's thread; Django may still use the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Asks Django to begin with the file that `_tables_at_hand` lays ready."""
    return is_on_a_file()


@pytest.fixture(scope="session")
def _tables_at_hand(django_db_modify_db_settings, django_db_blocker) -> Iterator[ExitStack]:
    with ExitStack() as until_set_up:
        until_set_up.enter_context(taken_from_the_kept() if is_on_a_file() else copied_from_the_first())
        yield until_set_up


@pytest.fixture(scope="session")
def django_db_setup(_tables_at_hand, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Servers that a test killed may leave open PostgreSQL sessions for a while, and a database with open sessions
    cannot be dropped."""
    with django_db_blocker.unblock():
        _tables_at_hand.close()
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


# Filled by migrate, and changed by no test.
OF_MIGRATE = {ContentType._meta.db_table, Permission._meta.db_table}


def empty_what_was_written() -> None:
    """Django's own way truncates every table and creates all permissions again, which takes fifty times as long."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - OF_MIGRATE
    name = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM {name(each)})" for each in tables)
        )
        for [table] in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name(table)}")


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_what_was_written())
        yield


@pytest.fixture(scope="session", autouse=True)
def _scenarios_read_once() -> Iterator[None]:
    """Reading a scenario takes a tenth of a second, and hundreds of tests begin with the same few. What is read depends
    on the file alone, and nobody changes it."""
    from designs.services import scenarios

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenarios, "read_scenario", lru_cache(maxsize=64)(scenarios.read_scenario))
        yield


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """No test meets what another has kept, nor the attempts that it has used of a limit."""
    forget_pages()
    cache.clear()


def forget_pages() -> None:
    """Clears caches of pages, titles and reading times. Their key is the revision number, which restarts with each
    test's database."""
    from studyguide.search import results
    from studyguide.selectors import topics
    from web.shown import kept_pages

    kept_pages.forget()
    results._names.cache_clear()
    topics.minutes_to_read.cache_clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shell_path(), args=CHROMIUM_ARGS)
        yield in_no_hurry(running)
        running.close()


KeptPages = Callable[..., AbstractContextManager[KeptPage]]


@pytest.fixture(scope="session")
def kept_pages(browser: Browser) -> KeptPages:
    """Lends the page that a test before used with the same options, or a new one."""
    free: dict[str, list[KeptPage]] = {}

    @contextmanager
    def lent(site: str, **options: Any) -> Iterator[KeptPage]:
        alike = free.setdefault(f"{site} {options}", [])
        kept = alike.pop() if alike else KeptPage(browser, site, **options)
        yield kept
        if kept.is_like_new():
            alike.append(kept)

    return lent


@pytest.fixture
def page(kept_pages: KeptPages, live_server) -> Iterator[Page]:
    """A page on the live site; the test fails if the page logs an error, violates the CSP or requests another site."""
    with kept_pages(live_server.url, viewport={"width": 1280, "height": 800}) as kept:
        yield kept.page
        troubles = kept.troubles_so_far()
    assert troubles == []


@pytest.fixture
def plain_page(kept_pages: KeptPages, live_server) -> Iterator[Page]:
    """The same with JavaScript switched off."""
    with kept_pages(live_server.url, java_script_enabled=False) as kept:
        yield kept.page


LONG = ("tests/journeys/", "tests/config/", "tests/test_two_servers.py")
ON_THE_DATABASE = {"db", "transactional_db", "live_server"}


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def runs_on_postgresql(item: pytest.Item) -> bool:
    """Everything that depends on SQL runs on both databases: models, queries, services, and pages through Django's
    client.

    A test that uses no database gives the same result on both; pytest-django blocks database access for such a test. A
    page behaves in the browser in the same way on both, and tests with the client and the fuzz send the same requests
    to both. So a journey runs on PostgreSQL only when several people read and write at once, because the two databases
    handle this differently; it is then marked `both_databases`.
    """
    if item.get_closest_marker("one_database"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    if "browser" in fixtures:
        return item.get_closest_marker("both_databases") is not None
    is_of_django = isinstance(item, pytest.Function) and item.cls and issubclass(item.cls, SimpleTestCase)
    return bool(is_of_django or item.get_closest_marker("django_db") or ON_THE_DATABASE & fixtures)


def pytest_report_header() -> str:
    return "on PostgreSQL: what asks the database, and journeys marked both_databases" if on_postgresql() else ""


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if on_postgresql():
        left_out = [item for item in items if not runs_on_postgresql(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if runs_on_postgresql(item)]
    in_browser = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    turns = _turns(list(dict.fromkeys(item.path for item in items)), in_browser)
    items.sort(key=lambda item: (-1.0, "") if item.nodeid.startswith(LONG) else (turns[item.path], str(item.path)))


def _turns(files: list[Path], in_browser: set[Path]) -> dict[Path, float]:
    """The order of files, by numbers from 0 to 1, after the journeys: one that starts last would keep one process busy
    while the others are idle.

    A test in a browser mostly waits, and others compute, so the processes do some of both at any time; those that
    compute are short, and end the run.
    """
    turns = {}
    for group, end in (([f for f in files if f in in_browser], 0.8), ([f for f in files if f not in in_browser], 1.0)):
        turns |= {file: end * at / len(group) for at, file in enumerate(group)}
    return turns
