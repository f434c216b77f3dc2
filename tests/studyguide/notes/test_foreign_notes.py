"""Notes as other tools and people write them come in whole, and what was changed or left out is said."""

# ruff: noqa: E501 - one case a line

from __future__ import annotations

import base64
import re
import struct
import zlib
from functools import partial

import pytest

from studyguide.notes.book import Book, bind
from studyguide.notes.notices import summed
from studyguide.services.files import NoteFiles


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def read(files: dict[str, str | bytes]) -> tuple[Book, dict[str, int]]:
    """The book of some files by path, and what is said of it: how many of each kind."""
    raw = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    found = NoteFiles()
    for path in sorted(raw):
        found.add(path, partial(raw.__getitem__, path))
    book = bind(found.notes, pictures=found.read_pictures())
    return book, {each.kind: each.count for each in summed([*found.warnings, *book.warnings])}


def one(text: str | bytes, *, path: str = "note.md") -> tuple[str, str, dict[str, int]]:
    """Title and HTML of the first topic of a file, and what is said of it."""
    book, said = read({path: text})
    return book.pages[0].note.title, book.pages[0].rendered.html, said


def html(text: str) -> str:
    return one(f"# A\n\n{text}")[1]


def links(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('href="')[1:]]


@pytest.mark.parametrize(
    ("raw", "title", "said"),
    [
        pytest.param("---\ntags: [a, b]\naliases: [other]\n---\n# Alpha\n\nText.", "Alpha", {}, id="Obsidian"),
        pytest.param("---\nlayout: post\ntitle: Alpha\ndate: 2024-01-02\n---\nText.", "Alpha", {"unknown-key": 1}, id="Jekyll"),
        pytest.param("---\ntitle: Alpha\naliases: other\n---\nText.", "Alpha", {}, id="one alias as a text"),
        pytest.param("---\ntitle: 2024\n---\nText.", "2024", {}, id="a number as the title"),
        pytest.param("---\naliases: [shedding]\n---\nText.", "Note", {}, id="no title"),
        pytest.param("---\n\nText after a rule.", "Note", {}, id="a rule and no front matter"),
        pytest.param('+++\ntitle = "Alpha"\n+++\nText.', "Alpha", {}, id="TOML"),
        pytest.param("---\ntitle: Alpha\n---", "Alpha", {"empty": 1}, id="no line end after it"),
        pytest.param("---\ntitle: Alpha\n...\nText.", "Alpha", {}, id="ended by dots"),
        pytest.param("---\ntitle: Caching: a primer\n---\nText.", "Caching: a primer", {"front-matter": 1}, id="a colon"),
        pytest.param("---\ntitle: Alpha\ntitle: Beta\n---\nText.", "Alpha", {"front-matter": 1}, id="a key twice"),
        pytest.param("---\ntitle: {{title}}\n---\nText.", "{{title}}", {"front-matter": 1}, id="a template"),
        pytest.param("---\ntitle: Alpha\norder: 1.5\n---\nText.", "Alpha", {}, id="a broken order"),
        pytest.param("# Caf\xe9\n\nText.".encode("latin-1"), "Café", {"encoding": 1}, id="Latin-1"),
        pytest.param("# Alpha\n\nText.".encode("utf-16"), "Alpha", {}, id="UTF-16"),
        pytest.param("# Alpha\n\n```python\nprint(1)\n", "Alpha", {"open-fence": 1}, id="an open fence"),
        pytest.param("# " + "very " * 80 + "\n\nText.", "very " * 59 + "very…", {"title": 1}, id="a long heading"),
        pytest.param("# Alpha\n\n```cards\nQ: What?\nA: That.\n```", "Alpha", {"cards": 1}, id="cards of another tool"),
        pytest.param("# Alpha\n\n```lab\nstep 1\n```", "Alpha", {"fence": 1}, id="a lab of another tool"),
        pytest.param("# C#\n\nText.", "C#", {}, id="a sharp"),
        pytest.param("# Done :tada:\n\nText.", "Done :tada:", {}, id="a short code at the end"),
        pytest.param("# See [[Other|the *other*]] <kbd>x</kbd> `y`\n\nT", "See the other x y", {}, id="markup in a heading"),
    ],
)  # fmt: skip
def test_a_file_that_was_refused_comes_in(raw, title, said):
    found, _, remarks = one(raw)

    assert (found.strip(), remarks) == (title.strip(), said)


def test_one_file_that_is_no_text_does_not_stop_the_others():
    book, said = read({"good.md": "# Good\n\nText.", "bad.md": b"# B\x00\xff\xfe", "big.md": b"x" * 20_000_001})

    assert [page.note.title for page in book.pages] == ["Good"]
    assert said == {"file": 2}


def test_drafts_and_comments_and_hidden_folders_stay_out():
    book, said = read(
        {
            "a.md": "# A\n\nText %%hidden%% here, and 100 %% sure.\n\n`%%code%%`\n",
            "b.md": "# B\n\nSeen.\n\n%%\n## Secret\nsecret\n%%\n\n<!-- secret\n\n## Draft\n-->\n",
            "c.md": "---\ntitle: C\ndraft: true\n---\nsecret",
            ".trash/d.md": "secret",
            "node_modules/x/README.md": "secret",
            "e.rst": "secret",
            "_drafts/f.md": "secret",
        }
    )
    text = " ".join(page.rendered.plain_text + page.note.title for page in book.pages)

    assert "secret" not in text.lower()
    assert "hidden" not in text
    assert "100 %% sure" in text
    assert "%%code%%" in text
    assert said == {"hidden": 2, "draft": 2, "comment": 2, "other-file": 1}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("* one\n\n  about\n* two\n\n  about\n* three", "<li>|<li>|<li>", id="loose items without blank lines"),
        pytest.param("1. one\n\n   ```py\n   x\n   ```\n2. two", "<ol>|<li>|<pre|</li>|<li>|<p>two</p>", id="a fence in an item"),
        pytest.param("> Steps:\n> - one\n> - two", "<blockquote>|<ul>|<li>one</li>|<li>two</li>", id="a list in a quote"),
        pytest.param("Text\n| a | b |\n|---|:-:|\n| 1 | 2 |", "<p>Text</p>|<table>|align", id="a table below text"),
        pytest.param("It came in\n2019. It was good.", "<p>It came in\n2019. It was good.</p>", id="a year at a line's start"),
        pytest.param("<details>\n<summary>More</summary>\n\n- item **one**\n\n</details>", "<details>|<summary>|<ul>|<strong>|</details>", id="a list in a fold"),
        pytest.param("<div align='center'>\n\n**bold**\n\n</div>", "<div>|<strong>bold", id="Markdown in HTML"),
        pytest.param("> [!warning] Hm\n> text", '<div class="admonition warning">|admonition-title">Hm</p>|<p>text', id="a callout"),
        pytest.param("> [!faq]- Why\n> so", '<details class="admonition info">|<summary|Why|</details>', id="a folded callout"),
        pytest.param("> [!note]\n> one\n\n> [!tip]\n> two", "admonition note|one|</div>|admonition tip|two", id="two callouts"),
        pytest.param('!!! tip "Do"\n    this', '<div class="admonition tip">|Do|<p>this', id="an admonition"),
        pytest.param("Costs \\$5 \\~ \\<b\\>\\\nmore", "$5 ~ &lt;b&gt;|<br>|more", id="backslashes"),
        pytest.param("H~2~O x^2^ ==mark== ~~gone~~", "<sub>2</sub>|<sup>2</sup>|<mark>mark</mark>|<s>gone</s>", id="small marks"),
        pytest.param("Inline $a_1$ and\n\n$$\n\\frac{a}{b}\n$$\n", "<msub><mi>a</mi><mn>1</mn></msub>|<mfrac>", id="formulas"),
        pytest.param("\\(a_1\\) but \\(no\\)", "<msub>|but (no)", id="brackets of TeX"),
        pytest.param("$5 and $6 to $7", "$5 and $6 to $7", id="prices"),
        pytest.param("```math\n\\frac{a}{b}\n```", '<div class="math"|<mfrac>', id="a fence of maths"),
        pytest.param('```js filename="a.js" {1,3}\nlet a;\n```', 'class="kd">let', id="attributes behind a fence"),
        pytest.param("<pre>\n```\nopen\n</pre>\n\nAfter.", '<pre tabindex="0">|```|</pre>|<p>After.', id="a fence in pre"),
        pytest.param("Text:\n\n    ```\n    literal\n\nAfter.", "<pre|literal|<p>After.", id="a fence in indented code"),
        pytest.param("`a\tb`\n\n```\na\tb\n```", "a\tb|a\tb", id="tabs in code"),
        pytest.param("The WAL.\n\n*[WAL]: Write-ahead log", '<abbr title="Write-ahead log">WAL</abbr>', id="an abbreviation"),
        pytest.param("Name: " + "_" * 220, "_" * 220, id="a long line to write on"),
        pytest.param("Öl\n\nمرحبا بالعالم", '<p dir="ltr">Öl|<p dir="rtl">مرحبا', id="right to left"),
    ],
)  # fmt: skip
def test_constructs_are_shown_as_their_authors_saw_them(text, shown):
    page, place = html(text), 0
    for part in shown.split("|"):
        assert part in page[place:], page
        place = page.index(part, place) + len(part)


def test_bare_addresses_become_links_and_those_in_links_do_not():
    page = html(
        "See https://example.org/x?a=b. Ask me@example.org. [it](https://a.example) <a href='/x'>http://y.example</a>"
    )

    assert links(page)[:2] == ["https://example.org/x?a=b", "mailto:me@example.org"]
    assert len(links(page)) == 3
    assert ">http://y.example<" in page


def test_definitions_reach_across_headings_and_footnotes_stand_where_they_are_used():
    text = "# A\n\nSaid.[^1] [there][ref] WAL\n\n## B\n\n[^1]: By whom.\n\n[ref]: https://example.org/\n\n*[WAL]: Log\n\nText."
    book, said = read({"a.md": text})
    first, second = (page.rendered.html for page in book.pages)

    assert "By whom." in first
    assert 'href="https://example.org/"' in first
    assert '<abbr title="Log">WAL</abbr>' in first
    assert "By whom." not in second
    assert said == {}


NOTES = {
    "a.md": "# A\n\n[[#Part two]] [[m#Part]] [[d/b]] [[b.md]] [[Settings]] [[M#Part|words]] ![[m]] [[gone]]\n\n## Part two\n\nT",
    "m.md": "# M\n\nIntro.\n\n## Part\n\nT\n\n## Settings\n\nT",
    "d/b.md": "# Bee\n\n[[a]] and [[Aye]]",
    "Settings.md": "The settings.",
    "page.md": "---\naliases: [Aye]\n---\n# Page\n\n## Inner part\n\nSee [[#Inner part]] [x](#inner-part)",
}


def test_wiki_links_find_files_paths_headings_aliases_and_embeds():
    book, said = read(NOTES)
    pages = {page.note.slug: page.rendered.html for page in book.pages}

    assert links(pages["a"]) == [
        "/topics/part-two/", "/topics/part/", "/topics/bee/", "/topics/bee/", "/topics/settings/", "/topics/part/",
        "/topics/m/",
    ]  # fmt: skip
    assert ">Part two</a>" in pages["a"]
    assert ">words</a>" in pages["a"]
    assert links(pages["bee"]) == ["/topics/a/", "/topics/page/"]
    assert links(pages["page"]) == ["/topics/page/#s-inner-part"] * 2
    assert said == {"link": 1, "same-title": 1}


def test_links_to_folders_anchors_and_files_lead_where_they_do_on_github():
    book, said = read(
        {
            "README.md": "# Top\n\n[a](./01.%20Scaling/) [b](sub) [c](sub/x) [d](/sub/x.md#papers--citations) [e](sub/data.csv)",
            "01. Scaling/Readme.md": "# Chapter\n\nT",
            "sub/README.md": "# Sub\n\nT",
            "sub/x.md": "# X\n\n[a](#whats-new-in-20) [b](#setup-1) [c](#一解决的问题)\n\n## What's new in 2.0?\n\nT\n\n"
            "## Papers & Citations\n\n### Setup\n\nF\n\n## Two\n\n### Setup\n\nS\n\n## 一、解决的问题\n\nT",
        }
    )
    pages = {page.note.slug: page.rendered.html for page in book.pages}

    assert links(pages["top"]) == [
        "/topics/chapter/", "/topics/sub/", "/topics/x/", "/topics/papers-and-citations/",
    ]  # fmt: skip
    assert links(pages["x"])[:2] == ["/topics/what-s-new-in-2-0/", "/topics/two-setup/"]
    assert len(links(pages["x"])) == 3
    assert said == {"link": 1, "same-title": 1}


def test_files_and_folders_give_the_order_and_the_tree():
    book, _ = read(
        {
            "10. Ten.md": "# Ten\n\nT", "02. Two.md": "# Two\n\nT\n\n## Z\n\nT\n\n## Y\n\nT", "part/b.md": "# Beta\n\nT",
            "part/README.md": "# Part\n\nT", "part/deep/c.md": "# Gamma\n\nT", "DNS.md": "T", "load-shedding.md": "T",
        }
    )  # fmt: skip

    assert [(page.note.title, page.note.parent) for page in book.pages] == [
        ("Two", ""), ("Z", "two"), ("Y", "two"), ("Ten", ""), ("DNS", ""), ("Load shedding", ""), ("Part", ""),
        ("Beta", "part"), ("Deep", "part"), ("Gamma", "deep"),
    ]  # fmt: skip


def test_pages_of_notion_hold_the_folder_beside_them_and_lose_their_ids():
    home, child = "Home 0123456789abcdef0123456789abcdef", "Child fedcba9876543210fedcba9876543210"
    book, _ = read({f"{home}.md": "T", f"{home}/{child}.md": "T", "2024_01_05.md": "T"})

    found = [(page.note.title, page.note.parent) for page in book.pages]
    assert found == [("2024-01-05", ""), ("Home", ""), ("Child", "home")]


def test_pages_and_days_of_logseq_and_obsidian_are_known_by_their_names():
    """Also a day whose first heading many days have."""
    book, said = read({
        "pages/r.md": "title:: Raft consensus\nalias:: the raft\ntags:: [[a]], #b\n\n- Text",
        "pages/a___b.md": "- [[raft consensus]] [[the raft]] [[Jan 5th, 2024]]", "journals/2024_01_05.md": "- [[a/b]]",
        "Daily/2024-01-06.md": "## Log\n- met", "Daily/2024-01-07.md": "## Log\n- met",
    })  # fmt: skip
    found = {page.note.title: page for page in book.pages}

    assert links(found["a/b"].rendered.html) == ["/topics/raft-consensus/"] * 2 + ["/topics/2024-01-05/"]
    assert links(found["2024-01-05"].rendered.html) == ["/topics/a-b/"]
    assert found["Raft consensus"].note.tags == ("a", "b")
    assert [page.note.parent for page in book.pages if page.note.title == "Log"] == ["2024-01-06", "2024-01-07"]
    assert said == {"same-title": 1}


def test_marks_of_other_tools_stay_as_text_and_are_counted():
    lines = [
        '=== "Tab"',
        '--8<-- "a.md"',
        "id:: 3",
        "- {{query x}}",
        "{: .wide}",
        "x ((64a1b2c3-0000-4000-8000-00000000000a))",
        "```dataview\nTABLE x\n```",
        "{:toc}",
        "{ .annotate }",
        "by {{ page_author | escape }}",
    ]
    code = ["std::vector a === b", "`id:: 3`", "`{{ x | y }}`", "$\\frac{{a}}{b}$"]
    _, page, said = one("# A\n\n" + "\n\n".join([*lines, *code]))

    assert said == {"foreign-mark": 10}
    for kept in ("id:: 3", "{:toc}", "{{ page_author | escape }}"):
        assert kept in page


def test_classes_and_sizes_of_links_and_pictures_are_left_out_and_counted():
    text = (
        "# A\n\n[Go](https://a.example/x_(y)){ .md-button .big } ![p](p.png){ width=100 } [k](https://k.example){:.btn}"
        "\n\n`[c](d){ .e }` f(x){ y } [home]({{ '/b' | relative_url }})"
    )
    book, said = read({"a.md": text, "p.png": png(), "b.md": "# B\n\nT"})
    page = book.pages[0].rendered

    assert said == {"attributes": 3}
    assert page.plain_text == "Go k [c](d){ .e } f(x){ y } home"
    assert links(page.html)[-1] == "/topics/b/"


def test_footnotes_that_nothing_refers_to_are_said():
    text = '# A\n\n=== "Tab"\n\n    In a tab.[^1]\n\nHere.[^2]\n\n## B\n\n[^1]: First.\n[^2]: Second.\n\n```\n[^3]: no\n```'
    book, said = read({"a.md": text})

    assert said == {"foreign-mark": 1, "footnote": 1}
    assert [str(each) for each in book.warnings if each.kind == "footnote"] == [
        "a.md:11: the footnote [^1] is left out: no text refers to it (code and tabs do not count)"
    ]


def test_pictures_come_along_and_those_of_other_hosts_become_links():
    data = "data:image/png;base64," + base64.b64encode(png(5, 4)).decode()
    text = f"# A\n\n![here](img/a.png) ![[a.png|30]] ![x]({data}) ![far](https://example.org/a.png) ![gone](b.png) ![](no.svg) [file](img/a.png)"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><script>alert(1)</script><rect onclick="x" fill="url(http://e.example)"/></svg>'
    book, said = read({"a.md": text, "img/a.png": png(), "no.svg": svg})
    page = book.pages[0].rendered

    assert said == {"picture-remote": 1, "picture-missing": 1}
    assert '<a href="https://example.org/a.png" rel="noreferrer noopener">far</a>' in page.html
    assert "<img rel" not in page.html
    assert "[Picture not found: gone]" in page.html
    assert re.search(r'<img alt="here" src="[^"]+" loading="lazy" width="3" height="2">', page.html)
    assert 'width="30"' in page.html
    assert 'height="20"' in page.html
    assert len(set(page.pictures)) == 3
    assert page.html.count('src="/topics/images/') == 4
    (drawing,) = (each.content for each in book.pictures.values() if each.kind == "svg+xml")
    assert b"script" not in drawing
    assert b"onclick" not in drawing
    assert b"e.example" not in drawing


@pytest.mark.parametrize(
    "raw", [b"not a picture", png()[:20], b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg'><!ENTITY a 'b'>"]
)
def test_a_file_that_is_no_picture_is_left_out_and_said(raw):
    book, said = read({"a.md": "# A\n\n![x](a.png)", "a.png": raw})

    assert said == {"picture-refused": 1}
    assert "<img" not in book.pages[0].rendered.html


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("カード", "カード"),
        ("हिन्दी में", "हिन्दी-में"),
        ("ไทยที่ดี", "ไทยที่ดี"),
        ("한국어", "한국어"),
        ("İstanbul", "istanbul"),
        ("Überwurf", "uberwurf"),
        ("C# and F#", "c-sharp-and-f-sharp"),
    ],
)
def test_addresses_keep_the_words_of_every_script(title, slug):
    book, _ = read({"a.md": f"# {title}\n\nT"})

    assert book.pages[0].note.slug == slug
