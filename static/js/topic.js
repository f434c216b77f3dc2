// On a topic's page: previews of links, and live calculators where the notes ask for one. Each comes when it is first wanted.
const hasLinks = document.querySelector("a.topic-link");
if (hasLinks) {
  const load = () => import("./preview.js");
  document.addEventListener("pointerover", load, { once: true });
  document.addEventListener("focusin", load, { once: true });
}
if (document.querySelector(".live-calculator")) import("./live-calculator.js");
