/** Opens what a change needs the reviewer for: the page with both versions, the page of a claim that was cut anew, or
    the words with which it was refused. */

import { claim, note, replace } from "./changes.js";
import { isTyping } from "./keys.js";
import { find } from "./page.js";
import { form, sendAsForm } from "./request.js";
import { answerWith, run } from "./saving.js";

const dialog = () => find("#refused-change");

/** A change has just turned out to need a decision: open it, if the reviewer is at its claim and writes nothing. */
function offerDecision(change) {
  const isHere = change.url === form()?.getAttribute("action") && !isTyping(document.activeElement);
  if (change.isWanted || (isHere && change.state !== "refused" && !find("dialog:modal"))) leaveFor(change);
}

/** Open a decision that the reviewer asks for. Things may be different by now, so the change is sent again first. */
export async function openDecision({ key }) {
  const change = await claim(key);
  if (!change) return;
  if (change.state === "refused") showRefused(change);
  else {
    note(change, { state: "waiting" });
    change.isWanted = true;
    run();
  }
}

function leaveFor(change) {
  change.isWanted = false;
  sendAsForm(change);
}

function showRefused(change) {
  const box = dialog();
  find("[data-title]", box).textContent = change.title;
  find("[data-message]", box).textContent = change.message;
  list(find("[data-says]", box), change.says);
  find("[data-open]", box).href = change.page;
  find("[data-discard]", box).onclick = () => {
    if (!confirmLoss(change)) return;
    replace(change);
    box.close();
  };
  box.showModal();
  find("h2", box).focus();
}

function list(element, texts) {
  element.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

/** Ask whether a change may go, naming what goes with it. */
export function confirmLoss({ title, says }) {
  return confirm([dialog().dataset.loss, title, ...says].join("\n"));
}

export function watchDecisions() {
  answerWith({ undecided: offerDecision });
  find("[data-later]", dialog()).addEventListener("click", () => dialog().close());
}
