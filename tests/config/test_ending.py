"""A process that is told to end while it still loads the site ends, and keeps nobody waiting."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_database

SERVER = """
import multiprocessing, signal, sys
from config.running.ending import end_at_once_while_loading

def load(name):
    end_at_once_while_loading()
    signal.raise_signal(signal.Signals[name])
    sys.exit("it went on")

for each in (signal.SIGTERM, signal.SIGINT):
    signal.signal(each, lambda *_: None)
process = multiprocessing.get_context("fork").Process(target=load, args=(sys.argv[1],))
process.start()
process.join()
signal.raise_signal(signal.Signals[sys.argv[1]])  # the server itself decides when it ends
print(process.exitcode)
"""


@pytest.mark.parametrize("sent", ["SIGTERM", "SIGINT"])
def test_a_process_ends_while_it_loads(sent):
    ended = subprocess.run(
        [sys.executable, "-c", SERVER, sent], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert int(ended.stdout) == -signal.Signals[sent]
