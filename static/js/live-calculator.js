// Turns a link to a calculator in a topic into the calculator itself, small: it is fetched when it comes into view.
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

  async function update() {
    // An older answer that is still on its way is dropped.
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    try {
      const found = await fetched(`${form.dataset.inline}?${query}`, running.signal);
      calculator.querySelector(".inline-result").replaceChildren(...found.querySelector(".inline-result").childNodes);
      for (const input of form.elements) {
        const isBad = found.querySelector(`[name="${CSS.escape(input.name)}"][aria-invalid]`) !== null;
        input.toggleAttribute("aria-invalid", isBad);
        if (isBad) input.setAttribute("aria-invalid", "true");
      }
    } catch (error) {
      if (error.name !== "AbortError") calculator.querySelector(".inline-result").textContent = "This could not be calculated: is the site reachable?";
    }
  }
}

async function upgrade(holder) {
  const link = new URL(holder.querySelector("a").href);
  try {
    const calculator = await fetched(`${link.pathname}inline/${link.search}`);
    holder.replaceChildren(calculator);
    bringToLife(calculator);
  } catch {
    // The link stays, and leads to the whole calculator.
  }
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    upgrade(entry.target);
  }
}, { rootMargin: "200px" });
for (const holder of document.querySelectorAll(".live-calculator")) watcher.observe(holder);
