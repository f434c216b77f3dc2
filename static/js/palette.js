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
  const dialog = element("dialog", { class: "palette", "aria-label": "Search" }, input, list, status);
  document.body.append(dialog);

  let latest = 0;
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = ++latest;
      const results = await resultsFor(searchUrl, input.value);
      if (asked === latest) show(results, { list, input, status });
    }, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => onKey(event, { list, input, searchUrl }));
  list.addEventListener("click", (event) => go(event.target.closest("li")));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  return dialog;
}

async function resultsFor(searchUrl, typed) {
  if (!typed.trim()) return [];
  const answer = await fetch(`${searchUrl}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).results : [];
}

function show(results, { list, input, status }) {
  list.replaceChildren(...results.map((result, index) => {
    const badge = element("span", { class: "badge" }, result.kind);
    return element("li", { role: "option", id: `palette-${index}`, "data-url": result.url }, badge, result.title, element("small", {}, result.excerpt));
  }));
  choose(list.firstElementChild, { list, input });
  status.textContent = input.value.trim() ? `${results.length} result${results.length === 1 ? "" : "s"}` : "";
}

function choose(item, { list, input }) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === item));
  if (item) {
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function onKey(event, { list, input, searchUrl }) {
  const current = list.querySelector("[aria-selected=true]");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = event.key === "ArrowDown" ? current?.nextElementSibling ?? list.firstElementChild : current?.previousElementSibling ?? list.lastElementChild;
    choose(next, { list, input });
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (current) go(current);
    else if (input.value.trim()) location.assign(`${searchUrl}?q=${encodeURIComponent(input.value)}`);
  }
}

function go(item) {
  if (item) location.assign(item.dataset.url);
}
