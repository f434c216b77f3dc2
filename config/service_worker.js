/* Keeps what was read for times without a network. `SITE` stands before this file: see config.views.service_worker.
   Pages come from the network whenever it answers; files are named by their content, so a kept one is never old. */
/* global SITE */
const FILES = "files";
const PAGES = "pages"; // of whoever uses this browser: emptied when that changes
const MOST = { [FILES]: 400, [PAGES]: 200 };

const isKept = (url) => SITE.kept.some((pattern) => new RegExp(pattern).test(url.pathname));

/** Every page has one copy, whatever follows its address: a calculator's is its last result. */
function keyOf(url) {
  return url.origin + (url.pathname.startsWith(SITE.cards) ? SITE.deck : url.pathname);
}

async function put(name, key, answer) {
  const cache = await caches.open(name);
  await cache.delete(key); // so that it is the newest again
  await cache.put(key, answer);
  const keys = await cache.keys();
  const spare = keys.filter((request) => ![SITE.deck, SITE.offline].includes(new URL(request.url).pathname));
  await Promise.all(spare.slice(0, Math.max(0, keys.length - MOST[name])).map((request) => cache.delete(request)));
}

/** Fetches a page again and keeps it; nothing happens without a network. */
async function keep(address) {
  const url = new URL(address, location.href);
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) await put(PAGES, keyOf(url), answer);
}

async function file(request) {
  const files = await caches.open(FILES);
  const known = await files.match(request, { ignoreVary: true });
  if (known && /\.[0-9a-f]{12}\.\w+$/.test(new URL(request.url).pathname)) return known;
  try {
    const answer = await fetch(request);
    if (answer.ok) await put(FILES, request.url, answer.clone());
    return answer;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

async function page(event, url) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    if (SITE.changesPerson.some((pattern) => new RegExp(pattern).test(url.pathname))) event.waitUntil(forget());
    else if (isKept(url) && answer.ok && answer.type === "basic" && !answer.redirected) {
      event.waitUntil(put(PAGES, keyOf(url), answer.clone()));
    }
    return answer;
  } catch {
    const pages = await caches.open(PAGES);
    return (await pages.match(keyOf(url), { ignoreVary: true })) ?? (await pages.match(SITE.offline, { ignoreVary: true })) ?? Response.error();
  }
}

/** A form that is sent without a network: the page says so, and the way back leads to what was typed. */
async function unsent() {
  const kept = await (await caches.open(PAGES)).match(SITE.offline, { ignoreVary: true });
  if (!kept) return Response.error();
  const html = (await kept.text()).replace('id="not-sent" hidden', 'id="not-sent"');
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(html, { status: 503, headers });
}

async function forget() {
  await caches.delete(PAGES);
  await keep(SITE.offline);
}

/** Somebody signs in or out: what was kept is not the next person's. */
async function changePerson(event) {
  const answer = await fetch(event.request);
  event.waitUntil(forget());
  return answer;
}

self.addEventListener("install", (event) => {
  const files = caches.open(FILES).then((cache) => cache.addAll(SITE.files));
  event.waitUntil(Promise.all([files, keep(SITE.offline)]).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()]));
});

self.addEventListener("message", (event) => {
  const { pages = [], files = [] } = event.data;
  event.waitUntil(Promise.all([
    ...pages.filter((address) => address === SITE.deck || isKept(new URL(address, location.href))).map(keep),
    ...files.filter((address) => new URL(address).pathname.startsWith(SITE.static)).map((address) => file(new Request(address))),
  ]).then(() => event.ports[0]?.postMessage("kept")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && SITE.changesPerson.some((pattern) => new RegExp(pattern).test(url.pathname))) {
    event.respondWith(changePerson(event));
  } else if (request.method === "POST" && request.mode === "navigate" && !navigator.onLine) event.respondWith(unsent());
  else if (request.method === "GET" && request.mode === "navigate") event.respondWith(page(event, url));
  else if (request.method === "GET" && url.pathname.startsWith(SITE.static)) event.respondWith(file(request));
});
