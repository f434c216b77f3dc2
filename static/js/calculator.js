// A sheet's page: each element of an answer fills the place of the same id, fields are marked as it says, and links
// follow the address. What is as delivered is not asked for.
const inputs = () => document.querySelectorAll("#inputs input[name]");
const isAsDelivered = (input) => ["", input.dataset.default].includes(input.value.trim());

globalThis.htmx?.defineExtension("places", {
  handleSwap(swapStyle, _target, answer) {
    if (swapStyle !== "places") return false;
    for (const found of [...answer.children]) document.getElementById(found.id)?.replaceChildren(...found.childNodes);
    return true;
  },
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const input of inputs()) if (isAsDelivered(input)) delete detail.parameters[input.name];
  // Where the working stands only its figures are asked for; without it, as after an overload, the whole result.
  if (document.getElementById("working")) detail.headers["HX-Target"] = "working";
});

// An answer says nothing of fields as delivered, unless one of them is in the way of a result.
document.addEventListener("htmx:beforeSwap", () => {
  for (const input of inputs()) if (isAsDelivered(input)) messageOf(input).replaceChildren();
});

document.addEventListener("htmx:afterSettle", () => {
  for (const input of inputs()) {
    if (messageOf(input).querySelector(".error")) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  for (const link of document.querySelectorAll(".share a")) link.search = location.search;
});

function messageOf(input) {
  return document.getElementById(`message-${input.name}`);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const words = button.querySelector("span");
  try {
    const answer = await fetch(document.getElementById(button.dataset.copies).href);
    await navigator.clipboard.writeText(await answer.text());
    words.textContent = "Copied";
  } catch {
    words.textContent = "Copying is not allowed: open the Markdown instead";
  }
});
