// A design's document in this page: edits show at once, are kept in the browser until the server has them, and what
// others change comes in. `openDesign` is all that a page needs; status.js shows how it stands.
import { apply, at, diff, effective, invert, isEmpty, lookUp, meeting, overlap, pointer, parts, same, without } from "./merge-patch.js";
import { Outbox } from "./outbox.js";
import { Server } from "./server.js";

const POLL_MS = 1500;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;
const MOST_ENTRIES = 40;
const MOST_UNDO = 300;

export function openDesign(options) {
  const store = new Store(options);
  store.start();
  return store;
}

class Store {
  #listeners = new Set();
  #watchers = new Set();
  #undo = [];
  #redo = [];
  #timer = 0;
  #work = Promise.resolve();
  #failures = 0;
  #isSignedOut = false;
  #isGone = false;
  #sequence = 0;
  #shown = "";
  #kept = "[]";
  #remembered = null;
  #isTyping = false;
  #isOwnForm = false;

  // `url` ends with a slash; `elapsed` answers with the seconds on an interview's clock, if there is one.
  constructor({ url, version, document: found, step = "", canEdit = true, elapsed = () => undefined }) {
    this.url = url;
    this.version = version;
    this.step = step;
    this.canEdit = canEdit;
    this.elapsed = elapsed;
    this.base = found; // what the server has at `version`
    this.document = found; // the same with the queue on top
    this.queue = [];
    this.restored = 0;
    this.client = crypto.getRandomValues(new Uint32Array(4)).reduce((text, part) => text + part.toString(36), "");
    this.server = new Server(url);
    this.outbox = new Outbox(url, this.client);
  }

  start() {
    this.#remembered = this.#recall();
    // Another page of this browser saved something: no need to wait for the next question.
    this.neighbours = new BroadcastChannel(`design:${this.url}`);
    this.neighbours.addEventListener("message", () => this.#soon(0));
    for (const event of ["online", "focus"]) window.addEventListener(event, () => this.#soon(0));
    document.addEventListener("visibilitychange", () => this.#soon(0));
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.length && (this.status !== "saving" || !this.outbox.isWorking)) event.preventDefault();
    });
    this.#soon(this.canEdit ? 0 : POLL_MS);
  }

  // Changes the document here at once and sends the change. Answers whether anything changed.
  patch(change) {
    return this.#change(change, "local", this.#undo, { isNew: true });
  }

  get canUndo() {
    return this.#undo.length > 0;
  }

  get canRedo() {
    return this.#redo.length > 0;
  }

  undo() {
    const back = this.#undo.pop();
    return back !== undefined && this.#change(back, "undo", this.#redo);
  }

  redo() {
    const forth = this.#redo.pop();
    return forth !== undefined && this.#change(forth, "undo", this.#undo);
  }

  // fn(document, {patch, origin}) after each change; origin is local, remote or undo. Answers with a way to stop.
  subscribe(fn) {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  // fn(store) whenever the status may read differently.
  watch(fn) {
    this.#watchers.add(fn);
    fn(this);
    return () => this.#watchers.delete(fn);
  }

  get status() {
    if (this.conflicts.length) return "conflict";
    if (this.#isSignedOut) return "signed-out";
    if (!this.queue.length) return this.#isTyping ? "saving" : "saved";
    if (this.#isGone || this.problems.length) return "unsaved";
    if (this.#failures) return this.isOffline ? "offline" : "unsaved";
    return "saving";
  }

  // Something is being typed that will be a change in a moment: until then nothing may read "Saved".
  set isTyping(is) {
    this.#isTyping = is;
    this.#report();
  }

  // How many changes the server has not confirmed.
  get pending() {
    return this.queue.reduce((sum, entry) => sum + entry.count, 0);
  }

  // Why the server refused the changes: [{path, message}].
  get problems() {
    return this.queue.flatMap((entry) => entry.problems ?? []);
  }

  // [{path, yours, theirs}]: places that somebody else changed, too. Undefined stands for what was deleted.
  get conflicts() {
    const found = new Map();
    for (const entry of this.queue) for (const conflict of entry.conflicts ?? []) found.set(conflict.path, conflict);
    return [...found.values()].map(({ path }) => ({
      path,
      yours: lookUp(this.document, parts(path)),
      theirs: lookUp(this.base, parts(path)),
    }));
  }

  get isGone() {
    return this.#isGone;
  }

  // Settles a conflict: "mine" is sent over what is there now, "theirs" drops what was changed here.
  resolve(path, choice) {
    const place = parts(path);
    const before = this.document;
    for (const entry of this.queue) {
      entry.conflicts = (entry.conflicts ?? []).filter((conflict) => conflict.path !== path);
      if (choice === "theirs") this.#rewrite(entry, without(entry.patch, place));
    }
    this.queue = this.queue.filter((entry) => !isEmpty(entry.patch));
    this.#rebuild(before);
    this.#keep();
    this.#soon(0);
  }

  // Takes back everything that the server has not confirmed.
  discard() {
    const before = this.document;
    this.queue = [];
    this.#undo = [];
    this.#redo = [];
    this.#rebuild(before);
    this.#keep();
    this.#soon(0);
  }

  // What an earlier page could not save was brought back: that may be undone, or left so.
  takeBackRestored() {
    const count = this.restored;
    this.restored = 0;
    for (let index = 0; index < count; index += 1) this.undo();
    this.#report();
  }

  acceptRestored() {
    this.restored = 0;
    this.#report();
  }

  // Resolves when everything is saved, or when it turns out that it cannot be for now: true or false.
  flush() {
    return new Promise((settled) => {
      if (!this.queue.length) return settled(true);
      let stop = () => {};
      const look = () => {
        if (this.status === "saving") return;
        queueMicrotask(() => stop());
        settled(!this.queue.length);
      };
      stop = this.watch(look);
      this.#soon(0);
    });
  }

  // Asks at once for what others changed, or what a form saved. With `isOwn` it was a form of this page, and what it did
  // may be undone.
  async pull({ isOwn = false } = {}) {
    this.#isOwnForm = isOwn;
    await this.#turn({ asksOnly: true });
    this.#isOwnForm = false;
  }

  // What may be undone goes along to the next page of this design in the same tab.
  #remember() {
    if (this.queue.length || !this.canEdit || this.#remembered) return;
    try {
      sessionStorage.setItem(`undo:${this.url}`, JSON.stringify({ version: this.version, undo: this.#undo, redo: this.#redo }));
    } catch {
      // No room: the next page begins without.
    }
  }

  #recall() {
    try {
      return JSON.parse(sessionStorage.getItem(`undo:${this.url}`));
    } catch {
      return null;
    }
  }

  // Once: what an earlier page of this tab did, less what others have changed in the same places since.
  async #takeUp() {
    const { version, undo, redo } = this.#remembered;
    const { kind, changes = [] } = version < this.version ? await this.server.changesAfter(version) : { kind: "changes" };
    this.#remembered = null;
    if (kind !== "changes" || version > this.version || !Array.isArray(undo) || !Array.isArray(redo)) return;
    this.#undo = [...undo, ...this.#undo];
    this.#redo = this.#redo.length || this.#undo.length > undo.length ? this.#redo : redo;
    for (const change of changes) if (change.version <= this.version) this.#forget(change.patch);
    this.#report();
  }

  #change(change, origin, stack, { isNew = false } = {}) {
    const patch = effective(this.document, change);
    if (!this.canEdit || isEmpty(patch)) return false;
    stack.push(invert(this.document, patch));
    if (stack.length > MOST_UNDO) stack.shift();
    if (isNew) [this.#redo, this.restored] = [[], 0];
    this.document = apply(this.document, patch);
    this.#enqueue(patch);
    this.#keep();
    this.#tell(patch, origin);
    if (!this.#failures) this.#soon(0);
    return true;
  }

  #enqueue(patch) {
    const isStuck = this.problems.length > 0;
    if (!isStuck && this.queue.length < MOST_ENTRIES) {
      this.queue.push(this.#entry(patch));
      return;
    }
    // Together: what was refused alone may fit with the change that mends it. The first one may be on its way already.
    const sent = isStuck ? [] : this.queue.slice(0, 1);
    const waiting = this.queue.slice(sent.length);
    const whole = diff(sent.reduce((under, entry) => apply(under, entry.patch), this.base), this.document);
    const count = 1 + waiting.reduce((sum, entry) => sum + entry.count, 0);
    const conflicts = waiting.flatMap((entry) => entry.conflicts ?? []);
    this.queue = isEmpty(whole) ? sent : [...sent, { ...this.#entry(whole), count, conflicts }];
  }

  #entry(patch) {
    return { client: this.client, sequence: this.#next(), base: this.version, patch, step: this.step, elapsed: this.elapsed(), count: 1 };
  }

  #next() {
    this.#sequence += 1;
    return this.#sequence;
  }

  // A changed patch is another change: the server may have seen the old one under its number.
  #rewrite(entry, patch) {
    if (!same(entry.patch, patch)) Object.assign(entry, { patch, client: this.client, sequence: this.#next() });
  }

  #soon(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#turn(), delay);
  }

  // One thing at a time: changes of pages that are gone, then our own, then those of others.
  #turn({ asksOnly = false } = {}) {
    this.#work = this.#work.then(async () => {
      try {
        if (this.canEdit) await this.#adopt();
        if (this.#remembered && this.canEdit) await this.#takeUp();
        const next = asksOnly ? undefined : this.#sendable;
        if (next) await this.#send(next);
        else if (asksOnly || document.visibilityState === "visible") await this.#poll();
        this.#failures = 0;
      } catch (error) {
        this.#failures += 1;
        this.isOffline = !navigator.onLine || error instanceof TypeError;
      }
      this.#keep();
      this.#soon(this.#delay());
    });
    return this.#work;
  }

  get #sendable() {
    const [first] = this.queue;
    return first && !first.problems && !first.conflicts?.length ? first : undefined;
  }

  #delay() {
    if (this.#failures) return Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LAST_RETRY_MS);
    if (this.#isSignedOut || this.#isGone) return 2 * POLL_MS;
    return this.#sendable ? 0 : POLL_MS;
  }

  async #send(entry) {
    const answer = await this.server.send(entry);
    this.#isSignedOut = answer.kind === "signed-out";
    this.#isGone = answer.kind === "gone";
    if (answer.kind === "saved") {
      const own = { version: answer.version, patch: entry.patch, client_id: entry.client, sequence: entry.sequence };
      this.#receive(answer.changes ?? [own]);
      this.queue = this.queue.filter((other) => other !== entry);
      this.neighbours.postMessage(this.version);
    } else if (answer.kind === "conflict") {
      await this.#poll();
      // Both sides are known now. Without a place in common, the change no longer fits what the design became.
      if (answer.problems.length && !entry.conflicts?.length) entry.problems = answer.problems;
    } else if (answer.kind === "refused") {
      entry.problems = answer.problems;
    }
  }

  async #poll() {
    const answer = await this.server.changesAfter(this.version);
    this.#isSignedOut = answer.kind === "signed-out";
    this.#isGone = answer.kind === "gone";
    if (answer.kind === "changes") this.#receive(answer.changes);
  }

  // Changes of the log, in order. Our own are confirmed by it; others may meet what waits here.
  #receive(changes) {
    const before = this.document;
    for (const change of changes) {
      if (change.version <= this.version) continue;
      const isOurs = (entry) => entry.client === change.client_id && entry.sequence === change.sequence;
      const own = this.queue.find(isOurs);
      if (this.#isOwnForm && !own) this.#undo.push(invert(this.base, effective(this.base, change.patch)));
      this.base = apply(this.base, change.patch);
      this.version = change.version;
      this.queue = this.queue.filter((entry) => entry !== own);
      if (!own && change.client_id !== this.client && !this.#isOwnForm) this.#meet(change.patch, before);
      for (const entry of this.queue) entry.base = this.version;
    }
    this.#rebuild(before);
  }

  #meet(theirs, ours) {
    for (const entry of this.queue) this.#collide(entry, theirs, ours);
    this.#forget(theirs);
  }

  // What others changed since is theirs: undoing does not touch it.
  #forget(theirs) {
    const forget = (patch) => meeting(patch, theirs).reduce(without, patch);
    this.#undo = this.#undo.map(forget).filter((patch) => !isEmpty(patch));
    this.#redo = this.#redo.map(forget).filter((patch) => !isEmpty(patch));
  }

  // Notes where an entry and a change of somebody else do not merge. What they deleted and we changed becomes whole in
  // our patch, so that keeping ours brings it back.
  #collide(entry, theirs, ours) {
    for (const path of overlap(entry.patch, theirs)) {
      const [yours, now] = [lookUp(ours, path), lookUp(this.base, path)];
      if (same(yours, now)) continue;
      if (now === undefined && yours !== undefined) this.#rewrite(entry, apply(entry.patch, at(path, yours)));
      entry.conflicts = [...(entry.conflicts ?? []).filter((other) => other.path !== pointer(path)), { path: pointer(path) }];
    }
  }

  // Takes over what pages that are gone could not send.
  async #adopt() {
    for (const { key, entries } of await this.outbox.orphans()) {
      const left = await this.#unsaved(entries);
      const before = this.document;
      for (const entry of left) {
        entry.base = this.version;
        this.#undo.push(invert(this.document, entry.patch));
        this.document = apply(this.document, entry.patch);
      }
      this.queue = [...left, ...this.queue];
      this.restored += left.length;
      this.#rebuild(before);
      this.#keep();
      this.outbox.forget(key);
    }
  }

  // Those that the log does not hold yet, with their conflicts against what it holds since.
  async #unsaved(entries) {
    const oldest = Math.min(...entries.map((entry) => entry.base));
    let from = oldest;
    let left = entries;
    const others = [];
    while (from < this.version) {
      const { kind, changes, version } = await this.server.changesAfter(from);
      if (kind !== "changes") return left;
      for (const change of changes) {
        const count = left.length;
        left = left.filter((entry) => entry.client !== change.client_id || entry.sequence !== change.sequence);
        if (left.length === count && change.version <= this.version) others.push(change.patch);
      }
      from = version;
    }
    if (left.length && others.length) {
      const mine = left.reduce((whole, entry) => apply(whole, entry.patch), await this.server.documentAt(oldest));
      for (const theirs of others) for (const entry of left) this.#collide(entry, theirs, mine);
    }
    return left;
  }

  #rebuild(before) {
    this.document = this.queue.reduce((whole, entry) => apply(whole, entry.patch), this.base);
    const patch = diff(before, this.document);
    if (!isEmpty(patch)) this.#tell(patch, "remote");
  }

  #tell(patch, origin) {
    for (const fn of this.#listeners) fn(this.document, { patch, origin });
  }

  #keep() {
    const text = JSON.stringify(this.queue);
    if (text !== this.#kept) this.outbox.keep(text);
    this.#kept = text;
    this.#report();
  }

  #report() {
    const shown = JSON.stringify([this.status, this.pending, this.problems, this.conflicts, this.restored, this.version, this.canUndo, this.canRedo]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#remember();
    for (const fn of this.#watchers) fn(this);
  }
}
