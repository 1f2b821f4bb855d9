/** Notices what the reviewer changes in the form and hands it over for saving: choices at once, text after a pause. */

import { isUndecided, lastChange, pendingFor } from "./changes.js";
import { currentId } from "./claims.js";
import { openDecision } from "./decisions.js";
import { body as bodyOfForm } from "./fields.js";
import { findAll } from "./page.js";
import { field, form } from "./request.js";
import { keep, send } from "./saving.js";
import { whatIsSaid } from "./says.js";
import { paint } from "./standing.js";

const PAUSE = 700; // Milliseconds after the last key.
const DECISIONS = ["label", "skip_reason", "kept_skip", "confirm"];

let timer = 0;
let hasText = false; // There is something on the page that no request carries yet.
let shownAt = performance.now();
let onLabel = null;

/** Start to measure how long this claim is looked at, and forget what was touched in the one before. */
export function startClaim() {
  clearTimeout(timer);
  hasText = false;
  shownAt = performance.now();
}

/** Whether something on the page is not on its way yet. */
export const isTouched = () => hasText;

/** What the form says as it stands, with more fields. */
function changeOf(extra = {}) {
  const body = bodyOfForm();
  body.set("action", "save");
  body.set("seconds", ((performance.now() - shownAt) / 1000).toFixed(1));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  const url = form().getAttribute("action");
  // An earlier decision that was confirmed shows in no field before the server has taken it.
  const confirmed = new URLSearchParams(pendingFor(url)?.body).get("confirm");
  if (confirmed && !DECISIONS.some((name) => body.get(name))) body.set("confirm", confirmed);
  const says = whatIsSaid(extra.skip_reason);
  return { url, body, says, isSkip: "skip_reason" in extra };
}

/** Send the form as it stands, with more fields, and draw the claim as it was chosen. */
export function saveNow(extra = {}) {
  clearTimeout(timer);
  hasText = false;
  send(changeOf(extra));
  paint(currentId());
}

/** Send what waits for the pause after typing, if anything does. */
export function flush() {
  if (hasText) saveNow();
}

export function flag() {
  const flagged = field("flagged");
  flagged.value = flagged.value ? "" : "1";
  showFlag(flagged.value === "1");
  saveNow();
}

/** Show whether the claim is flagged, on every button that says so. */
export function showFlag(isFlagged) {
  for (const button of findAll("#panel [data-flag-button]")) button.setAttribute("aria-pressed", String(isFlagged));
}

/** Ask for a step back, after everything before it; a change that needs a decision can be given up there. Answers
    whether a step back was sent. */
export function undo() {
  flush();
  const last = lastChange(form().dataset.article);
  const isSent = !last || !isUndecided(last);
  if (!isSent) openDecision(last);
  else send({ url: form().dataset.undoUrl, body: new URLSearchParams({ action: "undo" }), isUndo: true });
  return isSent;
}

function onChange({ target }) {
  if (target.form !== form() || target.matches("[data-text]")) return;
  saveNow();
  if (target.name === "label") onLabel();
}

function onInput(event) {
  if (!event.target.matches?.("#work [data-text]")) return;
  hasText = true;
  keep(changeOf());
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
}

/** Watch the form; `onLabel` is called when a label was chosen. */
export function watchForm(answers) {
  onLabel = answers.onLabel;
  document.addEventListener("change", onChange);
  document.addEventListener("input", onInput);
  // A page that is left, or hidden by a phone, may never come back.
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush();
  });
}
