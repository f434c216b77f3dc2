// The command palette: type, arrow to a result, Enter to go. It asks the same address as the search page, for JSON.
const PAUSE_MS = 120;

let palette;

/** Opens the palette; `searchUrl` is the search page's address. */
export async function open(searchUrl) {
  palette ??= await build(searchUrl);
  if (palette.open) return;
  palette.showModal();
  palette.querySelector("input").select();
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function loadStyle() {
  const sheet = element("link", { rel: "stylesheet", href: document.querySelector("[data-palette]").dataset.paletteStyle });
  return new Promise((resolve) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", resolve);
    document.head.append(sheet);
  });
}

async function build(searchUrl) {
  await loadStyle();
  const input = element("input", {
    type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-results",
    "aria-autocomplete": "list", "aria-label": "Search topics, calculators and more", placeholder: "Search…", autocomplete: "off", spellcheck: "false",
  });
  const list = element("ul", { id: "palette-results", role: "listbox", "aria-label": "Results" });
  const status = element("p", { role: "status" }, "Type to search. Arrow keys choose, Enter opens, Escape closes.");
  const close = element("button", { type: "button", class: "palette-close" }, "Close");
  const dialog = element("dialog", { class: "palette", "aria-label": "Search" }, input, list, status, close);
  document.body.append(dialog);

  const asking = { shownFor: "", latest: 0 };
  let timer;

  /** Shows what fits the words that stand there now; what is older is dropped. */
  async function ask() {
    clearTimeout(timer);
    const asked = ++asking.latest;
    const typed = input.value;
    // Until these words are answered, no row of the words before is marked as what Enter opens.
    list.setAttribute("aria-busy", "true");
    status.textContent = "Searching…";
    let results;
    try {
      results = await resultsFor(searchUrl, typed);
    } catch (problem) {
      if (asked === asking.latest) {
        show([], { list, input, status });
        status.textContent = problem instanceof Refused ? problem.message : "The search cannot be reached: you seem to be offline.";
      }
      return;
    }
    if (asked !== asking.latest) return;
    asking.shownFor = typed;
    show(results, { list, input, status });
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => onKey(event, { list, input, searchUrl, asking, ask }));
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target === close) dialog.close(); });
  return dialog;
}

/** The server answered, but not with results. */
class Refused extends Error {}

async function resultsFor(searchUrl, typed) {
  if (!typed.trim()) return [];
  const answer = await fetch(`${searchUrl}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Refused(`The search failed (${answer.status}). Please try again in a moment.`);
  return (await answer.json()).results;
}

function show(results, { list, input, status }) {
  list.removeAttribute("aria-busy");
  const rows = results.flatMap((result) => [
    { href: result.url, parts: [element("span", { class: "badge" }, result.kind), result.title, element("small", {}, result.excerpt)] },
    ...(result.section ? [{ href: result.section.url, className: "section", parts: [`${result.title}: ${result.section.title}`] }] : []),
  ]);
  list.replaceChildren(...rows.map(({ href, className, parts }, index) => {
    const option = element("a", { role: "option", id: `palette-${index}`, href, tabindex: "-1" }, ...parts);
    if (className) option.className = className;
    return element("li", { role: "presentation" }, option);
  }));
  choose(list.querySelector("a"), { list, input });
  status.textContent = input.value.trim() ? `${results.length} result${results.length === 1 ? "" : "s"}` : "";
}

function choose(item, { list, input }) {
  for (const other of list.querySelectorAll("a")) other.setAttribute("aria-selected", String(other === item));
  if (item) {
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

async function onKey(event, { list, input, searchUrl, asking, ask }) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const all = [...list.querySelectorAll("a")];
    const at = all.findIndex((each) => each.ariaSelected === "true");
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    choose(all[(next + all.length) % all.length] ?? null, { list, input });
  } else if (event.key === "Enter") {
    event.preventDefault();
    const typed = input.value;
    if (asking.shownFor !== typed) await ask();
    if (input.value !== typed || asking.shownFor !== typed) return;
    const current = list.querySelector("a[aria-selected=true]");
    if (current) location.assign(current.href);
    else if (typed.trim()) location.assign(`${searchUrl}?q=${encodeURIComponent(typed)}`);
  }
}
