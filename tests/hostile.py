"""Makes texts that are slow for a backtracking regular expression, from the expression itself, and measures the growth
of its time on them.
"""

from __future__ import annotations

import ast
import importlib
import re
import re._constants as sre
import re._parser as parser
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("accounts", "calculators", "classrooms", "config", "designs", "schools", "studyguide", "web")
METHODS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
ANYWHERE = {"search", "sub", "subn", "split", "findall", "finditer"}
# Other functions that take an expression, and its position in their arguments.
TAKERS = {
    "_starts": "search",
    "RegexValidator": "search",
    "InlineProcessor": "search",
    "SimpleTagInlineProcessor": "search",
}
# The flags that they add.
FLAGS = {"_starts": re.IGNORECASE | re.MULTILINE}


@dataclass(frozen=True)
class Site:
    """Where an expression is defined, and how it is applied."""

    path: str
    line: int
    pattern: re.Pattern[str]
    methods: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass
class Found:
    sites: list[Site] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass
class Module:
    """The facts that one file's source gives about its expressions; its tree is walked once."""

    path: Path
    name: str
    calls: list[ast.Call] = field(default_factory=list)
    # `re.compile(…).match` -> "match", by the call; and the name that an expression is given, by each call within it.
    method_of_call: dict[ast.Call, str] = field(default_factory=dict)
    name_of_call: dict[ast.Call, str] = field(default_factory=dict)
    applied: list[tuple[str, str]] = field(default_factory=list)
    imported: dict[str, str] = field(default_factory=dict)
    each_of: dict[str, str] = field(default_factory=dict)


def expressions() -> Found:
    """Every expression in the project's Python source. `unread` are those known only at run time."""
    modules = [_walked(path) for path in sources()]
    applied = methods_by_name(modules)
    found = Found()
    for module in modules:
        for call in module.calls:
            _add(found, module, call, applied)
    return found


def _walked(path: Path) -> Module:
    module = Module(path, module_of(path))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call() if _method_of(node):
                module.calls.append(node)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in METHODS:
                module.applied.append((name, attr))
            case ast.Attribute(value=ast.Call() as call, attr=attr):
                module.method_of_call.setdefault(call, attr)
            case ast.ImportFrom():
                module.imported |= {each.asname or each.name: f"{node.module}:{each.name}" for each in node.names}
            case ast.For() | ast.comprehension() if isinstance(node.iter, ast.Name):
                # `pattern` and `PATTERNS` for each `for … pattern … in PATTERNS`.
                names = (each.id for each in ast.walk(node.target) if isinstance(each, ast.Name))
                module.each_of |= dict.fromkeys(names, node.iter.id)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                for each in ast.walk(value):
                    if isinstance(each, ast.Call):
                        module.name_of_call.setdefault(each, name)
    return module


def sources() -> Iterator[Path]:
    for part in PARTS:
        yield from (path for path in sorted((ROOT / part).rglob("*.py")) if "migrations" not in path.parts)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _method_of(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(value=ast.Name(id="re"), attr=attr) if attr in METHODS:
            return attr
        case ast.Name(id=name) if name in TAKERS:
            return TAKERS[name]
    return ""


def _add(found: Found, source: Module, call: ast.Call, applied: dict[str, set[str]]) -> None:
    where = source.path.relative_to(ROOT).as_posix()
    method = _method_of(call)
    module = importlib.import_module(source.name)
    flags = [argument.value for argument in call.keywords if argument.arg == "flags"]
    if method == "compile" or method in {"match", "search", "fullmatch", "findall", "finditer"}:
        flags += call.args[1 if method == "compile" else 2 :]
    try:
        text = _evaluated(call.args[0], module)
        given = sum((int(_evaluated(each, module)) for each in flags), 0) | FLAGS.get(ast.unparse(call.func), 0)
    except (NameError, AttributeError, TypeError):
        found.unread.append(f"{where}: {ast.unparse(call.args[0])}")
        return
    pattern = text if isinstance(text, re.Pattern) else re.compile(text, given)
    methods = {method} if method != "compile" else _applied_to(call, source, applied)
    found.sites.append(Site(where, call.lineno, pattern, frozenset(methods)))


def _evaluated(node: ast.expr, module: Any) -> Any:
    return eval(compile(ast.Expression(node), "<expression>", "eval"), vars(module))


def methods_by_name(modules: list[Module]) -> dict[str, set[str]]:
    """`module:NAME` -> the methods called on it, in its own module and where it is imported."""
    applied: dict[str, set[str]] = {}
    for module in modules:
        for name, method in module.applied:
            whole = module.each_of.get(name, name)
            applied.setdefault(module.imported.get(whole, f"{module.name}:{whole}"), set()).add(method)
    return applied


def _applied_to(call: ast.Call, source: Module, applied: dict[str, set[str]]) -> set[str]:
    if name := source.name_of_call.get(call):
        return applied.get(f"{source.name}:{name}") or {"search"}
    if method := source.method_of_call.get(call):
        return {method}
    return {"search"}


class Texts:
    """Hostile texts for one pattern: each repeatable part, repeated, with and without what precedes it."""

    BODIES = 4
    TAILS = ("", "\x00", "!\n", " ;")
    USUAL = (" ", "\n", "a", "0", "<", "a,", "- ")

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.tree = parser.parse(
            pattern.pattern, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
        )

    @cached_property
    def pumps(self) -> list[tuple[str, str]]:
        """Prefixes, each with the part that is repeated after it."""
        found = dict.fromkeys(("", usual) for usual in self.USUAL)
        for prefix, bodies in self._repeats(list(self.tree), ""):
            for body in bodies:
                found |= dict.fromkeys([(prefix, body), ("", body), ("", prefix + body), ("", body + prefix)])
        return list(dict.fromkeys((prefix, _unit(body)) for prefix, body in found if body))

    def texts(self, length: int) -> Iterator[str]:
        for prefix, body in self.pumps:
            for tail in self.TAILS:
                yield prefix + body * (length // len(body)) + tail

    def of(self, pump: tuple[str, str, str], length: int) -> str:
        prefix, body, tail = pump
        return prefix + body * max(1, length // len(body)) + tail

    def _repeats(self, items: list[Any], before: str) -> Iterator[tuple[str, list[str]]]:
        for operator, argument in items:
            if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                least, most, body = argument
                if most > 8:
                    yield before, self._samples(list(body))
                yield from self._repeats(list(body), before)
                before += self._sample(list(body)) * max(least, 1)
            else:
                for inner in _inside(operator, argument):
                    yield from self._repeats(inner, before)
                before += self._sample([(operator, argument)])

    def _samples(self, items: list[Any]) -> list[str]:
        return list(dict.fromkeys(self._sample(items, choice) for choice in range(self.BODIES)))

    def _sample(self, items: list[Any], choice: int = 0) -> str:
        return "".join(self._one(operator, argument, choice) for operator, argument in items)

    def _one(self, operator: Any, argument: Any, choice: int) -> str:
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            least, most, body = argument
            return self._sample(list(body), choice) * min(max(least, 1), most)
        if operator is sre.BRANCH:
            return self._sample(list(argument[1][choice % len(argument[1])]), choice)
        if operator is sre.SUBPATTERN:
            return self._sample(list(argument[3]), choice)
        if operator is sre.ATOMIC_GROUP:
            return self._sample(list(argument), choice)
        return _character(operator, argument, choice)


def _unit(text: str) -> str:
    """The shortest text that gives this one when it is repeated: repeating either makes the same texts."""
    return text[: (text + text).index(text, 1)]


def _inside(operator: Any, argument: Any) -> list[list[Any]]:
    if operator is sre.BRANCH:
        return [list(each) for each in argument[1]]
    if operator is sre.SUBPATTERN:
        return [list(argument[3])]
    if operator in (sre.ASSERT, sre.ASSERT_NOT):
        return [list(argument[1])]
    if operator is sre.ATOMIC_GROUP:
        return [list(argument)]
    return []


CANDIDATES = "a0 <,-\n_.:[(`*A9\t\"'|{#é\u00a0\ue000\u3042~=>)]}/"


def _character(operator: Any, argument: Any, choice: int) -> str:
    """A character that the item matches; `choice` selects one, so that several of a class are tried."""
    if operator is sre.LITERAL:
        return chr(argument)
    if operator is sre.NOT_LITERAL:
        fitting = [each for each in CANDIDATES if ord(each) != argument]
    elif operator is sre.ANY:
        fitting = [each for each in CANDIDATES if each != "\n"]
    elif operator is sre.IN:
        fitting = [each for each in CANDIDATES if _is_in(argument, each)] or [_first_of(argument)]
    else:
        return ""  # positions, references and assertions consume no character
    return fitting[choice % len(fitting)]


def _is_in(members: list[Any], character: str) -> bool:
    result, code = False, ord(character)
    for operator, argument in members:
        if operator is sre.LITERAL:
            result |= code == argument
        elif operator is sre.RANGE:
            result |= argument[0] <= code <= argument[1]
        elif operator is sre.CATEGORY:
            result |= _has_category(argument, character)
    return result != (members[0][0] is sre.NEGATE)


def _has_category(category: Any, character: str) -> bool:
    tests: dict[Any, Callable[[str], bool]] = {
        sre.CATEGORY_DIGIT: str.isdecimal,
        sre.CATEGORY_SPACE: str.isspace,
        sre.CATEGORY_WORD: lambda each: each.isalnum() or each == "_",
    }
    opposite = {
        sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
        sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
        sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
    }
    return not tests[opposite[category]](character) if category in opposite else tests[category](character)


def _first_of(members: list[Any]) -> str:
    for operator, argument in members:
        if operator is sre.LITERAL:
            return chr(argument)
        if operator is sre.RANGE:
            return chr(argument[0])
    return "a"


def applied(pattern: re.Pattern[Any], method: str, words: str) -> None:
    text, nothing = (words.encode(), b"") if isinstance(pattern.pattern, bytes) else (words, "")
    match method:
        case "sub" | "subn":
            pattern.sub(nothing, text)
        case "finditer":
            for _ in pattern.finditer(text):
                pass
        case _:
            getattr(pattern, method)(text)


def cpu_seconds(work: Callable[[], None], *, times: int = 1) -> float:
    """The minimum of some runs, because other processes on the machine only add time."""
    least = float("inf")
    for _ in range(times):
        before = time.thread_time()
        work()
        least = min(least, time.thread_time() - before)
    return least


# Linear work on the longest of these texts takes a tenth of the threshold, and quadratic work four times the threshold.
LENGTHS = (12, 16, 20, 24, 28, 48, 96, 384, 1_536, 6_144)
NOTICED_S = 0.002
GROWTH = 2.2


@cache
def slow_text(pattern: re.Pattern[str], method: str) -> str | None:
    """A text on which the time of the method grows by more than 2.2 when it is twice as long, shortened; or None."""
    texts = Texts(pattern)
    for prefix, body in texts.pumps:
        for tail in texts.TAILS:
            if is_slow(lambda length, pump=(prefix, body, tail): texts.of(pump, length), pattern, method):
                return repr(texts.of((prefix, body, tail), 12))
    return None


def is_slow(text_of: Callable[[int], str], pattern: re.Pattern[str], method: str) -> bool:
    """Tries longer and longer texts, so that no try takes much longer than the threshold."""

    def work(length: int) -> Callable[[], None]:
        text = text_of(length)
        return lambda: applied(pattern, method, text)

    for length in LENGTHS:
        if cpu_seconds(work(length)) > NOTICED_S and cpu_seconds(work(length), times=3) > NOTICED_S:
            return length < 100 or growth_of(work, length) > GROWTH
    return False


def growth_of(work: Callable[[int], Callable[[], None]], length: int) -> float:
    """The factor for twice the text: the square root of the factor for four times the text, the minimum of eight
    runs."""
    least = float("inf")
    for _ in range(8):
        once, fourfold = cpu_seconds(work(length // 4), times=5), cpu_seconds(work(length), times=3)
        least = min(least, (fourfold / max(once, 1e-7)) ** 0.5)
        if least <= GROWTH:
            break
    return least
