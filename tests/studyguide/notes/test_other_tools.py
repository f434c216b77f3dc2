"""What Hugo, Jekyll, Docusaurus and Obsidian write beside Markdown is read, or left out and said (promise 5)."""

# ruff: noqa: E501 - one case a line

from __future__ import annotations

import pytest

from studyguide.notes.notices import NoteWarning, summed
from studyguide.notes.other_tools import translated
from tests.studyguide.notes.test_foreign_notes import html, links, one, png, read


@pytest.mark.parametrize(
    ("text", "shown", "gone"),
    [
        pytest.param(":::tip Do *this*\nText\n:::\n\nAfter.", 'admonition tip|Do <em>this</em>|<p>Text|</div>|<p>After.', ":::", id="a box of Docusaurus"),
        pytest.param("::::danger[Mind]\n:::note\nInner\n:::\nOuter\n::::\nAfter.", "admonition danger|Mind|admonition note|Inner|</div>|Outer|</div>|After.", ":::", id="a box in a box"),
        pytest.param("{{% notice warning %}}\nText\n{{% /notice %}}\n\nAfter.", "admonition warning|Text|</div>|<p>After.", "{{", id="a notice of Hugo"),
        pytest.param('{{< details "More" >}}\nText\n{{< /details >}}', "<details|More|Text|</details>", "{{", id="a fold of Hugo"),
        pytest.param('{{< highlight go "linenos=table" >}}\nfunc main() {}\n{{< /highlight >}}\nAfter.', "<pre|main|</pre>|<p>After.", "{{", id="code of Hugo"),
        pytest.param("{% highlight python %}\nx = {% 1 %}\n{% endhighlight %}\nAfter.", "<pre|</pre>|<p>After.", "highlight python", id="code of Jekyll"),
        pytest.param("{{< youtube w7Ft2ymGmfc >}}", 'href="https://www.youtube.com/watch?v=w7Ft2ymGmfc"', "{{", id="a video of Hugo"),
        pytest.param('<iframe src="https://player.example/x" allow="y"></iframe>', 'href="https://player.example/x"|player.example', "iframe src", id="a frame"),
        pytest.param("Write `{{< ref \"a\" >}}` and `:::`.", "<code>{{&lt; ref", "<code></code>", id="talk of it in code"),
        pytest.param("```\n:::tip\n{{< ref x >}}\n^block\n```", ":::tip|{{&lt; ref x &gt;}}|^block", "admonition", id="a fence of code"),
        pytest.param("A fact. ^fact-1\n\nx ^2", "<p>A fact.</p>|x ^2", "^fact", id="names of blocks in Obsidian"),
        pytest.param("Here ^[an *inner* note] ends.", 'class="footnote-ref"|ends.|footnote-item|an <em>inner</em> note', "^[", id="a footnote in its place"),
        pytest.param("==marked *well*== on", "<mark>marked <em>well</em></mark> on", "*well*", id="stress in a mark"),
        pytest.param("Done :tada: at 10:30:15 and :nobody_knows:", "Done 🎉 at 10:30:15 and :nobody_knows:", ":tada:", id="short names of signs"),
        pytest.param("$$\n\\begin{aligned}a &= b \\\\ c &\\le d\\end{aligned}\n$$", "<mtable|<mtr>|<mtr>", "<mi>&amp;</mi>", id="aligned formulas"),
        pytest.param("| عمود | رقم |\n|---|---|\n| أ | 1 |\n\n- بند\n  ```\n  x = 1\n  ```", '<table dir="rtl">|<ul dir="rtl">|<li dir="rtl">', "auto", id="tables and lists from the right"),
        pytest.param("- SQL هو لغة", '<ul dir="rtl">', "ltr", id="a foreign word at the beginning"),
    ],
)  # fmt: skip
def test_what_other_tools_write_is_shown(text, shown, gone):
    page, place = html(text), 0
    for part in shown.split("|"):
        assert part in page[place:], page
        place = page.index(part, place) + len(part)
    assert gone not in page


def test_mdx_is_read_without_its_components():
    text = (
        "---\nid: intro\ntitle: Intro\n---\nimport Tabs from '@theme/Tabs';\nexport const x = 3;\n\n"
        "<Tabs>\n\nInside **text**.\n\n</Tabs>\n\n{/* unseen */}\n![A](/img/a.png) [next](./next.mdx)"
    )

    book, said = read({"docs/intro.mdx": text, "docs/next.mdx": "# Next\n\nText.", "static/img/a.png": png()})

    page = next(each for each in book.pages if each.note.title == "Intro").rendered.html
    assert "<strong>text</strong>" in page
    assert not [word for word in ("import", "Tabs", "unseen", "{") if word in page]
    assert "<img" in page
    assert links(page) == ["/topics/next/"]
    assert (said["component"], said["comment"]) == (4, 1)


def test_a_folder_keeps_the_name_and_place_that_docusaurus_gives_it():
    book, _ = read(
        {
            "a/one.md": "# One\n\nText.",
            "b/two.md": "# Two\n\nText.",
            "a/_category_.json": '{"label": "Later part", "position": 2}',
            "b/_category_.json": '{"label": "First part", "position": 1}',
        }
    )

    assert [page.note.title for page in book.pages] == ["First part", "Two", "Later part", "One"]


def test_front_matter_in_json_is_front_matter():
    title, page, said = one('{\n "title": "In JSON",\n "draft": false\n}\n\nText.')

    assert (title, page, said) == ("In JSON", "<p>Text.</p>", {})
    assert one('{\n "title": "In JSON"\n\nText.')[0] == "Note"  # braces that nothing closes are text


def test_links_reach_headings_by_an_id_of_their_own():
    text = "---\ntitle: A\n---\n## Long words {#short}\nText.\n\n## Other\n[there](#short)"

    page, said = one(text)[1:]

    assert '<a href="/topics/a/#s-long-words"' in page
    assert "{#short}" not in page
    assert said == {}


def test_a_link_without_folders_finds_the_one_file_of_its_name():
    """As `ref` of Hugo and the shortest links of Obsidian do; of two files of one name neither is guessed."""
    hugo = '[1]({{< ref "y.md" >}}) [2]({{< relref "/docs/y" >}}) [3]({{< ref "docs/y.md#part" >}})'
    book, said = read({
        "blog/a/index.md": f"---\ntitle: A\n---\n{hugo} [4](y.md) [5](../y.md) [6](two.md) [7](index.md)",
        "docs/y.md": "---\ntitle: Y\n---\n## Part\nText.", "x/two.md": "One", "z/two.md": "Two",
    })  # fmt: skip
    page = next(page.rendered.html for page in book.pages if page.note.slug == "a")

    found = ["/topics/y/", "/topics/y/", "/topics/y/#s-part", "/topics/y/", "/topics/a/"]
    assert links(page) == found
    assert said == {"link": 2, "same-title": 1}


@pytest.mark.parametrize("given", ["{#short .wide}", "{: #short }", "{#short .wide width=3}"])
def test_attributes_of_a_heading_are_not_read_aloud(given):
    text = f"---\ntitle: A\n---\n## Long words {given}\nText.\n\n## Braces {{.wide}}\n[there](#short) {{x}}"

    page = one(text)[1]

    assert '<a href="/topics/a/#s-long-words"' in page
    assert '<h2 id="s-braces">Braces</h2>' in page
    assert "wide" not in page
    assert "{x}" in page


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("so {{< katex >}}O(n){{< /katex >}} it is", "inline"),
        ("so {{< katex >}} O(n) {{< /katex >}} it is", "inline"),
        ("{{< katex display=true >}}\nO(n)\n{{< /katex >}}", "block"),
        ("{{% math display %}}O(n){{% /math %}}", "block"),
    ],
)
def test_maths_in_short_codes_of_hugo_is_maths(text, display):
    _, page, said = one(f"# A\n\n{text}")

    assert f'display="{display}"' in page
    assert "<mi>O</mi>" in page
    assert "$" not in page
    assert said == {}


def test_an_empty_file_is_named():
    book, said = read({"a.md": "# A\n\nText.", "b.md": " \n"})

    assert [page.note.title for page in book.pages] == ["A"]
    assert said == {"empty-file": 1}


def test_what_acts_and_files_that_are_no_pictures_are_counted():
    _, page, said = one("# A\n\n<script>go()</script>\n\n![[paper.pdf]] {{< chart 1 >}}\n\n<style>p {}</style>")

    assert "go()" not in page
    assert said == {"script": 2, "media": 1, "short-code": 1}


def test_a_drawing_of_excalidraw_is_left_out_and_said():
    drawing = "---\nexcalidraw-plugin: parsed\n---\n```compressed-json\nN4KAkARALg\n```\n"

    book, said = read({"a.md": "# A\n\nText.", "d.excalidraw.md": drawing})

    assert [page.note.title for page in book.pages] == ["A"]
    assert said == {"drawing": 1}


@pytest.mark.parametrize(("count", "words"), [(1, "broken link"), (2, "broken links")])
def test_one_thing_is_said_in_the_singular(count, words):
    each = NoteWarning(kind="link", path="a.md", line=1, message="broken link x")

    assert [(found.count, found.words) for found in summed([each] * count)] == [(count, words)]


def test_translating_keeps_every_line_in_its_place():
    text = "# A {#a}\n:::note T\nx\n:::\n{{< highlight go >}}\ny\n{{< /highlight >}}\n<script>\n</script>\n^block\nlast"

    plain = translated(text, is_mdx=True)

    assert len(plain.text.split("\n")) == len(text.split("\n"))
    assert plain.text.split("\n")[-1] == "last"
    assert plain.lines == {"script": 8}
