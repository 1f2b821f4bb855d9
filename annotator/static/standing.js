/** Draws verdicts everywhere on the page: in the article, in the strip, in the counts. What was chosen is drawn at once
    and marked as pending; a change that is refused goes back to what is stored. */

import { claimIn, pendingFor, waiting } from "./changes.js";
import { addressOf, currentId, isDecided, standingOf, storedOf } from "./claims.js";
import { showFlag } from "./editing.js";
import { find, findAll, load, setIcon, swap } from "./page.js";
import { field, form } from "./request.js";
import { showTimes } from "./times.js";

const places = new Map(); // By claim: its links in the article and in the strip.
const open = new Set(); // The claims that are not done: without a decision, or asked about.
const pending = new Set(); // The claims that are drawn as pending.
let current = []; // The links of the claim in the panel.

/** Learn where the claims stand on the page, after it came or was changed. */
export function findClaims() {
  for (const kept of [places, open, pending]) kept.clear();
  for (const link of findAll("a[data-claim]", form())) {
    const id = Number(link.dataset.claim);
    places.set(id, [...(places.get(id) ?? []), link]);
    if (!link.dataset.look || find("[data-asked]", link)) open.add(id);
  }
  current = places.get(currentId()) ?? [];
}

/** Mark the claim that the panel shows. */
export function markCurrent(id) {
  for (const link of current) link.removeAttribute("aria-current");
  current = places.get(id) ?? [];
  for (const link of current) link.setAttribute("aria-current", "step");
}

/** Whether the page shows a claim under the number that it has now. */
export const isOnPage = ({ id, number }) => places.get(id)?.some((link) => link.id === `claim-${number}`) ?? false;

/** The look and the name of a verdict, as the page's own choices say them. */
function lookOf({ label, kept_skip: skip }) {
  const choice = label
    ? find(`#labels [name=label][value="${CSS.escape(label[0])}"]`)
    : skip && find(`#skip [value="${CSS.escape(skip[0])}"]`);
  const look = label ? (choice?.dataset.mark ?? "plain") : skip ? "skipped" : "";
  return { look, name: choice?.dataset.name ?? label?.[0] ?? form().dataset.openName };
}

/** Draw a claim as it was chosen or, if nothing waits or it was refused, as it is stored. */
export function paint(id) {
  const waiting = pendingFor(addressOf(id));
  const isPending = Boolean(waiting) && waiting.state !== "refused";
  const fields = (isPending ? standingOf(id) : storedOf(id))?.fields;
  if (isPending) pending.add(id);
  else pending.delete(id);
  for (const link of places.get(id) ?? []) {
    link.toggleAttribute("data-pending", isPending);
    if (fields) draw(link, lookOf(fields), "flagged" in fields);
  }
  if (fields) count(id, fields);
}

/** Change only what differs: the rest of the page need not be looked at again. */
function draw(link, { look, name }, isFlagged) {
  find("[data-flag]", link).hidden = !isFlagged;
  if (link.dataset.look === look && find("[data-name]", link).textContent === name) return;
  link.dataset.look = look;
  find("[data-name]", link).textContent = name;
  const icon = find(".verdict-icon", link);
  if (icon) setIcon(icon, look || "open");
}

function count(id, fields) {
  const isAsked = (places.get(id) ?? []).some((link) => find("[data-asked]", link));
  if (isDecided(fields) && !isAsked) open.delete(id);
  else open.add(id);
  find("#progress [data-left]").textContent = open.size;
  find("#progress [data-done]").textContent = places.size - open.size;
  find("#panel [data-undo]").disabled &&= !pending.size;
}

/** Draw again what waits to be stored, and what has waited until now. */
export function paintPending() {
  const changed = new Set([...pending, ...waiting().map(({ url }) => claimIn(url))]);
  for (const id of changed) if (places.has(id)) paint(id);
}

/** Draw every claim, after another visit or window has changed them. */
export function paintAll() {
  for (const id of places.keys()) paint(id);
}

/** Bring the page up to date with an answer. `isHere`: the form is this claim's, and no newer change of it waits. */
export function showVerdict(answer, isHere) {
  const isAnswered = isDecided(answer.fields);
  if (isAnswered) dropQuestion(answer.claim);
  paint(answer.claim);
  if (!pending.size) find("#panel [data-undo]").disabled = !answer.can_undo;
  if (!isHere) return;
  if (isAnswered) find("#asked")?.remove();
  field("revision").value = answer.revision;
  showStanding(answer.fields);
  showErrors({});
  if (answer.fields.kept_skip) for (const radio of findAll("#labels [name=label]")) radio.checked = false;
  refreshHistory(true);
  document.dispatchEvent(new CustomEvent("verdict-stored", { detail: answer }));
}

/** A claim that was cut anew is decided now: take the signs away that ask about it. */
function dropQuestion(id) {
  const marks = (places.get(id) ?? []).flatMap((link) => findAll("[data-asked]", link));
  if (!marks.length) return;
  for (const mark of marks) mark.remove();
  const left = findAll("#progress [data-asked]").length;
  find("#progress [data-to-confirm]").textContent = left;
  find("#progress .asked-count").hidden = !left;
}

/** Say in the panel whether the claim is skipped and flagged. */
export function showStanding(fields) {
  field("kept_skip").value = fields.kept_skip?.[0] ?? "";
  field("flagged").value = fields.flagged?.[0] ?? "";
  showFlag("flagged" in fields);
  find("#panel [data-skipped]").hidden = !fields.kept_skip;
  find("#panel [data-skipped-name]").textContent = lookOf(fields).name;
}

let isStale = false;

/** Another claim's history is none of this one: fetch it when it is opened. */
export function clearHistory() {
  find("#history-list").replaceChildren();
  isStale = true;
}

/** Fetch the history again if it is open; else when it is opened next. */
export async function refreshHistory(isNew = false) {
  isStale ||= isNew;
  if (!isStale || !find("#history")?.open) return;
  isStale = false;
  const { url } = form().dataset;
  const { parsed } = await load(url).catch(() => ({}));
  if (form().dataset.url !== url) return;
  if (parsed) swap(parsed, ["history-list"]);
  else isStale = true;
  showTimes();
}

/** Show messages at their fields, taking earlier ones away. */
export function showErrors(errors, general = "") {
  for (const old of findAll("#panel .field-error")) old.remove();
  for (const field of findAll("#panel [aria-invalid]")) field.removeAttribute("aria-invalid");
  const box = find("#refused");
  find("[data-reason]", box).textContent = general;
  box.hidden = !general;
  for (const [name, messages] of Object.entries(errors)) {
    const field = find(`#panel .field #${CSS.escape(name)}`);
    if (field) showError(field, messages.join(" "));
  }
}

function showError(field, text) {
  const message = document.createElement("p");
  message.className = "field-error";
  message.id = `${field.id}-error`;
  message.textContent = text;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", message.id);
  field.after(message);
}

export function watchHistory() {
  // "toggle" does not bubble, but it can be caught on the way down.
  document.addEventListener("toggle", (event) => {
    if (event.target.id === "history") refreshHistory();
  }, true);
}
