"""The words that the topics teach."""

from __future__ import annotations

from dataclasses import dataclass

from studyguide.models import Topic


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A word with its meaning in one sentence, and the topic that teaches it."""

    word: str
    meaning: str
    topic: Topic

    @property
    def letter(self) -> str:
        """The heading under which it stands."""
        first = self.word[:1].upper()
        return first if first.isalpha() else "0-9"


def glossary(user_id: int | None = None) -> list[Entry]:
    """Every word of the topics that a reader sees, by the alphabet."""
    topics = Topic.objects.visible_to(user_id).readable().exclude(terms=[]).only("slug", "title", "terms")
    entries = [
        Entry(word=term["word"], meaning=term["meaning"], topic=topic) for topic in topics for term in topic.terms
    ]
    return sorted(entries, key=lambda entry: (not entry.word[:1].isalpha(), entry.word.casefold(), entry.topic.title))
