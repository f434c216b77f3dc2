// The product that a component's field names, and the letters that mark it in its box. The page brings the list
// (designs/document/technologies.py), whose reading this is.
const KNOWN = JSON.parse(document.getElementById("canvas-technologies").textContent);
const TAKEN = " | ";

// {letters, name}; undefined when the text names none that is known, or several.
export function technologyOf(text = "") {
  let rest = ` ${(text.toLowerCase().match(/[a-z0-9]+/g) ?? []).join(" ")} `;
  const found = new Map();
  for (const [words, letters, name] of KNOWN) {
    if (!rest.includes(` ${words} `)) continue;
    found.set(letters, { letters, name });
    rest = rest.replaceAll(` ${words} `, TAKEN);
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}
