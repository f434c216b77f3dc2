// How saving stands, in words: "Saved", "Saving", "Offline: 3 changes kept", "Not saved"; and a way on where there is one.
import { parts } from "./merge-patch.js";

const changes = (count) => `${count} ${count === 1 ? "change" : "changes"}`;

export function words(store) {
  const kept = store.outbox.isWorking ? "kept" : "only in this page: this browser keeps nothing";
  switch (store.status) {
    case "saved": return store.canEdit ? "Saved" : "Live";
    case "saving": return "Saving";
    case "offline": return `Offline: ${changes(store.pending)} ${kept}`;
    case "signed-out": return store.pending ? `Not saved: you are signed out, ${changes(store.pending)} ${kept}` : "You are signed out";
    case "conflict": return "Not saved: changed elsewhere, too";
    default: {
      if (store.isGone) return "Not saved: this design is no longer here, or no longer yours to change";
      const unanswered = `the server does not answer well, ${changes(store.pending)} ${kept}`;
      return `Not saved: ${store.problems[0]?.message ?? unanswered}`;
    }
  }
}

// `place` is the element with role=status; `more` the one for what can be done about it; `link` leads to sign-in.
export function showStatus(store, { place, more, link }) {
  store.watch(() => {
    const text = words(store);
    if (place.textContent !== text) place.textContent = text;
    place.dataset.status = store.status;
    more.replaceChildren(...remedies(store, link));
    more.hidden = more.childElementCount === 0;
  });
}

function remedies(store, link) {
  if (store.status === "signed-out") return [signIn(link)];
  if (store.status === "conflict") return [heading("Somebody else changed the same. Which shall stay?"), ...store.conflicts.map((conflict) => choice(store, conflict))];
  if (store.status === "unsaved" && store.problems.length) return [problems(store), button("Take my unsaved changes back", () => store.discard())];
  if (store.restored && store.status === "saved") {
    const note = paragraph(`Brought back ${changes(store.restored)} that an earlier page could not save.`);
    note.append(" ", button("Take back", () => store.takeBackRestored()), " ", button("Fine", () => store.acceptRestored()));
    return [note];
  }
  return [];
}

function signIn(href) {
  const note = paragraph("Sign in again in a new tab; what you wrote here is then saved by itself. ");
  const link = Object.assign(document.createElement("a"), { href, target: "_blank", textContent: "Sign in" });
  note.append(link);
  return note;
}

function choice(store, conflict) {
  const box = document.createElement("fieldset");
  box.append(Object.assign(document.createElement("legend"), { textContent: nameOf(conflict.path) }));
  for (const [side, label] of [["yours", "Mine"], ["theirs", "Theirs"]]) {
    const value = document.createElement("div");
    value.append(Object.assign(document.createElement("strong"), { textContent: `${label}: ` }), shown(conflict[side]), " ", button(side === "yours" ? "Keep mine" : "Take theirs", () => store.resolve(conflict.path, side === "yours" ? "mine" : "theirs")));
    box.append(value);
  }
  return box;
}

function problems(store) {
  const list = document.createElement("ul");
  for (const problem of store.problems) {
    list.append(Object.assign(document.createElement("li"), { textContent: `${nameOf(problem.path)}: ${problem.message}` }));
  }
  return list;
}

// The label of the field that holds the place, or the place itself.
function nameOf(path) {
  const field = path && document.querySelector(`[name="${CSS.escape(path)}"]`);
  const label = field?.getAttribute("aria-label") ?? field?.labels?.[0]?.textContent.trim();
  return label || parts(path).join(" › ").replaceAll("_", " ") || "The design";
}

function shown(value) {
  if (value === undefined) return Object.assign(document.createElement("em"), { textContent: "deleted" });
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  return Object.assign(document.createElement("q"), { textContent: text });
}

function heading(textContent) {
  return Object.assign(document.createElement("p"), { className: "conflict-question", textContent });
}

function paragraph(textContent) {
  return Object.assign(document.createElement("p"), { textContent });
}

function button(textContent, onclick) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "secondary small", textContent });
  made.addEventListener("click", onclick);
  return made;
}
