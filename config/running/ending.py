"""How a process that serves ends."""

from __future__ import annotations

import multiprocessing
import signal
import threading


def end_at_once_while_loading() -> None:
    """The server forks its processes with its own handlers of signals, which in them do nothing: one that was told to
    end while it still loaded the site went on, and was waited for until it was killed. Once the site is loaded the
    server sets handlers that finish what is being done."""
    if multiprocessing.parent_process() is not None and threading.current_thread() is threading.main_thread():
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
