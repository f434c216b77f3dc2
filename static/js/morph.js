// Turns one drawing into another in place: what has the same data-key, or else the same place and name, keeps its element, so that it can move.
export function morph(from, to) {
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  if (to.children.length === 0) {
    if (from.textContent !== to.textContent || from.children.length > 0) from.replaceChildren(...[...to.childNodes].map((node) => document.importNode(node, true)));
    return;
  }
  const keyed = new Map([...from.children].filter((each) => each.dataset.key).map((each) => [each.dataset.key, each]));
  const plain = [...from.children].filter((each) => !each.dataset.key);
  const made = [...to.children].map((wanted) => {
    const known = wanted.dataset.key ? keyed.get(wanted.dataset.key) : plain.shift();
    if (!known || known.localName !== wanted.localName) return document.importNode(wanted, true);
    morph(known, wanted);
    return known;
  });
  if (made.length !== from.children.length || made.some((each, index) => each !== from.children[index])) from.replaceChildren(...made);
}
