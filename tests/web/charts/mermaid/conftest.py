from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

MERMAID = Path(__file__).resolve().parents[4] / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
FLOWCHARTS = """async (texts) => {
  mermaid.initialize({ startOnLoad: false });
  const found = [];
  for (const text of texts) {
    try {
      const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
      const db = diagram.db;
      found.push({
        nodes: [...db.getVertices().values()].map((each) => [each.id, each.text ?? each.id, each.type ?? null]),
        edges: db.getEdges().map((each) => [each.start, each.end, each.text, each.stroke, each.type]),
        subgraphs: db.getSubGraphs().map((each) => [each.id, each.title, each.nodes]),
      });
    } catch (error) {
      found.push({ error: String(error) });
    }
  }
  return found;
}"""


@pytest.fixture(scope="session")
def mermaid_reads(browser: Browser) -> Callable[[list[str]], list[dict[str, Any]]]:
    """What Mermaid's own parser finds in each text: nodes, edges, and subgraphs, or its error."""

    def read(texts: list[str]) -> list[dict[str, Any]]:
        page = browser.new_context().new_page()
        page.add_script_tag(path=MERMAID)
        found: list[dict[str, Any]] = page.evaluate(FLOWCHARTS, texts)
        page.context.close()
        return found

    return read
