// The panels over the edges of the canvas: each folds by its button, this browser remembers which were open, and Escape
// closes the one that has the focus.
const KEY = "workspace-folds";
const folds = [...document.querySelectorAll("[data-fold]")];
const isWide = matchMedia("(min-width: 62rem)").matches;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(name, isOpen) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), [name]: isOpen }));
  } catch {
    // Then it opens as it was made.
  }
}

// Menus close when something else is pressed; the side panel stays beside the drawing where there is room for both.
const stays = (fold) => fold.dataset.fold === "side" && isWide;

for (const fold of folds) {
  if (stays(fold)) fold.open = remembered()[fold.dataset.fold] ?? false;
  fold.addEventListener("toggle", () => { if (stays(fold)) remember(fold.dataset.fold, fold.open); });
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    event.stopPropagation();
    fold.open = false;
    fold.querySelector("summary").focus();
  });
}

document.addEventListener("pointerdown", ({ target }) => {
  for (const fold of folds) if (fold.open && !stays(fold) && !fold.contains(target)) fold.open = false;
}, true);

const palette = document.querySelector("[data-part=palette]");
const button = document.querySelector("[data-do=palette]");
if (button) {
  const show = (isOpen) => {
    palette.classList.toggle("is-folded", !isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  show(remembered().palette ?? true);
  button.addEventListener("click", () => {
    const isOpen = palette.classList.contains("is-folded");
    show(isOpen);
    remember("palette", isOpen);
  });
}
