/** The line under the bar that says which changes the server does not have yet, why, and what can be done about it.
    It is silent while all is well. Its words come from the page. */

import { inOtherTabs, isTroubled, isUndecided, isUnkept, waiting } from "./changes.js";
import { openDecision } from "./decisions.js";
import { readAll } from "./outbox.js";
import { find, findAll } from "./page.js";
import { isSignInNeeded, tryNow, whyBlocked } from "./saving.js";
import { openSignIn } from "./signing.js";

const box = () => find("#outbox");

/** Whether the page itself asks about a change (static/versions.js). */
const isAskedHere = ({ key }) => key === find("[data-change]")?.dataset.change;

/** The changes that are worth a word: those of other tabs only once they did not arrive. */
function troubled() {
  const elsewhere = inOtherTabs().filter(isTroubled);
  const all = [...waiting(), ...elsewhere].filter((change) => !isUndecided(change) || !isAskedHere(change));
  return whyBlocked() || elsewhere.length || all.some(isUndecided) ? all : [];
}

function show() {
  const changes = troubled();
  const undecided = changes.find(isUndecided);
  const reason = whyBlocked() || undecided?.state || "offline";
  const isShown = changes.length > 0;
  box().toggleAttribute("data-shown", isShown);
  box().toggleAttribute("data-unkept", isUnkept());
  write("[data-count]", isShown ? box().dataset.number.replace("{number}", changes.length) : "");
  write("[data-why]", isShown ? box().getAttribute(`data-${reason}`) : "");
  write("[data-where]", isShown ? box().getAttribute(isUnkept() ? "data-page-only" : "data-kept") : "");
  const way = isSignInNeeded() ? "sign-in" : undecided && !whyBlocked() ? "decide" : "try";
  for (const button of findAll("button", box())) button.hidden = !isShown || !button.hasAttribute(`data-${way}`);
  // What sticks to the top of the page stands below the line.
  document.documentElement.style.setProperty("--outbox-height", `${isShown ? box().offsetHeight : 0}px`);
}

/** A live region speaks each time it is written to. */
function write(part, text) {
  const element = find(part, box());
  if (element.textContent !== text) element.textContent = text;
}

function onClick({ target }) {
  if (target.closest("[data-try]")) tryNow();
  else if (target.closest("[data-sign-in]")) openSignIn();
  else if (target.closest("[data-decide]")) openDecision(troubled().find(isUndecided));
}

export function watchOutbox() {
  document.addEventListener("outbox-changed", show);
  box().addEventListener("click", onClick);
}

/** On the page to sign in: say how many changes this browser keeps until those who made them sign in again. */
export async function showKept() {
  const kept = await readAll();
  const note = find("#kept");
  if (!kept?.length) return;
  find("[data-count]", note).textContent = kept.length;
  note.hidden = false;
}
