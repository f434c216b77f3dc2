"""What Markdown becomes: every construct that notes use, and lists at the depth at which they were written."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyguide.notes.book import bind
from studyguide.notes.render import Dialect

STYLES = Path(__file__).parents[3] / "static" / "css"


def html(body: str, *, dialect: Dialect = "commonmark") -> str:
    return bind([("a.md", f"---\ntitle: A\n---\n{body}".encode())], dialect=dialect).pages[0].rendered.html


def list_depths(body: str) -> list[tuple[str, int]]:
    """The first word of every item with how many lists it lies in, read from the HTML."""
    root = ElementTree.fromstring(f"<div>{html(body)}</div>")
    found: list[tuple[str, int]] = []

    def walk(element: ElementTree.Element, depth: int) -> None:
        for child in element:
            if child.tag == "li":
                found.append(("".join(child.itertext()).split()[0], depth))
            walk(child, depth + (child.tag in ("ul", "ol")))

    walk(root, 0)
    return found


@pytest.mark.parametrize("indent", [2, 3, 4])
@pytest.mark.parametrize("mark", ["-", "*", "+"])
def test_nested_lists_keep_their_depth(indent, mark):
    lines = [("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 1), ("f", 0), ("g", 1)]
    text = "\n".join(f"{' ' * indent * depth}{mark} {word}" for word, depth in lines)

    assert list_depths(text) == [(word, depth + 1) for word, depth in lines]


@pytest.mark.parametrize("indent", [3, 4])
def test_numbered_lists_keep_their_depth(indent):
    text = f"1. a\n{' ' * indent}- b\n{' ' * indent}- c\n2. d\n{' ' * indent}1. e"

    assert list_depths(text) == [("a", 1), ("b", 2), ("c", 2), ("d", 1), ("e", 2)]


def test_a_list_right_below_a_paragraph_is_a_list():
    assert list_depths("Words:\n- a\n  - b") == [("a", 1), ("b", 2)]


def test_code_within_an_item_stays_in_it_and_keeps_its_spaces():
    found = html("- a\n  ```\n  def f():\n      return 1\n  ```\n  - b")

    assert "def f():\n    return 1\n" in re.sub(r"</?span[^>]*>", "", found)
    assert found.index("<li>") < found.index("def") < found.index("</ul>")


def test_a_paragraph_within_an_item_stays_in_it():
    found = ElementTree.fromstring(f"<div>{html('- a' + chr(10) * 2 + '  more of a' + chr(10) * 2 + '- b')}</div>")

    assert ["".join(item.itertext()).split() for item in found.iter("li")] == [["a", "more", "of", "a"], ["b"]]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.sampled_from([2, 3, 4]))
@settings(max_examples=60)
def test_any_tree_of_items_keeps_its_shape(steps, indent):
    levels: list[int] = []
    for step in steps:
        levels.append(min(step, levels[-1] + 1) if levels else 0)
    text = "\n".join(f"{' ' * indent * level}- x" for level in levels)

    assert [depth - 1 for _, depth in list_depths(text)] == levels


def test_tables_scroll_in_a_box_of_their_own_that_the_keyboard_reaches():
    found = html("| a | b |\n| :-- | --: |\n| 1 | 2 |")

    assert '<div class="scroll-x" role="group" aria-label="Table" tabindex="0"><table>' in found
    assert re.search(r'<td align="right">2</td>|<td[^>]*>2</td>', found)


@pytest.mark.parametrize("dialect", ["commonmark", "markdown"])
def test_code_that_may_be_wider_than_the_page_is_reached_by_the_keyboard(dialect):
    """axe: scrollable-region-focusable. Whatever dialect a folder is written in."""
    found = html("```python\nx = 1\n```\n\n<pre>y</pre>", dialect=dialect)

    assert found.count('<pre tabindex="0">') == 2


def test_an_empty_corner_is_no_header_cell():
    """axe: empty-table-header. HTML in a note gets the same, without the scope that only a header cell has."""
    found = html('|  | a |\n| --- | --- |\n| 1 | 2 |\n\n<table><tr><th scope="col"> </th><th>b</th></tr></table>')

    assert "<td></td>\n<th>a</th>" in found
    assert "<tr><td></td><th>b</th></tr>" in found
    assert not re.search(r"<th[^>]*>\s*</th>", found)


def test_callouts_keep_their_kind_and_title():
    found = html('!!! misconception "It is free"\n    It is not.')

    assert '<div class="admonition misconception">' in found
    assert '<p class="admonition-title">It is free</p>' in found


def test_footnotes_lead_there_and_back():
    found = html("Said.[^a]\n\n[^a]: By whom.")

    assert re.search(r'<sup[^>]*><a href="#fn:a" id="fnref:a"', found)
    assert '<li id="fn:a"' in found
    assert 'href="#fnref:a"' in found


def test_definitions_abbreviations_and_tasks():
    assert "<dt>term</dt>\n<dd>meaning</dd>" in html("term\n:   meaning")
    assert '<abbr title="Write-ahead log">WAL</abbr>' in html("The WAL.\n\n*[WAL]: Write-ahead log")
    tasks = html("- [x] done\n- [ ] open")
    assert '<input type="checkbox" disabled checked aria-label="done">' in tasks
    assert '<input type="checkbox" disabled aria-label="to do">' in tasks


def test_code_is_coloured_by_classes_alone():
    found = html("```python\nreturn 1  # why\n```")

    assert '<span class="k">return</span>' in found
    assert '<span class="c1"># why</span>' in found
    assert "style=" not in found


@pytest.mark.parametrize("name", ["k", "s1", "c1", "mi", "nf"])
def test_code_has_colours_that_follow_the_scheme(name):
    rules = (STYLES / "topic.css").read_text().splitlines()
    colours = [rule for rule in rules if rule.startswith(".highlight") and re.search(rf"\.{name}\b", rule)]

    assert len(colours) == 1
    assert re.search(r"color: (light-dark\(|var\(--)", colours[0])


def test_a_mermaid_fence_is_a_drawing_or_stays_as_its_source():
    assert "<svg" in html("```mermaid\ngraph LR\n  a --> b\n```")
    assert '<pre class="mermaid">gantt\n  x &lt;y&gt;' in html("```mermaid\ngantt\n  x <y>\n```")


def test_drawings_in_letters_stay_as_they_are():
    drawing = "+---+      +---+\n| a | ---> | b |\n+---+      +---+"

    assert re.sub(r"</?span[^>]*>", "", html(f"```\n{drawing}\n```")).count(drawing.replace(">", "&gt;")) == 1
    indented = "\n".join("    " + line for line in drawing.split("\n"))
    assert drawing.replace(">", "&gt;") in html(f"Text.\n\n{indented}\n")


def test_headings_have_anchors_and_an_outline_and_start_below_the_title():
    page = bind([("a.md", b"---\ntitle: A\n---\n# One\n## Two\n# One")]).pages[0].rendered

    assert re.findall(r'<(h\d) id="([^"]+)"', page.html) == [("h2", "s-one"), ("h3", "s-two"), ("h2", "s-one-2")]
    assert [(entry.level, entry.anchor) for entry in page.outline] == [(2, "s-one"), (3, "s-two"), (2, "s-one-2")]


def test_the_words_alone_are_kept_for_search():
    page = bind([("a.md", b"---\ntitle: A\n---\n- one **two**\n- `three` &amp; four\n")]).pages[0].rendered

    assert page.plain_text == "one two three & four"


@pytest.mark.parametrize(
    "raw",
    [
        '<div id="content">x</div>',
        '<p style="color:red">x</p>',
        '<b class="site-header card">x</b>',
        '<b hx-get="/x" data-hx-on="y" onclick="z">x</b>',
        "<form><button>x</button></form>",
        '<img src="https://elsewhere.example/x.png" alt="x">',
        '<a href="javascript:x">x</a>',
        "<input type=text name=q value=x>",
    ],
)
def test_readers_html_cannot_act(raw):
    """promise 32"""
    found = html(f"{raw}\n")

    assert not re.search(r"style=|hx-|onclick|<form|<button|src=|javascript|name=|id=\"content|site-header", found)
    assert "x" in found or "<input" in found or "<img" in found


def test_harmless_html_stays():
    assert "<kbd>Ctrl</kbd>" in html("Press <kbd>Ctrl</kbd>.")
    assert "<details>" in html("<details><summary>More</summary>Text</details>")
