// Badges on the canvas for the open findings that stand on the page; they follow whenever that list is refreshed.
import { ready } from "./canvas/main.js";

const SEVERITIES = { high: "error", medium: "warning", low: "hint" };
const ORDER = Object.keys(SEVERITIES);

function found(list) {
  const components = new Map();
  for (const item of list.querySelectorAll("[data-components]")) {
    const { severity } = item.dataset;
    for (const key of item.dataset.components.split(" ").filter(Boolean)) {
      const known = components.get(key) ?? { severity, count: 0 };
      const worst = ORDER.indexOf(severity) < ORDER.indexOf(known.severity) ? severity : known.severity;
      components.set(key, { severity: worst, count: known.count + 1 });
    }
  }
  return new Map([...components].map(([key, { severity, count }]) => [key, { severity: SEVERITIES[severity], count }]));
}

const list = document.getElementById("findings");
const canvas = await ready;
if (list && canvas) {
  const count = document.querySelector("[data-open-findings]");
  const show = () => {
    canvas.setFindings(found(list));
    if (count) count.textContent = list.querySelectorAll(".finding:not(.is-answered)").length;
  };
  new MutationObserver(show).observe(list, { childList: true, subtree: true });
  show();
}
