/** Sends one change to the server and says what came of it. A retry carries the same key and the same fields. */

import { find, load } from "./page.js";

export const RETRY_SECONDS = 4;

export const form = () => find("#work");

/** Make a key for one change. randomUUID would need a secure context, which a server in a newsroom may not be. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Post a change; status 0 means that no answer came. `seconds` is how long to wait before the next try. */
export async function post(change) {
  const body = new URLSearchParams(change.body);
  body.set("client_key", change.key);
  body.set("revision", change.revision);
  body.set("csrf_token", form().elements.csrf_token.value);
  try {
    const response = await fetch(change.url, { method: "POST", body, headers: { Accept: "application/json" } });
    const seconds = Number(response.headers.get("Retry-After")) || RETRY_SECONDS;
    return { status: response.status, answer: await response.json().catch(() => ({})), seconds };
  } catch {
    return { status: 0, answer: {}, seconds: RETRY_SECONDS };
  }
}

/** Send a change as a plain form does, which leads to the page that answers it. */
export function sendAsForm(change) {
  const plain = document.createElement("form");
  Object.assign(plain, { method: "post", action: change.url, hidden: true });
  const body = new URLSearchParams(change.body);
  body.set("client_key", change.key);
  body.set("revision", change.revision);
  body.set("csrf_token", form().elements.csrf_token.value);
  for (const [name, value] of body) {
    plain.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(plain);
  HTMLFormElement.prototype.submit.call(plain);
}

/** Take over the token of the session that is open now: "renewed", "signed out", "somebody else" or "no answer".
    Another person's session must never send this one's change. */
export async function renewToken() {
  const page = await load(form().dataset.url).catch(() => null);
  if (!page) return "no answer";
  const work = page.parsed.getElementById("work");
  if (!work) return "signed out";
  if (work.dataset.person !== form().dataset.person) return "somebody else";
  form().elements.csrf_token.value = find("[name=csrf_token]", work).value;
  return "renewed";
}
