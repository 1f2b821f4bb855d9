/** Shows an acknowledged verdict everywhere on the page: in the article, in the progress strip, in the counts. */

import { showFlag } from "./editing.js";
import { find, findAll, load, setIcon, swap } from "./page.js";
import { form } from "./request.js";
import { showTimes } from "./times.js";

/** The look and the name of a verdict, as the page's own choices say them. */
export function lookOf(verdict) {
  const choice = verdict.label
    ? find(`[name=label][value="${CSS.escape(verdict.label)}"]`)
    : verdict.skip_reason && find(`#skip [value="${CSS.escape(verdict.skip_reason)}"]`);
  const look = verdict.label ? (choice?.dataset.mark ?? "plain") : verdict.skip_reason ? "skipped" : "";
  return { look, name: choice?.dataset.name ?? verdict.label ?? form().dataset.openName };
}

/** Bring the page up to date. `isHere`: the form is this claim's; `isLast`: no newer change waits, so it follows too. */
export function showVerdict(verdict, { isHere, isLast }) {
  const { look, name } = lookOf(verdict);
  for (const link of findAll(`a[data-claim="${verdict.claim}"]`)) {
    link.dataset.look = look;
    find("[data-name]", link).textContent = name;
    find("[data-flag]", link).hidden = !verdict.flagged;
    for (const mark of findAll("[data-asked]", link)) mark.remove();
    const icon = find(".verdict-icon", link);
    if (icon) setIcon(icon, look || "open");
  }
  find("[data-done]").textContent = verdict.done;
  find("[data-left]").textContent = verdict.total - verdict.done;
  find("[data-undo]").disabled = !verdict.can_undo;
  const asked = new Set(findAll(".step:has([data-asked])")).size;
  if (find(".asked-count")) find(".asked-count").hidden = !asked;
  if (!isHere) return;
  if (verdict.label || verdict.skip_reason) find("#asked")?.remove();
  showForm(verdict, name, isLast);
  refreshHistory(true);
}

function showForm(verdict, name, isLast) {
  const fields = form().elements;
  fields.revision.value = verdict.revision;
  fields.kept_skip.value = verdict.skip_reason ?? "";
  find("[data-skipped]").hidden = !verdict.skip_reason;
  find("[data-skipped-name]").textContent = name;
  if (!isLast) return;
  fields.flagged.value = verdict.flagged ? "1" : "";
  showFlag(verdict.flagged);
  showErrors({});
  if (verdict.skip_reason) for (const radio of findAll("[name=label]")) radio.checked = false;
}

let isStale = false;

/** Fetch the history again if it is open; else when it is opened next. */
export async function refreshHistory(isNew = false) {
  isStale ||= isNew;
  if (!isStale || !find("#history")?.open) return;
  isStale = false;
  const { parsed } = await load(form().dataset.url).catch(() => ({}));
  if (parsed) swap(parsed, ["history-list"]);
  showTimes();
}

/** Show messages at their fields, taking earlier ones away. */
export function showErrors(errors, general = "") {
  for (const old of findAll("#work .field-error")) old.remove();
  for (const field of findAll("#work [aria-invalid]")) field.removeAttribute("aria-invalid");
  const box = find("#refused");
  box.textContent = general;
  box.hidden = !general;
  for (const [name, messages] of Object.entries(errors)) {
    const field = find(`#work .field #${CSS.escape(name)}`);
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
