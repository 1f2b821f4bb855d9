/** Shows at a claim why the server has refused its last change, and lets the reviewer give it up; what they mend is
    saved as ever. A change that was given up, here or in another tab, gives way to what is stored. */

import { isUndecided, pendingFor, replace } from "./changes.js";
import { confirmLoss } from "./decisions.js";
import { find } from "./page.js";
import { form } from "./request.js";
import { showErrors } from "./standing.js";

let shown = null; // The undecided change of the claim as it is on the page: its key and state.
let onGone = null;

function undecided() {
  const change = pendingFor(form().getAttribute("action"));
  return change && isUndecided(change) ? change : null;
}

function show() {
  const change = undecided();
  const wasGivenUp = shown && !pendingFor(form().getAttribute("action"));
  if (change?.key === shown?.key && change?.state === shown?.state) return;
  shown = change && { key: change.key, state: change.state };
  const isRefused = change?.state === "refused";
  find("[data-give-up]").hidden = !isRefused;
  if (isRefused) showErrors(change.errors, change.message);
  if (wasGivenUp) onGone();
}

/** `givenUp` is called when a change was given up, to show what is stored. */
export function watchRefusal(givenUp) {
  onGone = givenUp;
  document.addEventListener("outbox-changed", show);
  document.addEventListener("claim-shown", () => {
    shown = null;
    show();
  });
  document.addEventListener("click", ({ target }) => {
    const change = target.closest?.("[data-give-up]") && undecided();
    if (change && confirmLoss(change)) replace(change);
  });
}
