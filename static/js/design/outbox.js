// Changes that the server has not confirmed, kept in the browser's storage: one box for each open page. A lock that the
// browser lets go of when a page dies says which boxes nobody looks after any more.
const PREFIX = "outbox:";

export class Outbox {
  constructor(design, client) {
    this.prefix = `${PREFIX}${design}:`;
    this.key = this.prefix + client;
    this.isWorking = true;
    hold(this.key);
  }

  // Keeps the entries, a JSON array as text; `isWorking` says whether the browser could.
  keep(entries) {
    try {
      if (entries !== "[]") localStorage.setItem(this.key, entries);
      else localStorage.removeItem(this.key);
      this.isWorking = true;
    } catch {
      this.isWorking = false;
    }
  }

  // What pages that are gone have left for this design, oldest first; [{key, entries}].
  async orphans() {
    const found = [];
    for (const key of keys(this.prefix)) {
      if (key === this.key || !(await isForsaken(key))) continue;
      const entries = read(key);
      if (entries.length) found.push({ key, entries });
    }
    return found;
  }

  forget(key) {
    localStorage.removeItem(key);
  }
}

function keys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function hold(name) {
  navigator.locks?.request(name, () => new Promise(() => {}));
}

// Where there are no locks (plain HTTP) every other box counts as forsaken: sending a change twice has one effect.
async function isForsaken(name) {
  if (!navigator.locks) return true;
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => lock !== null);
}
