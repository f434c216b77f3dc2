"""What the site tells those who run it: its log as JSON, numbers for Prometheus, faults, and whom to write to."""

from __future__ import annotations

import gzip
import json
import logging
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import brotli
import pytest
from django.conf import settings

from accounts.models import User
from designs.services.saving import create_design
from tests.designs.conftest import NOON
from web.watching.logs import JsonFormatter


def logged(name: str, message: str, **more: object) -> dict[str, object]:
    record = logging.getLogger(name).makeRecord(name, logging.INFO, __file__, 1, message, (), None, extra=more)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


@pytest.mark.one_database
def test_a_line_of_the_log_is_an_object():
    line = logged("django.request", 'a "quoted"\nname')

    assert (line["level"], line["logger"], line["message"]) == ("INFO", "django.request", 'a "quoted"\nname')
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line["time"]))


@pytest.mark.one_database
def test_a_traceback_stays_in_its_line():
    try:
        raise ValueError("what\nhappened")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "broken", (), sys.exc_info())
    line = json.loads(JsonFormatter().format(record))

    assert "ValueError: what" in line["traceback"]


@pytest.mark.django_db
def test_sharing_and_deleting_a_design_stand_in_the_audit_log_by_whom(client, caplog):
    """promise 49"""
    owner = User.objects.create_user("ada")
    design = create_design(owner=owner, document={"meta": {"title": "Shared"}}, at=NOON)
    client.force_login(owner)
    with caplog.at_level(logging.INFO, "loadbearing.audit"):
        client.post(f"/designs/{design.pk}/share/", {"access": "view"})
        link = design.share_links.get()
        client.post(f"/designs/{design.pk}/share/{link.pk}/revoke/")
        client.post(f"/designs/{design.pk}/delete/")
        client.post(f"/designs/{design.pk}/take-back/")

    facts = [record.facts for record in caplog.records if "design" in getattr(record, "facts", {})]
    assert [each["event"] for each in facts] == ["link shared", "link revoked", "design deleted", "design restored"]
    assert {each["by"] for each in facts} == {owner.pk}
    assert {each["design"] for each in facts} == {design.pk}
    assert link.token not in caplog.text


@pytest.mark.django_db
def test_prometheus_gets_numbers_with_the_token_alone(client, settings):
    assert client.get("/metrics/").status_code == 404
    settings.METRICS_TOKEN = "a token of 20 letters"
    assert client.get("/metrics/").status_code == 401
    assert client.get("/metrics/", headers={"Authorization": "Bearer another"}).status_code == 401

    answer = client.get("/metrics/", headers={"Authorization": "Bearer a token of 20 letters", "Host": "10.0.0.7"})

    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    samples = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    typed = {line.split()[2] for line in lines if line.startswith("# TYPE ")}
    assert {name.partition("{")[0] for name in samples} <= typed
    assert samples["loadbearing_database_up"] == "1"
    assert samples['loadbearing_tasks{status="ready"}'] == "0"
    assert float(samples["loadbearing_database_bytes"]) > 100_000
    [own] = [value for name, value in samples.items() if name.endswith(f'resident_bytes{{pid="{own_pid()}"}}')]
    assert 10_000_000 < float(own) < 10_000_000_000


def own_pid() -> int:
    import os

    return os.getpid()


@pytest.mark.django_db
def test_security_txt_names_whom_to_write_to(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"

    answer = client.get("/.well-known/security.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", fields["Expires"])


class Collector(BaseHTTPRequestHandler):
    """Takes what Sentry's protocol sends."""

    got: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers["Content-Encoding"], bytes)
        type(self).got.append(unpack(body).decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.one_database
def test_a_fault_is_sent_without_what_people_typed():
    handler = type("CollectorOfOne", (Collector,), {"got": []})
    collector = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=collector.serve_forever, daemon=True).start()
    script = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django; django.setup()
from django.test import Client
def broken(request):
    password = request.POST["password"]
    raise LookupError("this view is broken")
from django.urls import path
import config.urls
config.urls.urlpatterns.insert(0, path("broken/", broken))
visitor = Client(raise_request_exception=False)
visitor.post("/broken/", {"password": "opensesame"}, headers={"Cookie": "other=secretkey"})
import sentry_sdk; sentry_sdk.flush(20)
"""
    variables = {"ERROR_DSN": f"http://key@127.0.0.1:{collector.server_port}/1", "DATABASE_URL": "sqlite://:memory:"}
    try:
        from tests.servers import environment

        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=settings.BASE_DIR,
            env=environment(**variables),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        collector.shutdown()
        collector.server_close()

    said = "\n".join(handler.got)
    assert "this view is broken" in said, done.stderr
    assert "opensesame" not in said
    assert "secretkey" not in said
