// Plays a lab's run: all its states come once, and are shown one after another. Asked again it stops; the slider goes to any of them.
// Where motion is unwanted it stands at the end at once, and the slider and its buttons step.
import { morph } from "./morph.js";

const PACE_MS = 400;
let focused = "";

const wantsNoMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class Player {
  constructor(holder, frames) {
    this.frames = frames;
    this.at = 0;
    this.timer = null;
    this.toggle = element("button", { type: "button", class: "lab-button" }, "Pause");
    this.slider = element("input", { type: "range", min: "0", max: String(frames.length - 1), value: "0", "aria-label": "State of the run" });
    const before = element("button", { type: "button", class: "tool", "aria-label": "One state back" }, "\u25c0");
    const after = element("button", { type: "button", class: "tool", "aria-label": "One state on" }, "\u25b6");
    holder.replaceChildren(this.toggle, before, this.slider, after);
    holder.hidden = false;
    this.toggle.addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    before.addEventListener("click", () => this.goTo(this.at - 1));
    after.addEventListener("click", () => this.goTo(this.at + 1));
    this.slider.addEventListener("input", () => this.goTo(Number(this.slider.value)));
  }

  play() {
    if (this.at === this.frames.length - 1) this.show(0);
    this.toggle.textContent = "Pause";
    this.timer = setInterval(() => {
      this.show(this.at + 1);
      if (this.at === this.frames.length - 1) this.stop();
    }, PACE_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.toggle.textContent = this.at === this.frames.length - 1 ? "Play again" : "Go on";
    this.settle();
  }

  goTo(number) {
    clearInterval(this.timer);
    this.show(Math.max(0, Math.min(this.frames.length - 1, number)));
    this.stop();
  }

  show(number) {
    this.at = number;
    const { said, drawing, facts } = this.frames[number];
    document.getElementById("said").textContent = said;
    morph(document.querySelector("#picture svg"), new DOMParser().parseFromString(drawing, "text/html").querySelector("svg"));
    const places = document.querySelectorAll("#facts dd");
    facts.forEach(([, value], index) => { if (places[index]) places[index].textContent = value; });
    this.slider.value = String(number);
  }

  /** Brings what stands around the picture (question, buttons, verdict, tables) to this state, when the run stands still. */
  async settle() {
    const { address } = this.frames[this.at];
    history.replaceState(history.state, "", address);
    const number = this.at;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || number !== this.at || this.timer) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["asked", "actions", "seen", "tables"]) {
      const place = document.getElementById(id);
      place.replaceChildren(...page.getElementById(id).childNodes);
      globalThis.htmx?.process(place);
    }
  }
}

async function run() {
  const holder = document.getElementById("player");
  const answer = await fetch(holder.dataset.frames);
  if (!answer.ok) return location.assign(document.querySelector("[data-run]").href);
  const { frames } = await answer.json();
  const player = new Player(holder, frames);
  player.slider.focus({ preventScroll: true });
  if (wantsNoMotion()) player.goTo(frames.length - 1);
  else player.play();
}

document.addEventListener("click", (event) => {
  if (!event.isTrusted || !event.target.closest("#lab [data-run]")) return;
  // Before htmx sees the click, which would jump to the end.
  event.preventDefault();
  event.stopImmediatePropagation();
  run();
}, true);

document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.closest("#lab")?.id ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSettle", () => {
  // At the end, or where all begins again, the button that was pressed is gone.
  if (focused) (document.getElementById(focused) ?? document.getElementById("do-restart") ?? document.querySelector("#actions a"))?.focus({ preventScroll: true });
});
