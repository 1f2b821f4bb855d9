/** The reviewer's work on the article, claim by claim: what the server told when the page had come, and what it has
    acknowledged since. With it the page shows any claim without asking. */

import { me, pendingFor } from "./changes.js";
import { fieldsIn } from "./fields.js";
import { form } from "./request.js";

let claims = []; // In reading order: id, number, start, words, repeat, asked. Empty while nothing is known.
let loading = null;
const said = new Map(); // By claim: revision, time, fields, warnings, diff and lesson of the newest verdict that is known.

/** The address that verdicts on a claim are sent to: that of the claim on the page, with another id. */
export const addressOf = (id) => form().getAttribute("action").replace(/\d+(?=\/[^/]*$)/, id);

/** The address of a claim's page. */
export const pageOf = (number) => form().dataset.url.replace(/\d+$/, `${number}#claim-${number}`);

export const numberIn = (url) => Number(/\/(\d+)$/.exec(new URL(url, location.href).pathname)?.[1]);
export const currentId = () => Number(/\/(\d+)\/[^/]*$/.exec(form().getAttribute("action"))[1]);
export const currentNumber = () => numberIn(form().dataset.url);

/** Ask for the work; answers whether it is known now. Without it, claims come from the server one by one. */
export function loadClaims() {
  loading = fetchClaims().catch(() => claims.length > 0);
  return loading;
}

/** Wait for the work, which is asked for once; answers whether it is known. */
export const claimsAreKnown = () => loading ?? loadClaims();

async function fetchClaims() {
  const answer = await fetch(form().dataset.workUrl, { headers: { Accept: "application/json" }, priority: "low" });
  const work = answer.ok ? await answer.json() : {};
  if (String(work.person) !== me()) return claims.length > 0;
  claims = work.claims.map(({ id, start, words, repeat, asked }, index) => (
    { id, number: index + 1, start, words, isRepeat: Boolean(repeat), isAsked: Boolean(asked) }
  ));
  work.claims.forEach(({ id, revision = 0, time = "", fields = {}, warnings = [], diff = [], lesson = null }, index) => {
    // What was acknowledged while this was on its way is newer, and has answered what was asked.
    if ((said.get(id)?.revision ?? 0) > revision) claims[index].isAsked = false;
    else said.set(id, { revision, time, fields, warnings, diff, lesson });
  });
  return true;
}

/** The claim with a number, if it can be shown without the server. */
export function claimAt(number) {
  const claim = claims[number - 1];
  return claim && !claim.isAsked ? claim : null;
}

export const claimsInOrder = () => claims;

/** Take over what the server has acknowledged. If it counts the claims otherwise, they were cut anew: ask again. */
export function remember({ claim: id, number, total, revision, at, fields, warnings = [], diff = [], lesson = null }) {
  if ((said.get(id)?.revision ?? 0) > revision) return;
  said.set(id, { revision, time: at, fields, warnings, diff, lesson });
  const claim = claims[number - 1];
  if (!claim) return;
  if (claim.id !== id || claims.length !== total) claims = [];
  else if (isDecided(fields)) claim.isAsked = false;
}

const NOTHING = { revision: 0, time: "", fields: {}, warnings: [], diff: [], lesson: null };

/** What is known of a claim: the newest verdict, and over it what waits to be stored. Null if nothing is known. */
export function standingOf(id) {
  const waiting = pendingFor(addressOf(id));
  const stored = said.get(id) ?? (waiting || claims.length ? NOTHING : null);
  if (!waiting) return stored;
  return { ...stored, fields: fieldsIn(new URLSearchParams(waiting.body)), warnings: [], diff: [], lesson: null, waiting };
}

/** What is stored of a claim; null if nothing is known. */
export const storedOf = (id) => said.get(id) ?? (claims.length ? NOTHING : null);

export const isDecided = (fields) => "label" in fields || "kept_skip" in fields;

/** The number of the next claim that is open, after one or else from the start; undefined if all are done. */
export function nextOpen(number) {
  const inTurn = [...claims.slice(number), ...claims.slice(0, number - 1)];
  return inTurn.find(({ id, isAsked }) => isAsked || !isDecided(standingOf(id).fields))?.number;
}
