from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from web.reading.safe_yaml import (
    MAX_BYTES,
    YamlError,
    attempt_yaml,
    read_yaml,
    read_yaml_documents,
    read_yaml_file,
    read_yaml_stream,
)

BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n".encode() for n in range(9)
)


def value_of(text: str) -> object:
    return read_yaml(text.encode(), file="a.yaml").value


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        pytest.param(BOMB, 1, "anchor &a", id="alias bomb"),
        pytest.param(b"a: 1\nb: *a\n", 2, "alias *a", id="alias"),
        pytest.param(b"a: 1\n? *b\n: 2\n", 2, "alias *b", id="alias as a key"),
        pytest.param(b"a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "python/object", id="python object"),
        pytest.param(b"!!python/name:os.system : 1\n", 1, "python/name", id="tag on a key"),
        pytest.param(b"a: !!str 5\n", 1, "tag", id="harmless tag"),
        pytest.param(b"[" * 50 + b"]" * 50, 1, "deeper than 32 levels", id="50 levels in a line"),
        pytest.param(
            b"".join(b" " * n + b"a:\n" for n in range(50)), 33, "deeper than 32 levels", id="50 levels in lines"
        ),
        pytest.param(b"[" * 500_000, 1, "", id="half a million brackets"),
        pytest.param(b"{" * 500_000, 1, "", id="half a million braces"),
        pytest.param(b"a: [x]" + b"[" * 500_000, 1, "indented in another way", id="brackets behind a list"),
        pytest.param(b"a:\n b: [x]" + b"{" * 500_000, 2, "indented in another way", id="braces behind a list"),
        pytest.param(b"- " * 400_000, 1, "deeper than 32 levels", id="half a million dashes"),
        pytest.param(b"? " * 400_000, 1, "", id="half a million question marks"),
        pytest.param(b'a: "' + b"\\" * 999_001, 1, "quote that opens on line 1", id="a quote that never ends"),
        pytest.param(b"a: 1\nb: 2\na: 3\n", 3, "'a' was already given on line 1", id="duplicate key"),
        pytest.param(b'a: 1\n"a": 3\n', 2, "'a' was already given on line 1", id="duplicate key in quotes"),
        pytest.param(b"a: 1\n---\nb: 2\n", 2, "second document", id="several documents"),
        pytest.param(b"a: 1\nb: \xff\n", 2, "UTF-8", id="not UTF-8"),
        pytest.param("a: 1\n".encode("utf-16"), 1, "UTF-8", id="UTF-16"),
        pytest.param(b"a: 1\nb: \x00\n", 2, "not YAML", id="NUL"),
        pytest.param(b"a: 1\n[1, 2]: 2\n", 2, "plain text", id="list as a key"),
        pytest.param(b"a: 1\nb: [1, 2\n", 2, "the [ that opens on line 2 is not closed", id="open bracket"),
        pytest.param(b"a: 1\n\tb: 2\n", 2, "begins with a tab", id="tab"),
        pytest.param(b"a: .inf\n", 1, "no finite number", id="infinity"),
        pytest.param(b"a: 1\nb: 1e999\n", 2, "no finite number", id="beyond a float"),
        pytest.param(b"a: " + b"9" * 900_000, 1, "no finite number", id="a number of 900,000 digits"),
        pytest.param(b"", 1, "empty", id="empty"),
        pytest.param(b"# nothing\n", 1, "empty", id="only a comment"),
        pytest.param(b"- a\n" * 249_000, 200_000, "more than 200,000 values", id="too many values"),
        pytest.param(b"a" * (MAX_BYTES + 1), 1, "larger than 1,000,000 bytes", id="too large"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(raw, line, words):
    """promise 40"""
    with pytest.raises(YamlError) as caught:
        read_yaml(raw, file="bad.yaml")

    assert (caught.value.file, caught.value.line) == ("bad.yaml", line)
    assert words in caught.value.message
    assert str(caught.value) == f"bad.yaml:{line}: {caught.value.message}"


class Endless(io.RawIOBase):
    """Says how much was read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole stream was asked for"
        self.taken += size
        return b"- a\n" * (size // 4) + b"x" * (size % 4)


def test_of_a_large_upload_no_more_is_read_than_the_limit():
    """promise 40"""
    stream = Endless()

    with pytest.raises(YamlError, match="larger than 1,000,000 bytes"):
        read_yaml_stream(stream, file="big.yaml")

    assert stream.taken == MAX_BYTES + 1


def test_a_file_of_100_mb_is_refused_without_taking_its_memory(tmp_path: Path):
    """promise 40"""
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)

    tracemalloc.start()
    try:
        with pytest.raises(YamlError, match=r"^big\.yaml:1: the file is larger"):
            read_yaml_file(path, file="big.yaml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * MAX_BYTES


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-11-24", "2026-11-24"),
        ("1_000", "1_000"),
        ("5 kB", "5 kB"),
        ("'5'", "5"),
        ("true", True),
        ("~", None),
        ("-12", -12),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5e3", 1500.0),
        ("+.5", 0.5),
        ("1.", 1.0),
        ("<<", "<<"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        (">\n  two\n  lines\n", "two lines\n"),
        ("[1, [2], {}]", [1, [2], {}]),
        ("\ufeffa: b", {"a": "b"}),
        ("200: ok\nnull: x", {"200": "ok", "null": "x"}),
        ("a:\nb: ''", {"a": None, "b": ""}),
    ],
)
def test_values_are_those_of_json(text, value):
    found = value_of(text)

    assert found == value
    assert type(found) is type(value)


def test_lines_are_known_by_path_and_a_missing_place_has_the_line_around_it():
    read = read_yaml(b"# top\na: 1\nb:\n  c:\n    - x\n    - d: 2\n      e: 3\n", file="a.yaml")

    assert read.value == {"a": 1, "b": {"c": ["x", {"d": 2, "e": 3}]}}
    assert [read.line_of(place) for place in [(), ("a",), ("b",), ("b", "c"), ("b", "c", 0)]] == [2, 2, 3, 4, 5]
    assert read.line_of(("b", "c", 1, "e")) == 7
    assert read.line_of(("b", "c", 1, "missing", "deeper")) == 6
    assert read.line_of(("nowhere",)) == 2


def test_levels_up_to_the_limit_are_read():
    assert value_of("[" * 32 + "]" * 32) is not None
    with pytest.raises(YamlError):
        read_yaml(b"[[[]]]", file="a.yaml", max_depth=2)


def test_aliases_are_read_where_a_caller_asks_for_them():
    raw = b"x: &x {a: 1, b: [2]}\ny: *x\nz: {<<: *x, a: 3}\nw: {<<: [{c: 1}, *x]}\n"
    read = read_yaml(raw, file="f.yaml", aliases=True)
    assert read.value == {
        "x": {"a": 1, "b": [2]},
        "y": {"a": 1, "b": [2]},
        "z": {"a": 3, "b": [2]},
        "w": {"c": 1, "a": 1, "b": [2]},
    }
    assert read.line_of(("y", "b")) == 2


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(
            b"a: &a [1,1,1,1,1,1,1,1,1]\n"
            + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 110)),
            "more than 200,000 values",
            id="laughs",
        ),
        pytest.param(
            b"a: &a [1]\n"
            + b"".join(b"b%d: &b%d [*%s]\n" % (n, n, b"b%d" % (n - 1) if n else b"a") for n in range(40)),
            "nested deeper than 32",
            id="depth by aliases",
        ),
        pytest.param(b"a: &a [*a]\n", "refers to no anchor before it", id="itself"),
        pytest.param(b"a: *b\n", "refers to no anchor before it", id="unknown"),
    ],
)
def test_aliases_stay_within_the_limits(raw, words):
    """promise 40"""
    with pytest.raises(YamlError, match=words):
        read_yaml(raw, file="f.yaml", aliases=True)


def test_documents_of_one_file_are_read_in_order():
    found = read_yaml_documents(b"a: 1\n---\nb: &x [2]\nc: *x\n", file="f.yaml")
    assert [each.value for each in found] == [{"a": 1}, {"b": [2], "c": [2]}]
    assert found[1].line_of(("c",)) == 4


def test_a_long_file_with_many_mistakes_is_read_a_few_times_only():
    """Each attempt goes through all values before the mistake."""
    raw = ("k:\n" + "  - a\n" * 4_000 + "".join(f"b{at}: a: b\n" for at in range(20))).encode()

    assert len(attempt_yaml(b"k: a: b\n" * 20, file="a.yaml").mistakes) > 10
    assert 1 < len(attempt_yaml(raw, file="a.yaml").mistakes) < 10
