// The page without a network: which pages are kept in this browser, by their titles.
const list = document.getElementById("kept-pages");

async function titleOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("h1")?.textContent.trim() || page.title;
}

const pages = await caches.open("pages");
const found = [];
for (const request of await pages.keys()) {
  const { pathname } = new URL(request.url);
  if (["/", location.pathname, "/offline/", "/cards/offline/"].includes(pathname)) continue;
  found.push({ pathname, title: await titleOf(await pages.match(request)) });
}
found.sort((one, other) => one.title.localeCompare(other.title));
for (const { pathname, title } of found) {
  const link = document.createElement("a");
  link.href = pathname;
  link.textContent = title;
  const item = document.createElement("li");
  item.append(link);
  list.append(item);
}
document.getElementById("nothing-kept").hidden = found.length > 0;
document.getElementById("kept-deck").hidden = !(await pages.match("/cards/offline/", { ignoreVary: true }));
