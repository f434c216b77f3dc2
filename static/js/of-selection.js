// What can be done with words that are selected in a topic: mark them, note something, make a card. Each keeps their section.
const text = document.querySelector("[data-make-card]");
const MOST = 1000;
const FEWEST = 3;
const AROUND = 80;
const box = document.createElement("form");
box.className = "of-selection";
box.method = "post";
box.action = text.dataset.makeNote;
box.hidden = true;
for (const name of ["quote", "before", "after", "anchor", "words"]) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  box.append(field);
}
const mark = document.createElement("button");
mark.textContent = "Mark";
const note = document.createElement("a");
note.textContent = "Note";
const card = document.createElement("a");
card.textContent = "Make a card";
box.append(mark, note, card);
document.body.append(box);

function section(node) {
  const headings = [...text.querySelectorAll("h1[id], h2[id], h3[id], h4[id]")];
  const before = headings.filter((heading) => heading.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.at(-1)?.id ?? "";
}

// The text beside the selection, by which equal words are told apart.
function beside(range, isBefore) {
  const around = document.createRange();
  around.selectNodeContents(text);
  if (isBefore) around.setEnd(range.startContainer, range.startOffset);
  else around.setStart(range.endContainer, range.endOffset);
  const words = around.toString().replace(/\s+/g, "");
  return isBefore ? words.slice(-AROUND) : words.slice(0, AROUND);
}

function show() {
  const selection = getSelection();
  const words = selection.toString().replace(/\s+/g, " ").trim();
  const isInText = selection.rangeCount > 0 && text.contains(selection.getRangeAt(0).commonAncestorContainer);
  box.hidden = !isInText || words.length < FEWEST || words.length > MOST;
  if (box.hidden) return;
  const range = selection.getRangeAt(0);
  const sent = { quote: words, before: beside(range, true), after: beside(range, false), anchor: section(range.startContainer) };
  for (const [name, value] of Object.entries(sent)) box.elements[name].value = value;
  note.href = `${text.dataset.makeNote}?${new URLSearchParams(sent)}`;
  card.href = `${text.dataset.makeCard}&${new URLSearchParams({ quote: words, anchor: sent.anchor })}`;
  const place = range.getBoundingClientRect();
  const left = Math.min(Math.max(8, place.left), innerWidth - box.offsetWidth - 8);
  box.style.setProperty("left", `${left + scrollX}px`);
  box.style.setProperty("top", `${place.bottom + scrollY + 8}px`);
}

let waiting;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 150);
});
show();
