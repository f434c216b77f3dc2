// Two sets of inputs side by side: a row is marked as soon as its two fields differ.
document.querySelector("#compare").addEventListener("input", (event) => {
  const row = event.target.closest(".compare-row");
  const [first, second] = row.querySelectorAll("input");
  row.classList.toggle("differs", first.value.trim() !== second.value.trim());
});
