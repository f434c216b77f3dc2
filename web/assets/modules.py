"""Joins ES modules into one file, so that a page asks for one instead of forty.

Each module stands in its own block, after those that it imports, and puts what it exports into a constant; imports
become names taken from these constants. It reads what our sources are written in (eslint.config.js): named imports of
relative paths, each at the beginning of a line, and `export` before a function, a class or a constant. Anything else is
an error, and so are modules that import each other in a circle.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

IMPORT = re.compile(r'^import\s*(?:\{([^}]*)\}\s*from\s*)?"(\.[^"\n]+)";?[^\S\n]*$', re.MULTILINE)
LATER = re.compile(r'\bimport\("(\.[^"\n]+)"\)')
EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function\b\*?|class|const)\s+([A-Za-z_$][\w$]*))", re.MULTILINE)
LIST = re.compile(r"\bexport\s*+\{([^{}]*+)\};?\s*$")
AS = re.compile(r"(?<!\s)\s++as\s++")
UNREAD = re.compile(r"^(?:import\b(?!\()|export\b)", re.MULTILINE)


class ModuleError(ValueError):
    """A module is written in a way that cannot be joined; says which and where."""


@dataclass(frozen=True)
class Joined:
    """The text of the file, and the paths of the modules in it in the order in which they run."""

    text: str
    members: tuple[str, ...]


def join(
    entry: str,
    read: Callable[[str], str],
    homes: Mapping[str, str],
    *,
    tidied: Callable[[str, str], str] = lambda _path, body: body,
) -> Joined:
    """The module at this path with all that it imports. `homes` are modules that are in another joined file already, by
    path, with the path of that file; `tidied` gets the path and the body of each module, to make it smaller."""
    members = tuple(dict.fromkeys(_in_order(entry, read, homes, ())))
    outside = {homes[path] for member in members for path in _imports(member, read) if path in homes}
    lines = [
        f"import {{ {', '.join(_name(path) for path in sorted(homes) if homes[path] == home)} }}"
        f' from "{_relative(entry, home)}";'
        for home in sorted(outside)
    ]
    lines += [_block(member, entry, read, tidied) for member in members]
    names = sorted(_exports(read(entry))[1])
    lines += [f"export const {{ {', '.join(names)} }} = {_name(entry)};"] * bool(names)
    lines.append(f"export {{ {', '.join(_name(each) for each in members)} }};")
    return Joined("\n".join(lines) + "\n", members)


def rewritten(path: str, source: str, homes: Mapping[str, str]) -> str:
    """A module that is not joined, with imports of modules that are."""

    def taken(found: re.Match[str]) -> str:
        target = _target(path, found[2])
        if target not in homes or target == homes[target]:
            return found[0]
        home = f'import {{ {_name(target)} }} from "{_relative(path, homes[target])}";'
        return home + (f" const {_pattern(found[1])} = {_name(target)};" if found[1] else "")

    return IMPORT.sub(taken, source)


def _in_order(path: str, read: Callable[[str], str], homes: Mapping[str, str], above: tuple[str, ...]) -> Iterator[str]:
    if path in above:
        raise ModuleError(f"{' imports '.join([*above[above.index(path) :], path])}: modules in a circle")
    for target in _imports(path, read):
        if target not in homes:
            yield from _in_order(target, read, homes, (*above, path))
    yield path


def _imports(path: str, read: Callable[[str], str]) -> list[str]:
    return [_target(path, found) for _, found in IMPORT.findall(read(path))]


def _block(path: str, entry: str, read: Callable[[str], str], tidied: Callable[[str, str], str]) -> str:
    source = read(path)
    body, names = _exports(source)
    body = IMPORT.sub(
        lambda found: f"const {_pattern(found[1])} = {_name(_target(path, found[2]))};" if found[1] else "", body
    )
    if unread := UNREAD.search(body):
        line = body[unread.start() :].partition("\n")[0]
        raise ModuleError(f"{path}: {line!r} is none of the imports and exports that can be joined")
    body = LATER.sub(lambda found: f'import("{_relative(entry, _target(path, found[1]))}")', body)
    given = ", ".join(name if name == inner else f"{name}: {inner}" for name, inner in sorted(names.items()))
    return f"const {_name(path)} = {{}};\n{{\n{tidied(path, body)}\nObject.assign({_name(path)}, {{ {given} }});\n}}"


def _exports(source: str) -> tuple[str, dict[str, str]]:
    """The source without the word `export`, and the exported names with their names inside."""
    names = {name: name for name in EXPORT.findall(source)}
    body = EXPORT.sub("", source)
    if found := LIST.search(body):
        for each in found[1].split(","):
            inner, _, outer = (part.strip() for part in each.partition(" as "))
            names[outer or inner] = inner
        body = body[: found.start()]
    return body, names


def _pattern(names: str) -> str:
    """`a, b as c` of an import as the pattern `{ a, b: c }`."""
    each = [AS.sub(": ", name.strip()) for name in names.split(",")]
    return f"{{ {', '.join(filter(None, each))} }}"


def _name(path: str) -> str:
    return "$" + re.sub(r"[^\w$]", "_", path.removesuffix(".js").replace("/", "$"))


def _target(path: str, written: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), written))


def _relative(path: str, target: str) -> str:
    found = posixpath.relpath(target, posixpath.dirname(path))
    return found if found.startswith(".") else f"./{found}"
