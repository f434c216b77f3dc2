// What every page can do: switch the theme (light, dark, as the system), open the command palette, and, from the second page on, keep pages
// for times without a network. The palette's code comes when it is first wanted.
// This is a classic script on purpose: it runs before the first paint, so that a chosen theme never flashes. The rest waits for the page.
{
  const root = document.documentElement;
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const WORDS = { light: "light", dark: "dark", "": "as the system" };

  /** From the system's theme to the other one, to its own by name, and back to the system's. */
  const nextTheme = (theme) => {
    const [other, same] = systemIsDark() ? ["light", "dark"] : ["dark", "light"];
    return { "": other, [other]: same, [same]: "" }[theme];
  };

  const bringSwitchToLife = (button) => {
    const say = () => {
      button.title = `Theme: ${WORDS[root.dataset.theme ?? ""]}`;
      button.ariaLabel = `${button.title}. Switch to ${WORDS[nextTheme(root.dataset.theme ?? "")]}`;
    };
    say();
    button.addEventListener("click", () => {
      const theme = nextTheme(root.dataset.theme ?? "");
      if (theme) {
        root.dataset.theme = theme;
        localStorage.setItem("theme", theme);
      } else {
        delete root.dataset.theme;
        localStorage.removeItem("theme");
      }
      say();
    });
  };

  /** On a narrow screen the sections, and the steps of a design, scroll sideways: the current one is brought into sight. */
  const showCurrent = () => {
    for (const nav of document.querySelectorAll(".site-nav, .rail")) {
      const current = nav.querySelector("[aria-current]")?.getBoundingClientRect();
      if (current) nav.scrollLeft += current.left + current.width / 2 - nav.getBoundingClientRect().left - nav.clientWidth / 2;
    }
  };

  /** From the second page on, the browser keeps what is read for times without a network: who looks once loads nothing more. */
  const keepPages = () => {
    const opened = Number(localStorage.getItem("pages-opened") ?? 0) + 1;
    if (opened <= 2) localStorage.setItem("pages-opened", String(opened));
    if (opened > 1 && "serviceWorker" in navigator) import("./offline/keeping.js");
  };

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  const bringPaletteToLife = (opener) => {
    const openPalette = async () => {
      const { open } = await import(opener.dataset.palette);
      open(opener.href);
    };
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openPalette();
    });
    document.addEventListener("keydown", (event) => {
      const isShortcut = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !isTyping(event.target));
      if (!isShortcut) return;
      event.preventDefault();
      openPalette();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) bringSwitchToLife(button);
    showCurrent();
    if (document.querySelector("time[data-beside-own-clock]")) import("./beside-own-clock.js");
    keepPages();
    for (const opener of document.querySelectorAll("[data-palette]")) bringPaletteToLife(opener);
  });
}
