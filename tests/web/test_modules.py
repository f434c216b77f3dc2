"""Modules that are joined into one file do what they do as files of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.node import command
from web.assets.modules import ModuleError, join, rewritten

pytestmark = pytest.mark.one_database
# A state that two files share, names that meet, a name given anew, an import for its effects, and one that comes later.
SOURCES = {
    "js/state.js": "const kept = [];\nexport function keep(word) {\n  kept.push(word);\n}\nexport { kept as words };\n",
    "js/page.js": 'import { keep } from "./state.js";\n\nkeep("page");\nexport const size = 1;\n',
    "js/deep/part.js": (
        'import { keep as note } from "../state.js";\nimport "../page.js";\nconst size = 2;\nnote("part");\n'
        "export class Part {\n  size() {\n    return size;\n  }\n}\n"
    ),
    "js/deep/later.js": 'import { words } from "../state.js";\nimport { Part } from "./part.js";\n'
    "console.log(words.join(), new Part().size());\n",
    "js/deep/main.js": 'import {\n  Part,\n} from "./part.js";\nimport { size } from "../page.js";\n'
    'console.log(size, new Part().size());\nawait import("./later.js");\n',
    "js/entry.js": 'import "./deep/main.js";\n',
}


def run(folder: Path, sources: dict[str, str]) -> str:
    (folder / "js" / "deep").mkdir(parents=True)
    (folder / "package.json").write_text('{"type": "module"}')
    for path, text in sources.items():
        (folder / path).write_text(text)
    done = subprocess.run(
        [*command("node"), str(folder / "js/entry.js")], check=True, capture_output=True, text=True, cwd=folder
    )
    return done.stdout


def test_joined_modules_say_what_they_say_alone_and_share_one_state(tmp_path):
    """The module that is imported later sees the state of those that were joined."""
    homes: dict[str, str] = {}
    joined: dict[str, str] = {}
    for entry in ("js/page.js", "js/deep/part.js"):
        made = join(entry, SOURCES.__getitem__, homes)
        joined[entry] = made.text
        homes |= dict.fromkeys(made.members, entry)
    joined["js/entry.js"] = join("js/entry.js", SOURCES.__getitem__, homes).text
    joined["js/deep/later.js"] = rewritten("js/deep/later.js", SOURCES["js/deep/later.js"], homes)

    assert run(tmp_path / "alone", SOURCES) == run(tmp_path / "joined", joined) == "1 2\npage,part 2\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('import * as all from "./b.js";\n', r"js/a.js: 'import \* as all from"),
        ("export default 1;\n", "js/a.js: 'export default 1;'"),
        ('import { b } from "./b.js";\nexport const a = 1;\n', "js/a.js imports js/b.js imports js/a.js"),
    ],
)
def test_what_cannot_be_joined_is_named(written, said):
    sources = {"js/a.js": written, "js/b.js": 'import { a } from "./a.js";\nexport const b = 1;\n'}

    with pytest.raises(ModuleError, match=said):
        join("js/a.js", sources.__getitem__, {})


def test_a_module_that_imports_nothing_joined_stays_as_it_is():
    source = 'import { a } from "./a.js";\nexport const b = a;\n'

    assert rewritten("js/b.js", source, {"js/c.js": "js/all.js"}) == source
    taken = 'import { $js$a } from "./all.js"; const { a } = $js$a;\nexport const b = a;\n'
    assert rewritten("js/b.js", source, {"js/a.js": "js/all.js"}) == taken
