"""The text of each element of a page that has an id."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


def texts_by_id(markup: str) -> dict[str, str]:
    reader = _Texts()
    reader.feed(markup)
    reader.close()
    assert not reader.open, f"never closed: {reader.open}"
    return {place: text.strip() for place, text in reader.texts.items()}


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: dict[str, str] = {}

    def handle_starttag(self, tag, attrs) -> None:
        place = dict(attrs).get("id")
        if place:
            assert place not in self.texts, f"twice in the page: {place}"
            self.texts[place] = ""
        if tag not in VOID:
            self.open.append((tag, place))

    def handle_endtag(self, tag) -> None:
        opened, _ = self.open.pop()
        assert opened == tag

    def handle_data(self, data) -> None:
        for _, place in self.open:
            if place:
                self.texts[place] += data
