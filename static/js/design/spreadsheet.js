// The table face like a spreadsheet: Enter and arrows move between cells, and what was typed is saved when one leaves it.
import "./faces.js";
import { store } from "./page.js";

const PLAIN = ["label", "technology", "instances", "copies", "retries"];
const VERTICAL = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };

const section = document.getElementById("diagram");
for (const [name, act] of [["keydown", onKey], ["change", (event, form) => save(event.target, form)]]) {
  section.addEventListener(name, (event) => {
    const form = event.target.closest("[data-sheet]");
    if (form) act(event, form);
  });
}

function onKey(event, form) {
  const field = event.target.closest("input, select");
  if (!field?.closest("td") || event.altKey || event.ctrlKey || event.metaKey) return;
  const isSelect = field.matches("select");
  if (event.key in VERTICAL && !(isSelect && event.key !== "Enter")) {
    event.preventDefault();
    step(field, (event.shiftKey && event.key === "Enter" ? -1 : VERTICAL[event.key]), 0, form);
  } else if (!isSelect && (event.key === "ArrowLeft" || event.key === "ArrowRight") && isAtEdge(field, event.key)) {
    event.preventDefault();
    step(field, 0, event.key === "ArrowLeft" ? -1 : 1, form);
  } else if (event.key === "Escape") {
    field.value = field.defaultValue ?? field.value;
  }
}

// Left and right leave a cell only where the cursor cannot go on.
function isAtEdge(field, key) {
  if (field.type === "number") return true;
  if (field.selectionStart !== field.selectionEnd) return field.selectionStart === 0 && field.selectionEnd === field.value.length;
  return key === "ArrowLeft" ? field.selectionStart === 0 : field.selectionStart === field.value.length;
}

// To the next cell in this direction that asks for something.
function step(field, down, right, form) {
  const rows = [...form.querySelectorAll("tbody tr")];
  let row = rows.indexOf(field.closest("tr"));
  let column = field.closest("td").cellIndex;
  for (;;) {
    row += down;
    column += right;
    const cell = rows[row]?.cells[column];
    if (!cell) return;
    const next = cell.querySelector("input, select");
    if (next) {
      next.focus();
      next.select?.();
      return;
    }
  }
}

// One cell. Words and counts become a patch at once; what only the server can read or place (quantities, kinds, zones,
// names, a new row) goes through the table's own form, with this one cell in it.
async function save(field, form) {
  const [key, name] = field.name.split("/");
  if (!name || (key === "+" && name !== "label")) return;
  if (!field.checkValidity()) {
    field.reportValidity();
    return;
  }
  delete form.dataset.isDirty;
  if (key !== "+" && PLAIN.includes(name)) {
    const value = field.type === "number" ? Number(field.value) : field.value.trim();
    store.patch({ diagram: { [form.dataset.sheet]: { [key]: { [name]: value } } } });
    return;
  }
  await store.flush();
  await post(field, form, key === "+" ? [...form.querySelectorAll("[name^='+/']")] : [field]);
}

async function post(field, form, fields) {
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "table", "page"]) body.set(name, form.elements[name].value);
  body.set("base", store.version);
  body.set("action", "table");
  for (const each of fields) body.set(each.name, each.value);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
  const errors = answer.ok ? (await answer.json()).errors : { [field.name]: "Not saved: this was changed elsewhere, too. Load the page anew." };
  show(field, Object.values(errors).join(" "));
  if (answer.ok && !Object.keys(errors).length) await store.pull();
}

// The error of a cell, beside it; an empty one takes it away.
function show(field, words) {
  const cell = field.closest("td");
  cell.querySelector(".error")?.remove();
  cell.classList.toggle("has-error", words !== "");
  field.toggleAttribute("aria-invalid", words !== "");
  if (!words) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.id}-error`);
  const note = Object.assign(document.createElement("span"), { className: "error", id: `${field.id}-error`, textContent: words });
  note.setAttribute("role", "alert");
  cell.append(note);
}
