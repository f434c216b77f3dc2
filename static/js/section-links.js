// Gives each section of a text a link to itself, and marks in the outline the section that is being read.
const text = document.querySelector("#text");

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
