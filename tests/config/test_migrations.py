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
from tests.studyguide import stored_by_whole_days

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
def test_every_migration_can_be_taken_back_and_made_again_with_what_earlier_versions_stored():
    """promise 17: tables, constraints, triggers and indexes alike. One way down and up, since each takes long."""
    before = sorted(connection.introspection.table_names())
    stops = [*stored_in_format_1.BEFORE, *stored_by_whole_days.BEFORE, *stored_by_first_version.BEFORE]
    try:
        for app in OURS:
            call_command("migrate", app, "zero", verbosity=0)
        left = connection.introspection.table_names()
        assert [table for table in left if table.split("_")[0] in OURS] == []

        old = apps_at(stops)
        pk = stored_in_format_1.stored(old, timezone.now())
        stored_by_whole_days.stored(old)
        work = stored_by_first_version.stored(old)
        call_command("migrate", verbosity=0)
        assert sorted(connection.introspection.table_names()) == before
        stored_in_format_1.is_upgraded(pk)
        stored_by_whole_days.counts_by_the_calendar()
        stored_by_first_version.is_filled(work)

        old = apps_at([*stored_in_format_1.BEFORE, *stored_by_first_version.BEFORE])
        stored_in_format_1.is_as_before(old, pk)
        stored_by_first_version.is_as_before(old)
    finally:
        call_command("migrate", verbosity=0)


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
