// Brings the calculators in a topic to life: what is typed is calculated at once. Without this file they are forms.
const DELAY_MS = 250;

async function fetched(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
  if (!answer.ok && answer.status !== 422) throw new Error(`${address}: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".inline-calculator");
}

function bringToLife(calculator) {
  const form = calculator.querySelector("form");
  let timer = null;
  let running = null;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, DELAY_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update();
  });

  // This file comes when a field gets the focus: something may have been typed before.
  if ([...form.elements].some((each) => each.value !== each.defaultValue && each.matches("label input"))) update();

  async function update() {
    // An older answer that is still on its way is dropped.
    running?.abort();
    running = new AbortController();
    const address = new URL(form.dataset.inline, location.href);
    for (const [name, value] of new FormData(form)) address.searchParams.set(name, value);
    try {
      const found = await fetched(address, running.signal);
      calculator.querySelector(".inline-result").replaceChildren(...found.querySelector(".inline-result").childNodes);
      calculator.querySelector(".inline-title a").href = found.querySelector(".inline-title a").href;
      for (const input of form.querySelectorAll("label input")) {
        const isBad = found.querySelector(`[name="${CSS.escape(input.name)}"][aria-invalid]`) !== null;
        input.toggleAttribute("aria-invalid", isBad);
        if (isBad) input.setAttribute("aria-invalid", "true");
      }
    } catch (error) {
      if (error.name !== "AbortError") calculator.querySelector(".inline-result").textContent = "This could not be calculated: is the site reachable?";
    }
  }
}

for (const calculator of document.querySelectorAll(".inline-calculator")) bringToLife(calculator);
