/** The pages on which the reviewer decides about a change: which of two versions stands, or to which of the claims it
    goes that stand in the place of its own. What was decided goes through the outbox, so that it outlives a dead
    network. Without this file they are plain forms and links. */

import { claim, pendingFor, put, putInstead, renew, replace } from "./changes.js";
import { findAll } from "./page.js";
import { sendAsForm } from "./request.js";
import { answerWith, run } from "./saving.js";

const page = document.querySelector("[data-change]");

let decided = null; // The change that says what the reviewer has decided.

/** The change that this page is about: it is in the outbox, unless there is none. */
const findChange = async () => (await claim(page.dataset.change)) ?? pendingFor(page.dataset.url);

/** What a form of this page says, as a change. */
function changeIn(form) {
  const body = new URLSearchParams(new FormData(form));
  const { claimPage, title } = form.dataset;
  return {
    url: form.getAttribute("action"), body, revision: Number(body.get("revision")),
    page: claimPage, title, article: page.dataset.article,
  };
}

/** Keep what the form says in the place of the change, and send it. */
async function decide(form) {
  for (const button of findAll("button", page)) button.disabled = true;
  const change = await findChange();
  if (!change) decided = put(changeIn(form));
  else if ("keepsMine" in form.dataset) decided = renew(change, Number(form.elements.revision.value));
  else decided = putInstead(change, { ...changeIn(form), says: change.says });
  run();
}

/** Let the change go, and go where the link leads. */
async function discard(link) {
  const change = await findChange();
  if (change) await replace(change);
  location.replace(link.href);
}

function onClick(event) {
  const link = event.target.closest("a[data-discard], a[data-later]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if ("discard" in link.dataset) discard(link);
  else location.replace(link.href);
}

answerWith({
  saved: (answer, change) => change === decided && location.replace(`${answer.url}#claim-${answer.number}`),
  undecided: (change) => (change === decided || change.isWanted) && sendAsForm(change),
});
for (const link of findAll("[data-later]", page)) link.hidden = false;
page.addEventListener("click", onClick);
page.addEventListener("submit", (event) => {
  event.preventDefault();
  decide(event.target);
});
