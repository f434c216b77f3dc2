// Scrubs and plays the versions of a design. The gaps between changes keep their rhythm, only quicker and never long.
const QUICKEST_MS = 250;
const SLOWEST_MS = 1600;
const SPEED = 20;
const player = document.querySelector("[data-player]");
const slider = player.querySelector("[type=range]");
const output = player.querySelector("output");
const button = player.querySelector("[data-play]");
const ticks = JSON.parse(document.getElementById("ticks").textContent);
let timer = 0;
let running = null;

async function show(version) {
  slider.value = version;
  output.value = version;
  running?.abort();
  running = new AbortController();
  const address = `?version=${version}`;
  try {
    const answer = await fetch(address, { signal: running.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("stage").replaceWith(page.getElementById("stage"));
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") stop();
  }
}

function step() {
  const next = Number(slider.value) + 1;
  if (next > Number(slider.max)) return stop();
  const gap = Math.min(Math.max(((ticks[next] ?? 1) * 1000) / SPEED, QUICKEST_MS), SLOWEST_MS);
  show(next).then(() => {
    if (timer) timer = setTimeout(step, gap);
  });
}

function say(isPlaying) {
  button.setAttribute("aria-pressed", String(isPlaying));
  button.querySelector("span").textContent = isPlaying ? "Pause" : "Play";
}

function stop() {
  clearTimeout(timer);
  timer = 0;
  say(false);
}

button.addEventListener("click", () => {
  if (timer) return stop();
  say(true);
  if (slider.value === slider.max) slider.value = 0;
  timer = setTimeout(step, 0);
});
slider.addEventListener("input", () => {
  stop();
  show(Number(slider.value));
});
player.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const link = event.target.closest("#stage .version-nav a[rel]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  stop();
  show(Number(new URL(link.href).searchParams.get("version")));
});
