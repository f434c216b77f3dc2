// Moments on the reader's own clock. The server writes them in UTC, for readers without scripts.

const shown = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });

function put(root) {
  for (const each of root.querySelectorAll("time[data-own-clock]")) {
    each.textContent = shown.format(new Date(each.dateTime));
    each.removeAttribute("data-own-clock");
  }
}

put(document);
// A replay puts other moments into the page.
new MutationObserver(() => put(document)).observe(document.querySelector("main"), { childList: true, subtree: true });
