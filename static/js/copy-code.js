// Gives each block of code in a text a button that copies it.
for (const [number, code] of document.querySelectorAll("#text .highlight code").entries()) {
  code.id ||= `code-${number + 1}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-code";
  button.textContent = "Copy";
  button.dataset.copy = `#${code.id}`;
  code.closest(".highlight").append(button);
}
import("./copy-text.js");
