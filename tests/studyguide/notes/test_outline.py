"""A document without front matter becomes a tree that its reader agrees with, whatever its headings do."""

from __future__ import annotations

import random

import pytest

from studyguide.notes.book import bind
from studyguide.notes.renames import Known
from studyguide.notes.slugs import distinct


def pages(text: str, *, path: str = "garden.md", known=()):
    return bind([(path, text.encode())], known=known).pages


def tree(text: str, **more) -> list[tuple[str, str, str]]:
    """Slug, parent and kind of every topic in reading order."""
    return [(page.note.slug, page.note.parent, page.note.kind) for page in pages(text, **more)]


def slugs(text: str, **more) -> list[str]:
    return [page.note.slug for page in pages(text, **more)]


def test_headings_make_a_tree_and_text_before_the_first_sub_heading_is_the_parents():
    text = "# Soil\nDig.\n## Clay\nHeavy.\n## Sand\nLight.\n# Seeds\nSow."

    assert tree(text) == [
        ("soil", "", "topic"),
        ("clay", "soil", "topic"),
        ("sand", "soil", "topic"),
        ("seeds", "", "topic"),
    ]
    assert [page.note.body for page in pages(text)] == ["Dig.", "Heavy.", "Light.", "Sow."]


def test_a_heading_without_text_is_a_category_and_no_empty_page():
    assert tree("# Soil\n## Clay\nHeavy.") == [("soil", "", "category"), ("clay", "soil", "topic")]


def test_levels_that_skip_lie_below_the_nearest_smaller_one():
    assert tree("# Soil\nx\n#### Worm\nx\n### Mole\nx\n## Clay\nx") == [
        ("soil", "", "topic"),
        ("worm", "soil", "topic"),
        ("mole", "soil", "topic"),
        ("clay", "soil", "topic"),
    ]


def test_a_document_that_starts_deep_and_goes_back_has_several_roots():
    assert tree("### Worm\nx\n## Clay\nx\n### Pot\nx\n# Soil\nx") == [
        ("worm", "", "topic"),
        ("clay", "", "topic"),
        ("pot", "clay", "topic"),
        ("soil", "", "topic"),
    ]


def test_text_before_the_first_heading_belongs_to_the_document():
    assert tree("Read me.\n# Soil\nDig.", path="my_garden-notes.md")[0] == ("my-garden-notes", "", "topic")


def test_equal_headings_get_slugs_that_tell_them_apart():
    text = "# Soil\nx\n## Tools\nSpade.\n# Seeds\nx\n## Tools\nDibber.\n## Tools\nFork."

    assert slugs(text) == ["soil", "tools", "seeds", "seeds-tools", "seeds-tools-2"]


def test_slugs_of_equal_headings_do_not_change_when_the_notes_are_read_again():
    text = "# Soil\nx\n## Tools\nSpade.\n# Seeds\nx\n## Tools\nDibber."
    known = [Known(slug=page.note.slug, title=page.note.title, body=page.note.body) for page in pages(text)]

    assert slugs(text, known=known) == slugs(text)


def test_slugs_are_distinct_over_all_files():
    book = bind([("a.md", b"# Soil\nDig."), ("b.md", b"# Soil\nMore.")])

    assert [page.note.slug for page in book.pages] == ["soil", "b-soil"]


@pytest.mark.parametrize("count", [0, 1, 2, 18, 19, 20, 21, 100, 5_000])
def test_the_first_free_number_is_found_in_few_looks(count):
    looks = []

    class Taken(set):
        def __contains__(self, slug: object) -> bool:
            looks.append(slug)
            return super().__contains__(slug)

    taken = Taken(["soil", *(f"soil-{number}" for number in range(2, count + 2))])

    assert distinct("soil", parent="", taken=taken) == f"soil-{count + 2}"
    assert len(looks) < 60


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Bees & wasps", "bees-and-wasps"),
        ("`pip` (the seed)", "pip-the-seed"),
        ("Cache(s) of nuts", "caches-of-nuts"),
        ("Æsop's Überwurf: №1", "æsop-s-uberwurf-no1"),
        ("Растения", "растения"),
        ("???", "untitled"),
        ("x" * 200, "x" * 80),
    ],
)
def test_slugs_are_short_and_readable(heading, slug):
    assert slugs(f"# {heading}\ntext") == [slug]


def test_what_looks_like_a_heading_in_code_is_code():
    text = "# Soil\n```\n# no heading\n## none\n```\n    # nor this\n\n~~~\n# nor here\n~~~\n"

    assert slugs(text) == ["soil"]


def test_underlined_headings_count_and_rules_do_not():
    assert slugs("Soil\n====\nDig.\n\nClay\n----\nHeavy.\n\n---\n\nnot a heading\n* * *\n") == ["soil", "clay"]


def test_a_heading_without_words_is_text():
    assert slugs("# Soil\nx\n##\ny") == ["soil"]


def test_a_renamed_heading_keeps_its_slug():
    old = [Known(slug="clay", title="Clay", body="Heavy, and it holds water for weeks on end.")]

    assert slugs("# Clay soils\nHeavy, and it holds water for weeks on end.", known=old) == ["clay"]


def test_a_heading_renamed_and_edited_a_little_keeps_its_slug():
    body = "Heavy, and it holds water for weeks. Dig it in autumn so that frost breaks it."
    old = [Known(slug="clay", title="Clay", body=body)]

    assert slugs("# Clay soils\n" + body.replace("autumn", "late autumn"), known=old) == ["clay"]


def test_a_new_heading_with_another_text_gets_its_own_slug():
    old = [Known(slug="clay", title="Clay", body="Heavy, and it holds water for weeks on end.")]

    assert slugs("# Sand\nLight: water runs through at once, and takes the lime along.", known=old) == ["sand"]


def test_a_moved_heading_keeps_its_slug_and_its_children_follow():
    old = [
        Known(slug="seeds-tools", title="Tools", body="A dibber makes holes of one depth, row by row."),
        Known(slug="seeds", title="Seeds", body="Sow them thin."),
    ]
    text = "# Implements\nA dibber makes holes of one depth, row by row.\n## Care\nOil it."

    assert tree(text, known=old) == [("seeds-tools", "", "topic"), ("care", "seeds-tools", "topic")]


def _rewritten(seed: int, count: int) -> str:
    """A book of `count` sections of 300 random words, none of which any other seed has."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randrange(3, 9))) for _ in range(800)]
    parts = (f"## Part {seed}x{number}\n\n{' '.join(chance.choices(words, k=300))}." for number in range(count))
    return "# Book\n\n" + "\n\n".join(parts)


def test_rewritten_sections_are_new_ones_and_edited_sections_are_known_again():
    old = [Known(slug=page.note.slug, title=page.note.title, body=page.note.body) for page in pages(_rewritten(1, 50))]
    edited = "\n\n".join(f"## New {each.slug}\n{each.body.replace(' e', ' new ', 20)}" for each in old[1:])

    assert not set(slugs(_rewritten(2, 50), known=old)) & {each.slug for each in old[1:]}
    assert set(slugs("# Book\n\n" + edited, known=old)) == {each.slug for each in old}


def test_order_is_reading_order():
    assert [page.order for page in pages("# B\nx\n## A\nx\n# C\nx")] == [0, 1, 2]
    assert slugs("# B\nx\n## A\nx\n# C\nx") == ["b", "a", "c"]


def test_files_of_a_folder_are_ordered_by_category_order_and_title():
    files = {
        "soil/_category.md": "---\ntitle: Soil\norder: 2\n---\n",
        "seeds/_category.md": "---\ntitle: Seeds\norder: 1\n---\n",
        "soil/sand.md": "---\ntitle: Sand\ncategory: soil\norder: 2\n---\nx",
        "soil/clay.md": "---\ntitle: Clay\ncategory: soil\norder: 1\n---\nx",
        "soil/bog.md": "---\ntitle: Bog\ncategory: soil\norder: 1\n---\nx",
    }
    book = bind([(path, text.encode()) for path, text in files.items()])

    assert [page.note.slug for page in book.pages] == ["seeds", "soil", "bog", "clay", "sand"]


def test_warnings_name_file_and_line():
    text = "# Soil\nSee [[nowhere]] and [this](#gone).\n\n## Empty\n\n# Soil\nAgain."
    warnings = [str(warning) for warning in bind([("garden.md", text.encode())]).warnings]

    assert warnings == [
        "garden.md:2: broken link [[nowhere]]",
        "garden.md:2: broken link #gone",
        "garden.md:4: 'Empty' has no text and nothing below it",
        "garden.md:6: the title 'Soil' also stands at garden.md:1; this one is 'soil-2'",
    ]
