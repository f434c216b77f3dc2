// A dialog to pick one thing by typing: a kind, a component, a zone. Enter takes what is marked. Where it is about an
// arrow, a second field takes what the arrow says.
export class Picker {
  constructor(dialog, sprite) {
    this.dialog = dialog;
    this.sprite = sprite;
    this.heading = dialog.querySelector("h2");
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.says = dialog.querySelector("[data-part=says]");
    this.said = this.says.querySelector("input");
    this.said.addEventListener("keydown", (event) => this.#onKey(event));
    this.input.addEventListener("input", () => this.#filter());
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    this.list.addEventListener("click", (event) => this.#take(event.target.closest("[role=option]")));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    // The event comes late: whoever types fast has asked for the next thing by then, and the dialog is open again.
    dialog.addEventListener("close", () => { if (!dialog.open) this.#settle(); });
  }

  // `options` are {value, title, icon, note}. Resolves with a value, or undefined when nothing was picked. With `withLabel`
  // it asks for the label of an arrow, too, and resolves with {value, says}.
  ask(title, options, { withLabel = false } = {}) {
    this.chosen = undefined;
    this.says.hidden = !withLabel;
    this.said.value = "";
    this.options = options;
    this.heading.textContent = title;
    this.input.setAttribute("aria-label", title);
    this.input.value = "";
    this.#filter();
    this.dialog.showModal();
    this.input.focus();
    return new Promise((settle) => {
      this.settle = withLabel ? (value) => settle(value && { value, says: clean(this.said.value) }) : settle;
    });
  }

  #filter() {
    const typed = this.input.value.trim().toLowerCase();
    const fits = ({ title, note = "" }) => title.toLowerCase().includes(typed) || note.toLowerCase().includes(typed);
    // The very name comes before what begins with it, and that before what merely holds it.
    const rank = ({ title }) => (title.toLowerCase() === typed ? 2 : title.toLowerCase().startsWith(typed) ? 1 : 0);
    const found = this.options.filter(fits).sort((one, other) => rank(other) - rank(one));
    this.list.replaceChildren(...found.slice(0, 80).map((option, index) => this.#option(option, index)));
    this.#mark(this.list.firstElementChild);
  }

  #option({ value, title, icon, note }, index) {
    const item = document.createElement("li");
    Object.assign(item, { id: `${this.list.id}-${index}` });
    item.setAttribute("role", "option");
    item.dataset.value = value;
    if (icon) {
      const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      picture.setAttribute("class", "icon");
      picture.setAttribute("aria-hidden", "true");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `${this.sprite}#${icon}`);
      picture.append(use);
      item.append(picture);
    }
    item.append(title);
    if (note) {
      const small = document.createElement("small");
      small.textContent = note;
      item.append(small);
    }
    return item;
  }

  #mark(item) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === item));
    if (item) {
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  #onKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const marked = this.list.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const forth = event.key === "ArrowDown";
      this.#mark((forth ? marked?.nextElementSibling : marked?.previousElementSibling) ?? (forth ? this.list.firstElementChild : this.list.lastElementChild));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#take(marked);
    }
  }

  #take(item) {
    if (!item) return;
    this.chosen = item.dataset.value;
    this.dialog.close();
    // Not only when the event comes: whoever types fast is already typing the name.
    this.#settle();
  }

  #settle() {
    this.settle?.(this.chosen);
    this.settle = undefined;
  }
}

const clean = (text) => text.replace(/[\u0000-\u001f\u007f]/g, " ").trim();
