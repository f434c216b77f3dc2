// Answers that the server has not confirmed yet, in the browser's database. Each has its own id, under which the server
// counts it once however often it is sent; it leaves the queue only when the server has said what became of it.
const DATABASE = "loadbearing";
const STORE = "answers";
const TIMEOUT_MS = 10_000; // whoever signs in or out waits for this

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "uid" });
  const database = await done(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = transaction.onabort = () => database.close();
  return transaction.objectStore(STORE);
}

/** `answer`: {uid, card, grade, at (ms since 1970), ms, learner (or null)}. */
export const add = async (answer) => done((await store("readwrite")).put(answer));

export const waiting = async () => done((await store("readonly")).getAll());

async function remove(uids) {
  const answers = await store("readwrite");
  await Promise.all(uids.map((uid) => done(answers.delete(uid))));
}

async function sendSome(address, learner, answers) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    body: JSON.stringify({ learner, zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "", answers }),
  });
  if (!response.ok) return;
  const { noted, refused } = await response.json();
  await remove([...noted, ...refused.map((each) => each.uid)]);
}

async function sendAll(address) {
  for (const [learner, answers] of grouped(await waiting())) {
    for (let from = 0; from < answers.length; from += 100) await sendSome(address, learner, answers.slice(from, from + 100));
  }
}

/** Sends what waits, 100 at a time, up to the first request without an answer. Returns how many are still there: without a network, or of
    somebody else. */
export function send(address = "/cards/answers/") {
  return navigator.locks.request("send-answers", async () => {
    await sendAll(address).catch(() => null);
    return (await waiting()).length;
  });
}

function grouped(answers) {
  const groups = new Map();
  for (const each of answers) groups.set(each.learner, [...(groups.get(each.learner) ?? []), each]);
  return groups;
}
