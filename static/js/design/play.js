// Plays a request: hop after hop without loading, each with a dot that runs along its arrow. Whoever wants less motion
// sees the hops without the dot. What each hop says stands on the page already.
const HOP_MS = 1100;
const REST_MS = 1300;
const SVG = "http://www.w3.org/2000/svg";
const stage = document.querySelector("[data-play]");
const button = stage?.querySelector("[data-do=play]");
if (button) start();

function start() {
  const wantsLess = matchMedia("(prefers-reduced-motion: reduce)");
  const last = Number(stage.dataset.hops);
  const rows = [...stage.querySelectorAll("[data-row]")];
  const panels = [...stage.querySelectorAll("[data-panel]")];
  const drawing = stage.querySelector(".drawing");
  const [before, next] = ["before", "next"].map((name) => stage.querySelector(`[data-do=${name}]`));
  const place = stage.querySelector("[data-place]");
  let at = Number(stage.dataset.at);
  let timer = 0;
  let dot;

  const part = (collection, key) => [...drawing.querySelectorAll("[data-element]")].find((each) => each.dataset.element === `/diagram/${collection}/${key}`);
  const address = (hop) => `?operation=${encodeURIComponent(stage.dataset.operation)}&hop=${hop}`;

  function show(hop) {
    at = hop;
    stage.dataset.at = hop;
    rows.forEach((row, index) => { index === hop ? row.setAttribute("aria-current", "step") : row.removeAttribute("aria-current"); });
    panels.forEach((panel, index) => { panel.hidden = index !== hop; });
    place.textContent = hop ? `Hop ${hop} of ${last}` : "The request comes in";
    lead(before, hop > 0 && hop - 1);
    lead(next, hop < last && hop + 1);
    mark();
    follow();
    history.replaceState(null, "", address(hop));
  }

  function lead(link, hop) {
    if (hop === false) link.removeAttribute("href");
    else link.setAttribute("href", address(hop));
  }

  // Where the drawing is wider than the screen, the hop is brought into sight.
  function follow() {
    const target = part("components", rows[at].dataset.target.split(" ")[0]);
    const figure = drawing.parentElement;
    if (!target || (figure.scrollWidth <= figure.clientWidth && figure.scrollHeight <= figure.clientHeight)) return;
    const [frame, whole] = [target.getBoundingClientRect(), figure.getBoundingClientRect()];
    const behavior = wantsLess.matches ? "instant" : "smooth";
    figure.scrollBy({ left: frame.left + frame.width / 2 - whole.left - whole.width / 2, top: frame.top + frame.height / 2 - whole.top - whole.height / 2, behavior });
  }

  function mark() {
    for (const each of drawing.querySelectorAll("[data-element]")) each.classList.remove("is-here", "is-passed");
    rows.slice(0, at + 1).forEach((row, index) => {
      const name = index === at ? "is-here" : "is-passed";
      const found = row.dataset.target.split(" ").map((key) => part("components", key));
      if (row.dataset.connection) found.push(part("connections", row.dataset.connection));
      for (const each of found) {
        each?.classList.remove("is-here", "is-passed");
        each?.classList.add(name);
      }
    });
  }

  // Lets the dot run to the target of the hop, then tells. Resolves at once where there is no arrow or no motion.
  function run(hop, then) {
    const path = rows[hop].dataset.connection && part("connections", rows[hop].dataset.connection)?.querySelector(".line");
    if (!path || wantsLess.matches) return then();
    const length = path.getTotalLength();
    dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ r: 7, class: "play-dot" })) dot.setAttribute(name, value);
    drawing.append(dot);
    let begun;
    const step = (now) => {
      if (!dot) return;
      begun ??= now;
      const done = Math.min(1, (now - begun) / HOP_MS);
      const { x, y } = path.getPointAtLength(length * done);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      if (done < 1) requestAnimationFrame(step);
      else {
        clear();
        then();
      }
    };
    return requestAnimationFrame(step);
  }

  function clear() {
    dot?.remove();
    dot = undefined;
  }

  function advance() {
    if (at >= last) return stop();
    const hop = at + 1;
    return run(hop, () => {
      if (!timer) return;
      show(hop);
      timer = setTimeout(advance, REST_MS);
    });
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    clear();
    say(false);
  }

  function say(isPlaying) {
    button.setAttribute("aria-pressed", String(isPlaying));
    button.querySelector("span").textContent = isPlaying ? "Pause" : "Play";
  }

  follow();
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (at >= last) show(0);
    say(true);
    timer = setTimeout(advance, 0);
    return undefined;
  });
  stage.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    stop();
    show(Number(new URL(link.href).searchParams.get("hop")));
  });
}
