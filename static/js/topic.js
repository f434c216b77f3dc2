// On a topic's page: links to its sections and where one is; and, each when it is first wanted, live calculators where the notes ask for
// one, large drawings, and what can be done with a selection.
document.addEventListener("focusin", (event) => {
  if (event.target.closest(".inline-calculator")) import("./live-calculator.js");
});
if (matchMedia("(any-pointer: fine)").matches && document.querySelector("#text .highlight")) import("./copy-code.js");
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.enlarge");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import("./enlarge.js").then(({ enlarge }) => enlarge(link), () => location.assign(link.href));
});
if (document.querySelector("[data-make-card]")) {
  document.addEventListener("selectionchange", () => import("./of-selection.js"), { once: true });
}

// What does not scroll here is no stop for the keyboard.
const scrollers = document.querySelectorAll('#text [tabindex="0"]');
const setStops = () => {
  for (const each of scrollers) each.tabIndex = each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1 ? 0 : -1;
};
setStops();
addEventListener("resize", setStops);

// Each section of the text gets a link to itself, and the outline marks the section that is being read.
const text = document.querySelector("#text") ?? document.createElement("div"); // a category may have none

for (const heading of text.querySelectorAll(":is(h2, h3, h4)[id]")) {
  const link = document.createElement("a");
  link.className = "heading-anchor";
  link.href = `#${heading.id}`;
  link.textContent = "#";
  link.ariaLabel = `Link to this section: ${heading.textContent}`;
  heading.append(link);
}

const entries = new Map();
for (const link of document.querySelectorAll(".outline a")) {
  const id = decodeURIComponent(link.hash.slice(1));
  entries.set(id, [...(entries.get(id) ?? []), link]);
}

function mark(id) {
  for (const [each, links] of entries) {
    for (const link of links) link.toggleAttribute("aria-current", each === id);
  }
}

const headings = [...text.querySelectorAll("[id]")].filter((each) => entries.has(each.id));
const seen = new IntersectionObserver(
  () => {
    const passed = headings.filter((each) => each.getBoundingClientRect().top < innerHeight / 3);
    mark(passed.at(-1)?.id);
  },
  { rootMargin: "0px 0px -66% 0px" },
);
for (const heading of headings) seen.observe(heading);
