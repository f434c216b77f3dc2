// The scrubber of a simulation: colours the drawing and fills the table of each moment, without asking the server.
const STEP_MS = 350;
const MARKS = ["is-calm", "is-busy", "is-full"];

look();
document.addEventListener("htmx:afterSettle", look); // a long run is done while its page is open

function look() {
  const form = document.querySelector("[data-moments]:not([data-begun])");
  if (form) begin(form, JSON.parse(form.dataset.moments));
}

function begin(form, moments) {
  const slider = form.querySelector("[type=range]");
  const button = form.querySelector("[data-do=play]");
  const place = form.closest("section");
  let timer = 0;
  form.dataset.begun = "";

  function show() {
    const moment = moments[slider.value - 1];
    form.querySelector("output").value = slider.value;
    place.querySelector("[data-said]").textContent = moment.said;
    for (const row of place.querySelectorAll("[data-component]")) {
      const [level, ...cells] = moment.components[row.dataset.component];
      [...row.cells].slice(1).forEach((cell, number) => { cell.textContent = cells[number]; });
      const box = place.querySelector(`[data-element="/diagram/components/${CSS.escape(row.dataset.component)}"]`);
      MARKS.forEach((mark, number) => box?.classList.toggle(mark, number === level));
    }
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    button.setAttribute("aria-pressed", "false");
  }

  function step() {
    if (slider.value === slider.max) return stop();
    slider.value = Number(slider.value) + 1;
    show();
  }

  slider.addEventListener("input", () => { stop(); show(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (slider.value === slider.max) slider.value = 1;
    show();
    button.setAttribute("aria-pressed", "true");
    timer = setInterval(step, STEP_MS);
  });
  // On a slow line somebody moves the slider before this script is there.
  if (slider.value !== slider.defaultValue) show();
}
