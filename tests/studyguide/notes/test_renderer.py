from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from studyguide.notes import render
from studyguide.notes.autolink import Autolinker
from studyguide.notes.directory import Directory
from studyguide.notes.linking import Surroundings
from studyguide.notes.render import renderer

AROUND = Surroundings(directory=Directory([]), autolinker=Autolinker(Directory([]), texts=[]))


def test_a_thread_keeps_its_renderer_and_shares_it_with_no_other():
    with ThreadPoolExecutor(max_workers=1) as pool:
        there = pool.submit(renderer).result()

    assert renderer() is renderer()
    assert there is not renderer()


def test_one_that_broke_off_half_way_is_not_used_again(monkeypatch):
    before = renderer()
    monkeypatch.setattr(render, "link_tree", _too_deep)
    with pytest.raises(RecursionError):
        before.render("**never** finished", AROUND)
    monkeypatch.undo()

    assert renderer() is not before
    assert renderer().render("whole", AROUND).html == "<p>whole</p>"


def test_nothing_of_one_note_is_left_for_the_next():
    note = "[link][r] HTML[^1]\n\n[r]: /r\n[^1]: a note\n*[HTML]: Hyper Text\n"
    renderer().render(note, AROUND)

    assert renderer().render("[link][r] HTML[^1]", AROUND).html == "<p>[link][r] HTML[^1]</p>"


def _too_deep(*_: object) -> None:
    raise RecursionError
