/** Sends the changes of this tab strictly one after the other, and says truthfully how they stand.

    A change keeps its key and its fields until the server has stored or refused it, so a retry never counts twice.
    One that needs a decision steps aside: those of other claims go on. "Saved" is said only after the last
    acknowledgement. */

import { begin, fireChanged, isOnlyHere, isUndecided, look, me, waiting } from "./changes.js";
import { note, put, replace, settle } from "./changes.js";
import { askSession, post, useToken } from "./request.js";
import { showState } from "./state.js";
import { hear, tell } from "./tabs.js";

const LONGEST_WAIT = 30; // Seconds between two tries.
const STUCK = 5; // Tries after which a change that breaks the server lets others pass.

let ready = null; // Resolves when the changes of earlier pages are here.
let isRunning = false;
let blocked = ""; // Why nothing is sent now: offline, server, signed-out or somebody-else.
let failures = 0; // Tries since the last answer.
let wake = null; // Ends the wait of a blocked change before its time.
let hasShown = false; // Before that the bar says what the server wrote there.
let answers = {}; // What the page does about an outcome: saved, refused, undecided, signedOut, signedIn.

export const isSaved = () => waiting().length === 0;
export const whyBlocked = () => blocked;

/** Whether nothing can be sent before the reviewer signs in. */
export const isSignInNeeded = () => blocked === "signed-out" || blocked === "somebody-else";

export function answerWith(functions) {
  answers = { ...answers, ...functions };
}

/** Queue a change, and keep it in the outbox meanwhile. */
export function send(change) {
  put(change);
  run();
}

/** Keep a change that is still being made: it is sent when it comes by `send`, or by the next page if this one dies. */
export function keep(change) {
  put({ ...change, isDraft: true });
}

/** Try blocked changes again now, in all tabs. */
export function tryNow() {
  wake?.();
  tell({ try: true });
}

/** Send everything that can be sent. */
export async function run() {
  if (isRunning || !nextChange()) return;
  isRunning = true;
  await ready;
  for (let change = nextChange(); change; change = nextChange()) await stepSafely(change);
  isRunning = false;
  showStanding();
}

/** The first change that can be sent: one that waits, with none before it that it has to follow. */
function nextChange() {
  let stuck = null;
  for (const change of waiting()) {
    if (isUndecided(change) || change.isDraft || isHeld(change)) continue;
    if (!change.isStuck) return change;
    stuck ??= change;
  }
  return stuck;
}

/** Whether a change has to follow one before it: of the same claim, or a step back and what it takes back. */
function isHeld(change) {
  const before = waiting().slice(0, waiting().indexOf(change));
  return before.some(({ id, url, isUndo, article }) => (
    url === change.url || id === change.takesBack || (isUndo && article === change.article)
  ));
}

/** A mistake in showing an outcome must neither lose a change nor stop those that come after it. */
async function stepSafely(change) {
  try {
    change.isSending = true;
    await step(change);
  } catch (error) {
    console.error(error);
    if (waiting().includes(change)) await pause("server", 0);
  } finally {
    change.isSending = false;
  }
}

/** Send a change once, and do what its answer asks for. */
async function step(change) {
  change.isTried = true;
  showStanding();
  const { key } = change;
  const { status, answer, seconds } = await post(change);
  if (change.key !== key) return sayAnew(change, answer);
  if (!isOurs(status, answer)) return retryLater(change, status, seconds);
  if (status === 200) return accept(change, answer);
  if (status === 409 && "current" in answer) return stepAside(change, "conflict", answer);
  if (status === 409 && answer.recut) return stepAside(change, "recut", answer);
  if (status === 401 || (status === 400 && !change.isRenewed)) return renewSession(change);
  change.isRenewed = false;
  if (status === 429 || status >= 500) return retryLater(change, status, seconds);
  return refuse(change, answer);
}

/** Whether the server itself has answered, and not a proxy or the sign-in page of a hotel's network on its way. */
const isOurs = (status, answer) => (status === 200 ? Number.isInteger(answer?.revision) : answer?.status === status);

/** The reviewer has decided about a change while it was on its way: what they decided comes after what was stored. */
function sayAnew(change, answer) {
  change.revision = Math.max(change.revision, answer?.revision ?? 0);
}

function accept(change, answer) {
  failures = 0;
  settle(change, answer);
  tell({ stored: change.article });
  if (isSaved()) showState("saved", answer.at);
  tellPage("saved", answer, change);
  fireChanged();
}

/** Tell the page what became of a change, if it shows its article. */
function tellPage(outcome, answer, change) {
  const article = document.getElementById("work")?.dataset.article;
  if (!article || article === change.article) answers[outcome]?.(answer, change);
}

async function retryLater(change, status, seconds) {
  const tries = change.tries + 1;
  note(change, { tries, isStuck: status === 500 && tries >= STUCK, isWanted: false });
  if (change.isStuck && nextChange() !== change) return undefined;
  return pause(status >= 400 ? "server" : "offline", seconds);
}

/** Wait, showing why, until the time is over or somebody asks to try now; longer after each failure. */
async function pause(reason, seconds) {
  failures += 1;
  const backOff = Math.min(LONGEST_WAIT, 2 ** (failures - 1) * (1 + Math.random() / 2));
  await block(reason, Math.max(seconds, backOff));
}

async function block(reason, seconds) {
  blocked = reason;
  fireChanged();
  await new Promise((resolve) => {
    wake = resolve;
    if (seconds) setTimeout(resolve, seconds * 1000);
  });
  wake = null;
  blocked = "";
}

/** The session has ended, or another one began: wait until this person is signed in, then go on. */
async function renewSession(change) {
  for (;;) {
    const session = await askSession();
    if (!session) await pause("offline", 0);
    else if (String(session.person) !== me()) await waitForSignIn(session.person ? "somebody-else" : "signed-out");
    else {
      useToken(session.csrf);
      change.isRenewed = true;
      answers.signedIn?.();
      fireChanged();
      return;
    }
  }
}

function waitForSignIn(reason) {
  const isOver = block(reason, 0);
  answers.signedOut?.();
  return isOver;
}

/** Let a change wait for the reviewer's decision, while those of other claims go on. */
function stepAside(change, state, answer) {
  failures = 0;
  const isKept = note(change, { state, message: answer.detail ?? "", errors: answer.errors ?? {} });
  isKept.then(() => isUndecided(change) && answers.undecided?.(change));
}

/** Keep what the server will never take until the reviewer mends it or lets it go; a step back has nothing to keep. */
function refuse(change, answer) {
  if (change.isUndo) replace(change);
  else stepAside(change, "refused", answer);
  tellPage("refused", answer, change);
}

/** Show how saving stands, as soon as there is something of this page's own to say. */
function showStanding() {
  hasShown ||= !isSaved();
  if (!hasShown) return undefined;
  if (blocked) return showState(isSignInNeeded() ? "signed-out" : "offline");
  const states = new Set(waiting().map(({ state }) => state));
  if (isRunning && nextChange()) return showState("saving");
  if (states.has("conflict")) return showState("conflict");
  if (states.has("refused") || states.has("recut")) return showState("refused");
  return states.size ? showState("unsaved") : showState("saved");
}

function onVisible() {
  if (document.visibilityState !== "visible") return;
  wake?.();
  look();
}

/** Begin to send what waits, on any page where somebody is signed in. */
export function startSaving() {
  document.addEventListener("outbox-changed", showStanding);
  ready = begin(run).catch(console.error);
  hear("try", () => wake?.());
  hear("signedIn", () => wake?.());
  addEventListener("online", () => wake?.());
  addEventListener("focus", () => wake?.());
  document.addEventListener("visibilitychange", onVisible);
  addEventListener("beforeunload", (event) => {
    if (isOnlyHere()) event.preventDefault();
  });
  // A page that the browser had kept aside may show what is no longer so.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (document.getElementById("work") && !isOnlyHere()) location.reload();
    else look();
  });
}
