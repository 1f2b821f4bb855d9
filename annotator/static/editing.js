/** Notices what the reviewer changes in the form and hands it over for saving: choices at once, text after a pause. */

import { find, findAll } from "./page.js";
import { form } from "./request.js";
import { isSaved, send } from "./saving.js";
import { showState } from "./state.js";

const PAUSE = 700; // Milliseconds after the last key.

let timer = 0;
let isTouched = false; // There is something on the page that no request carries yet.
let shownAt = performance.now();

/** Start to measure how long this claim is looked at, and forget what was touched in the one before. */
export function startClaim() {
  clearTimeout(timer);
  isTouched = false;
  shownAt = performance.now();
}

export const isUnsaved = () => isTouched || !isSaved();

/** Mark that everything on the page is on its way or refused. */
export function setTouched(value) {
  isTouched = value;
}

/** Send the form as it stands. `extra` are more fields; an empty label goes with a skip. */
export function saveNow({ extra = {}, advances = false } = {}) {
  clearTimeout(timer);
  isTouched = false;
  const body = new URLSearchParams(new FormData(form()));
  body.set("action", "save");
  body.set("seconds", ((performance.now() - shownAt) / 1000).toFixed(1));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  send({ url: form().getAttribute("action"), body, advances, isSkip: "skip_reason" in extra });
}

/** Send what waits for the pause after typing, if anything does. */
export function flush() {
  if (isTouched) saveNow();
}

export function flag() {
  const field = form().elements.flagged;
  field.value = field.value ? "" : "1";
  showFlag(field.value === "1");
  saveNow();
}

/** Show whether the claim is flagged, on every button that says so. */
export function showFlag(isFlagged) {
  for (const button of findAll("[data-flag-button]")) button.setAttribute("aria-pressed", String(isFlagged));
}

/** Ask for a step back, after everything before it. */
export function undo() {
  flush();
  send({ url: form().dataset.undoUrl, body: new URLSearchParams({ action: "undo" }), isUndo: true });
}

function onChange(event) {
  if (!form()?.contains(event.target) || event.target.matches("[data-text]")) return;
  if (event.target.name === "label") saveNow({ advances: document.body.dataset.advance === "on" });
  else saveNow();
}

function onInput(event) {
  if (!event.target.matches?.("#work [data-text]")) return;
  isTouched = true;
  showState("unsaved");
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
}

export function watchForm() {
  document.addEventListener("change", onChange);
  document.addEventListener("input", onInput);
  addEventListener("beforeunload", (event) => {
    if (find("#work") && isUnsaved()) event.preventDefault();
  });
}
