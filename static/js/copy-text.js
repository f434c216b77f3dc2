// <button data-copy="#id"> copies the text of that element, and says so in its own words.
for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.querySelector("[data-copy-words]") ?? button;
  const before = words.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
      words.textContent = "Copied";
    } catch {
      words.textContent = "Not allowed to copy";
    }
    setTimeout(() => (words.textContent = before), 2000);
  });
}
