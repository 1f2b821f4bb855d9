/** Sends one change to the server and says what came of it. A retry carries the same key and the same fields. */

import { find, findAll } from "./page.js";

const PATIENCE = 30_000; // Milliseconds after which no answer is expected any more.
const MOST_KEPT_ALIVE = 60_000; // Bytes of a request that may outlive its page; browsers allow 64 KiB.

export const form = () => find("#work");

/** A control of the form, by its name. All stand in the panel; form.elements would go through the article as well. */
export const field = (name) => find(`#panel [name="${name}"]`);

/** Make a key for one change. randomUUID would need a secure context, which a server in a newsroom may not be. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The fields of a change as they are sent: its own, and those that say which request of which session it is. */
function fieldsOf({ body, key, revision }) {
  const fields = new URLSearchParams(body);
  fields.set("client_key", key);
  fields.set("revision", revision);
  fields.set("csrf_token", find("[name=csrf_token]").value);
  return fields;
}

/** Post a change; status 0 means that no answer came. `seconds` is how long the server asks to wait. */
export async function post(change) {
  const body = fieldsOf(change);
  const keepalive = String(body).length < MOST_KEPT_ALIVE;
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), PATIENCE);
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(change.url, { method: "POST", body, headers, keepalive, signal: waiting.signal });
    const seconds = Number(response.headers.get("Retry-After")) || 0;
    return { status: response.status, answer: await response.json().catch(() => ({})), seconds };
  } catch {
    return { status: 0, answer: {}, seconds: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** Send a change as a plain form does, which leads to the page that answers it. */
export function sendAsForm(change) {
  const plain = document.createElement("form");
  Object.assign(plain, { method: "post", action: change.url, hidden: true });
  for (const [name, value] of fieldsOf(change)) {
    plain.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(plain);
  HTMLFormElement.prototype.submit.call(plain);
}

/** Ask who is signed in, and with which token: { person, csrf }; null if no answer came. */
export async function askSession() {
  const headers = { Accept: "application/json" };
  const answer = await fetch(document.body.dataset.session, { headers }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/** Give every form of the page the token of the session that is open now. */
export function useToken(token) {
  for (const field of findAll("[name=csrf_token]")) field.value = token;
}
