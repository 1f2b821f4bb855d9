/** Lets the words of a claim be one stop of the Tab key: arrows move between them, Space marks. */

import { find, findAll } from "./page.js";

const boxes = () => findAll(".word input");

/** Make the first word the stop; all the others are reached by arrows. */
export function prepareWords() {
  boxes().forEach((box, index) => { box.tabIndex = index ? -1 : 0; });
}

function stepFor(key, here, last) {
  const isMirrored = find("#words .quote").dir === "rtl";
  const steps = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1, Home: -here, End: last - here };
  return steps[key];
}

function onKey(event) {
  const all = boxes();
  const here = all.indexOf(event.target);
  if (here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = stepFor(event.key, here, all.length - 1);
  if (step === undefined) return;
  event.preventDefault();
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  all[here].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

export function watchWords() {
  document.addEventListener("keydown", onKey);
  // A word that was clicked becomes the stop.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches(".word input")) return;
    for (const box of boxes()) box.tabIndex = box === event.target ? 0 : -1;
  });
}
