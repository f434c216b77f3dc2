// Shows the fields that belong to what is chosen above them; without scripts all stand there.

const kind = document.querySelector("[data-kind]");

function show() {
  for (const each of document.querySelectorAll("[data-of-kind]")) {
    each.closest(".field").hidden = each.dataset.ofKind !== kind.value;
  }
}

if (kind) {
  kind.addEventListener("change", show);
  show();
}
