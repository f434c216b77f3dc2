// A button beside words that are selected in a topic: it leads to a new card that has them, and their section.
const text = document.querySelector("[data-make-card]");
const MOST = 1000;
const FEWEST = 3;
const link = document.createElement("a");
link.className = "make-card";
link.setAttribute("role", "button");
link.textContent = "Make a card";
link.hidden = true;
document.body.append(link);

function section(node) {
  const headings = [...text.querySelectorAll("h1[id], h2[id], h3[id], h4[id]")];
  const before = headings.filter((heading) => heading.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.at(-1)?.id ?? "";
}

function show() {
  const selection = getSelection();
  const words = selection.toString().replace(/\s+/g, " ").trim();
  const isInText = selection.rangeCount > 0 && text.contains(selection.getRangeAt(0).commonAncestorContainer);
  link.hidden = !isInText || words.length < FEWEST || words.length > MOST;
  if (link.hidden) return;
  const range = selection.getRangeAt(0);
  const box = range.getBoundingClientRect();
  const query = new URLSearchParams({ quote: words, anchor: section(range.startContainer) });
  link.href = `${text.dataset.makeCard}&${query}`;
  const left = Math.min(Math.max(8, box.left), innerWidth - link.offsetWidth - 8);
  link.style.setProperty("left", `${left + scrollX}px`);
  link.style.setProperty("top", `${box.bottom + scrollY + 8}px`);
}

let waiting;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 150);
});
show();
