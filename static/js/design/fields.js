// Ties the fields of a form to the document: a field's name is the JSON Pointer of its place. Edits go through the store
// as they are typed; buttons post the form, and the answer replaces the work area without leaving the page.
import { at, lookUp, parts, pointer } from "./merge-patch.js";
import { store } from "./page.js";

const DELAY_MS = 500;
const REFRESH_MS = 300;
const NEW = "+";
const form = document.querySelector("[data-design-form]");
const timers = new Map();
let shownVersion = store.version;
let refreshing = 0;

const isBound = (field) => field.name?.startsWith("/") && field.type !== "hidden";
const isNew = (name) => parts(name).includes(NEW);

function newId() {
  return `k${crypto.getRandomValues(new Uint32Array(2)).reduce((text, part) => text + part.toString(36), "")}`.slice(0, 20);
}

// Ids that formulas use are made of words, as designs/workbench/posted.py makes them.
function idOf(row, taken) {
  const { namedBy } = row.parentElement.dataset;
  if (!namedBy) return newId();
  const text = row.querySelector(`[name$="/${namedBy}"]`).value.toLowerCase();
  let name = text.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 34).replace(/_+$/, "");
  if (!/^[a-z]/.test(name)) name = `row_${name}`.replace(/_+$/, "");
  let [free, number] = [name, 1];
  while (Object.hasOwn(taken, free)) free = `${name}_${(number += 1)}`;
  return free;
}

function changeOf(field) {
  const path = parts(field.name);
  if ("set" in field.dataset) return at([...path, field.value], field.checked || null);
  if ("member" in field.dataset) return at(path, field.checked || null);
  if (field.type === "checkbox") return at(path, field.checked);
  if (!("number" in field.dataset)) return at(path, field.value);
  const number = Number(field.value);
  if (!field.value.trim()) return at(path, null);
  return Number.isFinite(number) ? at(path, number) : at(path, field.value);
}

function push(field) {
  clearTimeout(timers.get(field));
  timers.delete(field);
  try {
    pushNow(field);
  } finally {
    store.isTyping = timers.size > 0;
  }
}

function pushNow(field) {
  // A field that was never filled in says nothing.
  const known = lookUp(store.document, parts(field.name));
  if (known === undefined && field.type !== "checkbox" && (field.value === "" || field.value === field.dataset.preset)) return;
  store.patch(changeOf(field));
  if ("reloads" in field.dataset) swapWork();
}

function pushAll() {
  for (const field of [...timers.keys()]) if (field.name) push(field);
}

// The empty row becomes an object of the document, and another empty row takes its place.
function adopt(row) {
  const fields = [...row.querySelectorAll("[name]")].filter(isBound);
  if (!fields.some((field) => (field.matches("select") ? false : field.type === "checkbox" ? "set" in field.dataset && field.checked : field.value.trim()))) return false;
  const path = parts(row.dataset.row).slice(0, -1);
  const collection = lookUp(store.document, path) ?? {};
  const order = Math.floor(Math.max(0, ...Object.values(collection).map((item) => item.order ?? 0))) + 1;
  const blank = row.cloneNode(true);
  const id = idOf(row, collection);
  const item = fields.reduce((found, field) => merged(found, fieldValue(field, path.length + 1)), { order });
  if (row.closest("[data-reloads]")) {
    for (const field of fields) reset(field);
    store.patch(at([...path, id], item));
    swapWork();
    return true;
  }
  become(row, id);
  for (const field of blank.querySelectorAll("[name]")) reset(field);
  row.after(blank);
  store.patch(at([...path, id], item));
  return true;
}

// A new row is saved as it is typed, like any other. One whose id is made of its words waits until it is left: its first
// letters are no name. So does one that becomes a card.
function soonAdopted(row) {
  if (!row || row.matches("[data-reloads]") || row.closest("[data-reloads], [data-named-by]")) return;
  clearTimeout(timers.get(row));
  timers.set(
    row,
    setTimeout(() => {
      timers.delete(row);
      store.isTyping = timers.size > 0;
      if (row.isConnected && row.matches(".blank-row") && adopt(row)) row.dataset.fresh = "";
    }, DELAY_MS),
  );
  store.isTyping = true;
}

function fieldValue(field, depth) {
  let change = changeOf(field);
  for (const key of parts(field.name).slice(0, depth)) change = change[key];
  return change;
}

function merged(item, change) {
  const result = { ...item };
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === "") continue;
    result[key] = typeof value === "object" ? Object.fromEntries(Object.entries({ ...result[key], ...value }).filter(([, each]) => each !== null)) : value;
  }
  return result;
}

function become(row, id) {
  const named = (text) => text.replace(`/${NEW}`, `/${id}`);
  const inDom = (text) => text.replace("-new", `-${id}`);
  row.dataset.row = named(row.dataset.row);
  row.id = inDom(row.id);
  row.classList.remove("blank-row");
  const number = row.parentElement.querySelectorAll("[data-row]").length;
  for (const element of row.querySelectorAll("[name], [id], [hidden]")) {
    if (element.name?.startsWith("/")) element.name = named(element.name);
    if (element.id) element.id = inDom(element.id);
    if (element.matches("button")) [element.value, element.hidden] = [named(element.value), false];
    const label = element.getAttribute("aria-label")?.replace(/\bnew (.+)$/, `$1 ${number}`);
    if (label) element.setAttribute("aria-label", label);
  }
  row.querySelector(".add")?.remove();
}

function reset(field) {
  if (field.type === "checkbox") field.checked = field.defaultChecked;
  else if (field.matches("select")) field.selectedIndex = Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  else if (field.type !== "hidden") field.value = field.defaultValue = "";
}

function show(field, document) {
  const value = lookUp(document, parts(field.name));
  if ("set" in field.dataset) field.checked = lookUp(document, [...parts(field.name), field.value]) === true;
  else if ("member" in field.dataset) field.checked = value === true;
  else if (field.type === "checkbox") field.checked = value ?? field.defaultChecked;
  else if (value !== undefined && String(value) !== field.value) field.value = String(value);
  else if (value === undefined && !field.matches("select")) field.value = "";
}

// Changes that did not come from these fields: filled in where there are fields for them, else asked of the server.
function showChange(changed, { patch, origin }) {
  if (origin === "local") return;
  for (const field of form.elements) {
    if (!isBound(field) || isNew(field.name)) continue;
    const isTouched = lookUp(patch, parts(field.name)) !== undefined || lookUp(patch, parts(field.name).slice(0, -1)) === null;
    const isBusy = field === document.activeElement && timers.has(field);
    if (isTouched && !isBusy) show(field, changed);
  }
  if (comesOrGoes(patch)) swapWork();
}

// Whether a row that is shown went, or one came for which there is a table but no row.
function comesOrGoes(patch) {
  const rows = [...document.querySelectorAll("#work-area [data-row]")].map((row) => row.dataset.row);
  if (rows.some((row) => lookUp(patch, parts(row)) === null)) return true;
  const tables = new Set([...document.querySelectorAll("[data-rows], [data-cards]")].map((table) => table.dataset.rows ?? table.dataset.cards));
  for (const table of tables) {
    const found = lookUp(patch, parts(table));
    if (found && Object.entries(found).some(([key, value]) => value !== null && !rows.includes(pointer([...parts(table), key])))) return true;
    if (found && Object.values(found).some((value) => value !== null && "order" in value)) return true;
  }
  return false;
}

async function pageFrom(options) {
  const answer = await fetch(location.pathname + location.search, { ...options, headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function swapWork() {
  await store.flush();
  try {
    replaceWith(await pageFrom({}));
  } catch {
    // The fields stay as they are; the next change asks again.
  }
}

function replaceWith(page) {
  const fresh = page.getElementById("work-area");
  const work = document.getElementById("work-area");
  const busy = document.activeElement;
  const [name, start, end, value] = [busy?.name, busy?.selectionStart, busy?.selectionEnd, busy?.value];
  const isWriting = work?.contains(busy) && isBound(busy) && busy.type !== "checkbox";
  const open = [...document.querySelectorAll("#work-area details[open]")].map((each) => each.id);
  if (fresh && work) work.replaceChildren(...fresh.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (isWriting) {
    const again = [...form.elements].find((field) => field.name === name && field.type !== "hidden");
    if (again && !again.matches("select") && again.value !== value && timers.has(busy)) again.value = value;
    again?.focus({ preventScroll: true });
    if (start !== undefined && start !== null) again?.setSelectionRange?.(start, end);
  }
  const version = page.querySelector("[data-design-form] [name=base]")?.value;
  if (version) form.elements.base.value = version;
  const problems = page.querySelector(".problems");
  document.querySelector(".problems")?.remove();
  if (problems) form.before(problems);
  replaceLive(page);
}

// What is computed from the document, wherever it stands: progress, the working, what other steps know.
function replaceLive(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
  }
  for (const field of form.querySelectorAll("select, details.set")) replaceChoices(field, page.getElementById(field.id));
}

// A row that was added, renamed or taken away is there to be chosen, or gone, wherever one chooses among such rows.
function replaceChoices(field, fresh) {
  if (!fresh || field === document.activeElement) return;
  const isSet = field.matches("details");
  const said = (each) => [...each.querySelectorAll("option, label, summary .badge")].map((part) => `${part.value ?? ""} ${part.textContent.trim()}`).join("\n");
  if (said(field) === said(fresh)) return;
  if (!isSet) {
    const { value } = field;
    field.replaceChildren(...fresh.childNodes);
    if ([...field.options].some((option) => option.value === value)) field.value = value;
    return;
  }
  field.querySelector("summary").replaceChildren(...fresh.querySelector("summary").childNodes);
  if (field.contains(document.activeElement) && document.activeElement.matches("input")) return;
  for (const each of field.querySelectorAll(":scope > :not(summary)")) each.remove();
  field.append(...[...fresh.children].filter((each) => !each.matches("summary")));
}

async function refresh() {
  if (store.status !== "saved" || store.version === shownVersion) return;
  shownVersion = store.version;
  try {
    replaceLive(await pageFrom({}));
  } catch {
    shownVersion = -1;
  }
}

async function submit(submitter) {
  for (const row of form.querySelectorAll(".blank-row")) adopt(row);
  pushAll();
  const entry = [...form.querySelectorAll("[data-line-entry]")].some((box) => box.value.trim());
  const isSaved = await store.flush();
  if (!isSaved || (!submitter?.name && !entry)) return;
  const data = new FormData(form, submitter);
  data.set("base", store.version);
  // The fields are saved already, and together they may be more than one form may send.
  for (const name of new Set(data.keys())) if (name.startsWith("/")) data.delete(name);
  try {
    const page = await pageFrom({ method: "POST", body: data });
    if (page.getElementById("work-area")) replaceWith(page);
    else location.reload();
    await store.pull({ isOwn: true });
  } catch {
    // The store says that there is no connection; what was typed into the box is still there.
  }
}

if (form) {
  store.subscribe(showChange);
  store.watch(() => {
    clearTimeout(refreshing);
    refreshing = setTimeout(refresh, REFRESH_MS);
  });
  document.addEventListener("input", ({ target }) => {
    if (target.form !== form || !isBound(target)) return;
    if (isNew(target.name)) {
      soonAdopted(target.closest(".blank-row"));
      return;
    }
    clearTimeout(timers.get(target));
    timers.set(target, setTimeout(() => push(target), DELAY_MS));
    store.isTyping = true;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.form === form && isBound(target) && !isNew(target.name)) push(target);
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const fresh = target.closest?.("[data-fresh]");
    if (fresh && !fresh.contains(relatedTarget)) delete fresh.dataset.fresh;
    const row = target.closest?.(".blank-row");
    if (row && form.contains(row) && !row.contains(relatedTarget)) adopt(row);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.target.form !== form) return;
    if (event.target.matches("[data-line-entry]")) {
      event.preventDefault();
      submit();
      return;
    }
    const row = event.target.closest(".blank-row, [data-fresh]");
    if (!row || event.target.matches("button, summary")) return;
    event.preventDefault();
    pushAll();
    if (!row.matches(".blank-row") || adopt(row)) row.nextElementSibling?.querySelector("input:not([type=hidden]), textarea")?.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(event.submitter);
  });
  window.addEventListener("pagehide", () => {
    for (const row of form.querySelectorAll(".blank-row:not([data-reloads])")) if (!row.closest("[data-reloads]")) adopt(row);
    pushAll();
  });
}
