"""Names for tools that are stricter than people: ASCII identifiers, unique in their scope, and never a reserved word.

People call things `订单`, `select`, `</script>` or nothing at all. Each format defines what it allows; the original
name is kept beside the identifier as a comment or a label, where the format has one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

WORD = re.compile(r"[A-Za-z0-9]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
ID_LENGTH = 40
ANYTHING = r"."


def ascii_words(text: str) -> list[str]:
    """The words of a name in ASCII, as far as removing accents allows: `Größe über userId` gives Grosse, uber, user,
    Id.
    """
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return [part for word in WORD.findall(plain) for part in HUMP.split(word)]


def snake(text: str) -> str:
    return "_".join(word.lower() for word in ascii_words(text))


def pascal(text: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in ascii_words(text))


def camel(text: str) -> str:
    name = pascal(text)
    return name[:1].lower() + name[1:]


def one_line(text: str) -> str:
    """The text without line breaks or runs of blanks, for a comment or a label."""
    return " ".join(text.split())


class Names:
    """Hands out names that are unique in one scope.

    `same_as` folds names that the format treats as equal (`str.lower` where case does not count). A name that is taken,
    or reserved, gets a number; one with an invalid start is prefixed with the fallback.
    """

    def __init__(
        self,
        style: Callable[[str], str],
        *,
        fallback: str,
        reserved: Iterable[str] = (),
        same_as: Callable[[str], str] = str.lower,
        length: int = 60,
        starts: str = r"[A-Za-z_]",
    ) -> None:
        self._style, self._fallback, self._same_as, self._length = style, fallback, same_as, length
        self._starts = re.compile(starts)
        self._reserved = {same_as(word) for word in reserved}
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, names: Iterable[str]) -> None:
        """Marks names as taken."""
        self._taken.update(self._same_as(name) for name in names)

    def keep(self, name: str) -> str:
        """The name itself unless it is taken."""
        if self._same_as(name) in self._taken:
            return self.give(name)
        self.take([name])
        return name

    def give(self, text: str) -> str:
        wanted = self._style(text)[: self._length]
        if not self._starts.match(wanted):
            wanted = self._style(f"{self._fallback} {wanted}")[: self._length]
        if self._same_as(wanted) in self._reserved:
            wanted += "_"
        name = wanted
        while self._same_as(name) in self._taken or self._same_as(name) in self._reserved:
            # Counted for the part that stays, since many long names may begin alike.
            kept = f"{wanted[: self._length - 7]}{'_' if '_' in wanted or wanted.islower() else ''}"
            number = self._next[kept] = self._next.get(kept, 1) + 1
            name = f"{kept}{number}"
        self._taken.add(self._same_as(name))
        return name


def new_ids(taken: Iterable[str] = ()) -> Names:
    """Ids of a document's collection; unlike names in most formats they are case-sensitive."""
    ids = Names(snake, fallback="item", same_as=str, length=ID_LENGTH, starts=r"[a-z]")
    ids.take(taken)
    return ids
