// The document's HTTP interface: what each answer means to the store, as {kind, ...}.
const TIMEOUT_MS = 8000;
const KEEPALIVE_BYTES = 50_000; // browsers let 64 kB outlive their page

export class Server {
  constructor(url) {
    this.url = url;
  }

  // saved | conflict | refused | signed-out | gone; throws when there was no answer, or none that makes sense.
  async send(entry) {
    const body = JSON.stringify(entry.patch);
    const headers = {
      "Content-Type": "application/merge-patch+json",
      "Base-Version": String(entry.base),
      "Client-Id": entry.client,
      Sequence: String(entry.sequence),
      Step: entry.step,
    };
    if (entry.elapsed !== undefined) headers["Elapsed-Seconds"] = String(entry.elapsed);
    // A page that is left just after an edit still gets it through.
    const answer = await this.#fetch("document", { method: "PATCH", body, headers, keepalive: body.length < KEEPALIVE_BYTES });
    if (answer.ok) return { kind: "saved", ...(await answer.json()) };
    if (answer.status === 409) return { kind: "conflict", ...(await answer.json()) };
    if (answer.status === 400 || answer.status === 413 || answer.status === 422) return refusal(await answer.json());
    return denial(answer);
  }

  // changes | signed-out | gone
  async changesAfter(version) {
    const answer = await this.#fetch(`changes?after=${version}`, { headers: { "If-None-Match": `"${version}"` }, cache: "no-store" });
    if (answer.status === 304) return { kind: "changes", version, changes: [] };
    if (answer.ok) return { kind: "changes", ...(await answer.json()) };
    return denial(answer);
  }

  async documentAt(version) {
    const answer = await this.#fetch(`versions/${version}`, {});
    if (!answer.ok) throw new NoSenseError(answer.status);
    return answer.json();
  }

  #fetch(path, options) {
    const headers = { Accept: "application/json", ...options.headers };
    return fetch(this.url + path, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS), ...options, headers });
  }
}

// The server is there, but not well.
export class NoSenseError extends Error {
  constructor(status) {
    super(`The server answered ${status}.`);
    this.status = status;
  }
}

function refusal(answer) {
  const problems = answer.problems?.length ? answer.problems : [{ path: "", message: answer.error }];
  return { kind: "refused", problems };
}

function denial(answer) {
  if (answer.status === 403 || answer.status === 401 || answer.type === "opaqueredirect") return { kind: "signed-out" };
  if (answer.status === 404 || answer.status === 410) return { kind: "gone" };
  throw new NoSenseError(answer.status);
}
