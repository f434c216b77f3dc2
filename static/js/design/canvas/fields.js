// All fields of one element in a dialog: the outline's own form, so that the server reads what is typed and says what
// is wrong beside the field.
export class Fields {
  constructor({ store, face, announce, onClose }) {
    Object.assign(this, { store, announce });
    this.dialog = Object.assign(document.createElement("dialog"), { className: "canvas-help" });
    this.dialog.setAttribute("aria-labelledby", "fields-title");
    face.append(this.dialog);
    this.dialog.addEventListener("submit", (event) => this.#save(event));
    this.dialog.addEventListener("close", () => onClose(this.element));
    this.dialog.addEventListener("click", (event) => {
      if (!event.target.closest("a")) return;
      event.preventDefault();
      this.dialog.close();
    });
  }

  async open(element, name) {
    Object.assign(this, { element, name });
    const query = new URLSearchParams({ face: "outline", [element.type]: element.key });
    // The form must know what was just drawn.
    if (!(await this.store.flush())) return this.announce("Not now: what was drawn is not saved yet.");
    return this.#ask(`${location.pathname}?${query}`, {});
  }

  async #save(event) {
    event.preventDefault();
    const form = event.target;
    const body = new FormData(form, event.submitter);
    body.set("answer", "form");
    // A field of the form is called “action”, so its own address is asked for as an attribute.
    if (await this.#ask(form.getAttribute("action"), { method: "POST", body })) return;
    this.dialog.close();
    await this.store.pull();
    this.announce(`Saved the fields of ${this.name}.`);
  }

  // Shows the form of the page that is answered; false when the page is that of a form that was taken.
  async #ask(address, options) {
    let answer;
    try {
      answer = await fetch(address, { ...options, headers: { Accept: "text/html" } });
    } catch {
      this.announce("Not saved: there is no connection.");
      return true;
    }
    if (options.body && answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("#selected form");
    if (!form) return this.announce("It is not there any more.") ?? true;
    const style = page.querySelector("link[href*='face-forms']");
    if (!document.head.querySelector("link[href*='face-forms']")) document.head.append(document.adoptNode(style));
    form.querySelector("h2")?.remove();
    const title = Object.assign(document.createElement("h2"), { id: "fields-title", textContent: this.name });
    this.dialog.replaceChildren(title, ...page.querySelectorAll("[data-face-body] > [role=alert]"), form);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("[aria-invalid], select, input:not([type=hidden])")?.focus();
    return true;
  }
}
