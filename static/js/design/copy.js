// Copies the text of a field to the clipboard.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(field.value);
    words.textContent = "Copied";
  } catch {
    field.select();
    words.textContent = "Selected: copy it with your keyboard";
  }
});
