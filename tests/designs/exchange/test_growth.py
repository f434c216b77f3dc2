"""Short texts that name the same things again and again are read in time proportional to their length (promise 54).

Time is counted in steps of the interpreter, so that the machine's speed does not matter. Each text once took a minute
or more at the length that an upload may have.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from designs.document.references import MOST_COMPARED, dangling
from designs.exchange import registry, terraform
from designs.exchange.names import new_ids
from designs.exchange.problems import ImportFailedError

pytestmark = pytest.mark.one_database
DBML = "designs.exchange.dbml_read"
FEW, MOST_GROWTH = 60, 2.2


def joined(text: str, count: int, between: str = "") -> str:
    return between.join(text.replace("#", str(number)) for number in range(count))


def proto(*declared: str) -> str:
    return "\n".join(['syntax = "proto3";', *declared])


TEXTS: dict[str, tuple[str, Callable[[int], str]]] = {
    "unseen edges of groups": ("dot", lambda n: f"digraph {{ {{{'a ' * n}}} -> {{{'b ' * n}}} [style=invis] a -> b }}"),
    "relations to one entity": (
        "mermaid-er",
        lambda n: f"erDiagram\nA {{\n{joined('t f#', n, chr(10))}\n}}\n" + "A }o--|| B : x\n" * n,
    ),
    "containers of nodes in each other": (
        "structurizr",
        lambda n: (
            'workspace {\nmodel {\ns = softwareSystem "s"\n}\ndeploymentEnvironment x '
            f"{'{' * n}\n{joined('instanceOf s#', n, chr(10))}\n{'}' * n}\n}}"
        ),
    ),
    "services of the same workloads": (
        "kubernetes",
        lambda n: (
            joined("---\nkind: Pod\nmetadata: {name: p#, labels: {a: b}}\n", n)
            + joined("---\nkind: Service\nmetadata: {name: s#}\nspec: {selector: {a: b}}\n", n)
            + f"---\nkind: Pod\nmetadata: {{name: q}}\nspec: {{containers: [{{args: [{joined('s#', n, ', ')}]}}]}}\n"
        ),
    ),
    "fields below one comment": (
        "proto",
        lambda n: proto("message A {", *["// x"] * n, joined("A a#=1; ", n), "}"),
    ),
    "fields of one enum": (
        "proto",
        lambda n: proto(f"enum E {{ {joined('a#=1; ', n)} }}", f"message A {{ {joined('E b#=1; ', n)} }}"),
    ),
    "keys in containers of D2": ("d2", lambda n: joined("c.a# -> c.b#\n", n)),
    "enums of DBML": ("dbml", lambda n: "Table t {\na int\n}\n" + joined("Enum e# {\na\n}\n", n // 4)),
    "drops of tables that are not here": (
        "sql",
        lambda n: joined("CREATE TABLE a#(b int);", n) + "DROP TABLE z;" * n,
    ),
}


def steps(read: Callable[[], Any]) -> int:
    """How many lines the interpreter goes through, in functions of the project alone."""
    count = 0

    def inside(_frame: FrameType, _event: str, _given: Any) -> Any:
        nonlocal count
        count += 1
        return inside

    def called(frame: FrameType, _event: str, _given: Any) -> Any:
        return inside if "/designs/" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(called)
    try:
        read()
    except ImportFailedError:
        pass  # a refusal is an answer as well
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", TEXTS)
def test_twice_the_text_takes_twice_the_steps(name):
    slug, text = TEXTS[name]
    registry.read(text(2), slug)  # a grammar may be loaded at the first time

    once, twice, four_times = (steps(lambda many=many: registry.read(text(many * FEW), slug)) for many in (1, 2, 4))

    assert twice <= MOST_GROWTH * once
    assert four_times <= MOST_GROWTH * twice


@pytest.mark.parametrize(
    ("limit", "slug", "text", "words"),
    [
        ("sql.read.MAX_ALL_COLUMNS", "sql", "CREATE TABLE t(a int, b int);" + joined("CREATE TABLE t#(LIKE t);", 20),
         "line 1: the tables have more than 30 columns and indexes"),
        ("sql.read.MAX_STEPS", "sql", "CREATE TABLE t(a int, b int);" + "ALTER TABLE t RENAME COLUMN a TO a;" * 20,
         "line 1: the columns of t are renamed too often"),
        ("hosts.MAX_BYTES", "compose", "services:\n  a: {command: word}\n" + joined("  b#: {extends: a}\n", 20),
         "with all that is used again written out, the settings have more than 30 characters"),
        ("hosts.MAX_BYTES", "kubernetes", "kind: ConfigMap\nmetadata: {name: c}\ndata: {a: many words}\n" + joined(
            "---\nkind: Pod\nmetadata: {name: p#}\n"
            "spec: {containers: [{envFrom: [{configMapRef: {name: c}}]}]}\n", 20),
         "with all that is used again written out, the settings have more than 30 characters"),
    ],
    ids=["tables that copy one", "renames of one column", "services that inherit from one", "pods of one ConfigMap"],
)  # fmt: skip
def test_what_is_used_again_without_end_is_refused(monkeypatch, limit, slug, text, words):
    monkeypatch.setattr(f"designs.exchange.{limit}", 30)

    with pytest.raises(ImportFailedError) as refused:
        registry.read(text, slug)

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("slug", "text", "limit", "library"),
    [
        ("terraform", "locals {\n" + joined("a# = 1\n", 12) + "}\n", "terraform.MOST_WORDS", "hcl2.loads"),
        ("dbml", "Table t {\n" + joined("a# int\n", 18), "dbml_read.MOST_WORDS", f"{DBML}._Parser.parse"),
    ],
)  # fmt: skip
def test_more_words_than_a_library_reads_in_a_second_or_two_never_reach_it(monkeypatch, slug, text, limit, library):
    reached = []
    monkeypatch.setattr(library, lambda *_: reached.append(True))
    monkeypatch.setattr(f"designs.exchange.{limit}", 30)

    with pytest.raises(ImportFailedError, match="has 39 words and signs, and at most 30 are read at once"):
        registry.read(text, slug)
    assert not reached


def test_ids_of_long_names_that_begin_alike_take_one_try_each():
    names = [f"{'x' * 33}{number:04d}" for number in range(4 * FEW)]

    def given(count: int) -> int:
        ids = new_ids()
        return steps(lambda: [ids.give(name) for name in names[:count] * 2])

    assert given(4 * FEW) <= MOST_GROWTH * given(2 * FEW)


def test_balancers_of_terraform_find_what_is_behind_them_in_one_go():
    """1,900 balancers took 7 seconds: each went through all resources. The parser's time is the library's."""

    def resources(count: int) -> dict[str, list[dict[str, Any]]]:
        named = [("aws_lb", "a", {}), ("aws_lb_listener", "l", {"of": "aws_lb.a# aws_lb_target_group.g"})]
        return {
            "resource": [
                {kind: {f"{name}{at}": {key: text.replace("#", str(at)) for key, text in body.items()}}}
                for at in range(count)
                for kind, name, body in named
            ]
        }

    once, twice = (steps(lambda many=many: terraform._Reader(resources(many * FEW)).read()) for many in (1, 2))

    assert twice <= MOST_GROWTH * once


def test_only_the_first_unknown_ids_are_compared_with_all_known_ones():
    diagram = {
        "components": {f"box{at}": {"label": "x", "zone": f"zone{at}x"} for at in range(30)},
        "zones": {f"zone{at}": {"label": "z"} for at in range(30)},
    }
    told = [problem.message for problem in dangling({"diagram": diagram})]

    assert len(told) == 30
    assert ["Did you mean" in each for each in told] == [True] * MOST_COMPARED + [False] * (30 - MOST_COMPARED)
