/** Sends changes strictly one after the other, and says truthfully how each stands.

    A change keeps its key and its fields until the server has stored or refused it, so a retry never counts twice.
    "Saved" is shown only after the acknowledgement of the last change. */

import { RETRY_SECONDS, form, newKey, post, renewToken } from "./request.js";
import { showState, stateShown } from "./state.js";

const queue = []; // Changes that are not stored yet, the oldest first.
const stored = new Map(); // The last revision that the server has acknowledged, by the address of the claim.
let isRunning = false;
let isBlocked = false; // The first change waits for the network, for a decision or for a sign-in.
let watchers = []; // Those who wait until everything is stored.
let wake = null; // Ends the wait of a blocked change before its time.
let answers = {}; // What the page does about an outcome: saved, conflict, reload, signedOut, refused.

export const isSaved = () => queue.length === 0;

export function answerWith(functions) {
  answers = functions;
}

/** Queue a change. One that was never sent gives way to a newer one of the same claim, which says all that it said. */
export function send(change) {
  const last = queue.at(-1);
  const isMerged = last && !last.isTried && !last.isUndo && !last.isSkip && !change.isUndo && last.url === change.url;
  if (isMerged) queue.pop();
  queue.push({
    ...change,
    advances: change.advances || (isMerged && last.advances),
    key: newKey(),
    revision: Number(form().elements.revision.value),
    isTried: false,
  });
  if (!isRunning) run();
}

/** Wait until all is stored; answers false as soon as that needs more than the network. */
export function settled() {
  if (isSaved()) return Promise.resolve(true);
  if (isBlocked) return Promise.resolve(false);
  return new Promise((resolve) => watchers.push(resolve));
}

function tell(isDone) {
  for (const resolve of watchers.splice(0)) resolve(isDone);
}

/** Try a blocked change again now. */
export function tryNow() {
  wake?.();
}

async function run() {
  isRunning = true;
  while (queue.length) await stepSafely(queue[0]);
  isRunning = false;
  tell(true);
}

/** A mistake in showing an outcome must neither lose a change nor stop those that come after it. */
async function stepSafely(change) {
  try {
    await step(change);
  } catch (error) {
    console.error(error);
    if (queue[0] === change) await pause("offline", RETRY_SECONDS);
  }
}

/** Send the first change once, and do what its answer asks for. */
async function step(change) {
  if (!change.isTried) {
    showState("saving");
    change.revision = Math.max(change.revision, stored.get(change.url) ?? 0);
    change.isTried = true;
  }
  const { status, answer, seconds } = await post(change);
  if (status === 200) await accept(change, answer);
  else if (status === 409 && answer.current) await decide(change, answer.current);
  else if (status === 401 || (status === 400 && !change.isRenewed)) await renew(change);
  else if (status === 0 || status === 429 || status >= 500) await pause("offline", seconds);
  else refuse(change, answer);
}

async function accept(change, answer) {
  queue.shift();
  if (!change.isUndo) stored.set(change.url, answer.revision);
  if (isSaved()) showState("saved", answer.at);
  answers.signedOut(false);
  await answers.saved(answer, change, isSaved());
}

/** Wait, showing why, until the time is over or somebody asks to try now. */
async function pause(state, seconds) {
  showState(state);
  isBlocked = true;
  tell(false);
  await new Promise((resolve) => {
    wake = resolve;
    if (seconds) setTimeout(resolve, seconds * 1000);
  });
  isBlocked = false;
  wake = null;
}

/** Let the reader choose between two versions: "mine" is sent again on top of the other, with a key of its own. */
async function decide(change, other) {
  showState("conflict");
  isBlocked = true;
  tell(false);
  const keepsMine = await answers.conflict(other, change);
  isBlocked = false;
  if (keepsMine) return Object.assign(change, { revision: other.revision, key: newKey() });
  queue.length = 0;
  return answers.reload();
}

/** The session has ended, or another one began: wait for a sign-in if nobody is signed in, then go on. */
async function renew(change) {
  const outcome = await renewToken();
  if (outcome === "no answer") return pause("offline", RETRY_SECONDS);
  if (outcome === "somebody else") return refuse(change, { detail: form().dataset.otherPerson });
  change.isRenewed = outcome === "renewed";
  if (change.isRenewed) return undefined;
  answers.signedOut(true);
  return pause("signed-out", 0);
}

/** Give a change up that the server will never take; what it said stays on the page, with the reason. */
function refuse(change, answer) {
  queue.shift();
  showState("refused");
  answers.signedOut(false);
  answers.refused(answer, change);
  tell(false);
}

addEventListener("online", tryNow);
addEventListener("focus", () => {
  if (stateShown() === "signed-out") tryNow();
});
