from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyguide.notes.card_texts import PLAIN, CardRenderer
from studyguide.notes.render import renderer
from tests.studyguide.content import topics

TEXTS = sorted(
    {
        str(value)
        for topic in topics().values()
        for card in topic.cards
        for value in card.values()
        if isinstance(value, str) and PLAIN.fullmatch(value.strip(" "))
    }
)


RENDERER = CardRenderer()


def slowly(text: str) -> str:
    return renderer().render(text, RENDERER._around, offset=2).html.strip()


def test_many_texts_of_cards_are_plain():
    assert len(TEXTS) > 500


def test_plain_texts_come_out_as_markdown_would_have_them():
    assert [text for text in TEXTS if RENDERER._html(text) != slowly(text)] == []


@given(st.text(alphabet="ab1.) -+#>=:'\"(,;/%$€ é", min_size=1, max_size=30))
def test_nothing_that_markdown_would_change_counts_as_plain(text):
    if PLAIN.fullmatch(text.strip(" ")) and text.strip(" "):
        assert RENDERER._html(text) == slowly(text.strip(" "))
