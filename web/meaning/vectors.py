"""Static word vectors: a text is the weighted mean of its words, and the cosine of two texts says how near they are.

The vectors are wordllama's (L2 supercat, MIT licence), which its wheel carries; they are read offline by `safetensors`
and `tokenizers` alone. They were trained so that the first numbers of a vector tell the most (Matryoshka), so half of
them do: 8 MB instead of 16. They are read when the first text is asked for, once a process.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

DIMENSIONS = 128
PACKAGE = "wordllama"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
WEIGHTS = "weights/l2_supercat_256.safetensors"


class Vectors:
    """Looks up words. Vectors of words are kept, so that a word costs its tokens once."""

    def __init__(self) -> None:
        from safetensors import safe_open  # not in every process: these three cost 25 MB and a quarter of a second
        from tokenizers import Tokenizer

        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"No module named {PACKAGE!r}: its wheel carries the word vectors.")
        home = Path(spec.origin).parent
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(home / TOKENIZER))
        with safe_open(home / WEIGHTS, framework="numpy") as file:
            self._table: NDArray[np.float16] = np.ascontiguousarray(file.get_slice("embedding.weight")[:, :DIMENSIONS])
        self.word = lru_cache(maxsize=20_000)(self._word)

    def _word(self, word: str) -> NDArray[np.float32]:
        """The sum of the word's tokens."""
        ids = self._tokenizer.encode(word, add_special_tokens=False).ids
        summed: NDArray[np.float32] = self._table[ids].astype(np.float32).sum(axis=0)
        return summed

    def text(self, words: Sequence[str], weights: Sequence[float] | None = None) -> NDArray[np.float32]:
        """A vector of length 1 for some words, each with its weight; zeros for none."""
        total = np.zeros(DIMENSIONS, np.float32)
        for place, word in enumerate(words):
            total += self.word(word) * (1.0 if weights is None else weights[place])
        length = float(np.linalg.norm(total))
        return total / length if length else total


@lru_cache(maxsize=1)
def vectors() -> Vectors:
    """The ones of this process, read at the first call."""
    return Vectors()
