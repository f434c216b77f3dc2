"""Migrations are complete, and lead back and forth on both databases with data in them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from django.utils import timezone

from tests.classrooms import stored_by_first_version
from tests.designs import stored_in_format_1
from tests.servers import connected_to, empty_database
from tests.studyguide import stored_as_one_archive, stored_by_whole_days

OURS = ("schools", "classrooms", "designs", "studyguide", "calculators")


@pytest.mark.django_db
def test_the_migrations_say_all_that_the_models_say():
    """promise 17"""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_migrations_of_each_app_are_one_line():
    """promise 17: no app has two migrations that nothing follows."""
    leaves = MigrationExecutor(None).loader.graph.leaf_nodes()

    assert len({app for app, _ in leaves}) == len(leaves)


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_made_and_taken_back_with_what_earlier_versions_stored(tmp_path):
    """promise 17: tables, indexes, triggers and functions alike. One way up and down, since each takes long."""
    at_the_end = tables()
    with empty_database(tmp_path) as url, connected_to(url):
        leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
        MigrationExecutor(connection).migrate([each for each in leaves if each[0] not in OURS])
        without_ours = objects()
        assert tables() == set()

        old = apps_at([*stored_in_format_1.BEFORE, *stored_by_whole_days.BEFORE, *stored_by_first_version.BEFORE])
        pk = stored_in_format_1.stored(old, timezone.now())
        stored_by_whole_days.stored(old)
        work = stored_by_first_version.stored(old)
        stored_as_one_archive.stored(apps_at(stored_as_one_archive.BEFORE))
        call_command("migrate", verbosity=0)
        assert tables() == at_the_end
        stored_in_format_1.is_upgraded(pk)
        stored_by_whole_days.counts_by_the_calendar()
        stored_by_first_version.is_filled(work)
        stored_as_one_archive.is_in_pieces()

        stored_as_one_archive.is_one_again(apps_at(stored_as_one_archive.BEFORE))
        old = apps_at([*stored_in_format_1.BEFORE, *stored_by_first_version.BEFORE])
        stored_in_format_1.is_as_before(old, pk)
        stored_by_first_version.is_as_before(old)
        MigrationExecutor(connection).migrate([(app, None) for app in OURS])
        assert objects() == without_ours


def tables() -> set[str]:
    """Those of the apps whose migrations are tried."""
    return {each for each in connection.introspection.table_names() if each.split("_")[0] in OURS}


def objects() -> set[tuple[str, ...]]:
    """Everything that a migration can leave behind in the database: kind, name, and the table where it has one."""
    question = (
        "SELECT type, name, tbl_name FROM sqlite_master"
        if connection.vendor == "sqlite"
        else "SELECT relkind::text, relname::text, '' FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "UNION SELECT 'function', proname::text, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "UNION SELECT 'trigger', tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return {tuple(row) for row in cursor.fetchall()}


def apps_at(nodes: list[tuple[str, str]]) -> StateApps:
    """The models of then, in a database as it was then; accounts are those of the first version."""
    MigrationExecutor(connection).migrate(nodes)
    loader = MigrationExecutor(connection).loader
    return loader.project_state([*nodes, ("accounts", "0001_initial")]).apps


@pytest.mark.django_db(transaction=True)
def test_people_of_the_first_version_keep_their_accounts():
    """promise 17"""
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("accounts", "0001_initial")])
        users = executor.loader.project_state([("accounts", "0001_initial")]).apps.get_model("accounts", "User")
        users.objects.create(username="Ada", password="!", is_guest=False)
    finally:
        call_command("migrate", verbosity=0)

    from accounts.models import User

    assert list(User.objects.values_list("username", "is_guest")) == [("Ada", False)]
    assert User.objects.filter(username__iexact="ada").count() == 1
