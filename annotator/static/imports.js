/** Keeps the page of an import up to date while it is under way, and tells screen readers every quarter and the end. */

import { find, load, say, swap } from "./page.js";
import { showTimes } from "./times.js";

const PAUSE = 1000; // Milliseconds between two looks.
const LONGEST_PAUSE = 15_000; // After looks that got no answer.

const progress = () => find("#job-progress");
const isUnderWay = () => progress()?.dataset.state === "under-way";

let pause = PAUSE;

/** Fetch this page again and show what is new; answers false if it is no longer the reader's to see. */
async function look() {
  const { parsed } = await load(location.href);
  const there = parsed.getElementById("job-progress");
  if (!there) return false;
  const isNews = there.dataset.quarter !== progress().dataset.quarter || there.dataset.state === "ended";
  const parts = ["job-progress"];
  // A link that has the focus must not vanish under the fingers.
  if (!find("#job-results").contains(document.activeElement) || there.dataset.state === "ended") parts.push("job-results");
  swap(parsed, parts);
  if (!isUnderWay()) end();
  showTimes(find("main"));
  if (isNews) say(progress().dataset.said);
  return true;
}

/** Take away what only makes sense while it runs, without losing the focus. */
function end() {
  const form = find("#job-cancel");
  const hadFocus = form?.contains(document.activeElement) || document.activeElement === document.body;
  form?.remove();
  if (hadFocus) find("#job-heading").focus({ preventScroll: true });
}

async function follow() {
  try {
    // Signed out, or no longer of the project: the page itself says so.
    if (!document.hidden && !await look()) return location.reload();
    pause = PAUSE;
  } catch {
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
  if (isUnderWay()) setTimeout(follow, pause);
}

if (isUnderWay()) setTimeout(follow, PAUSE);
