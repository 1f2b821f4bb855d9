/** Lets the words of a claim be one stop of the Tab key: arrows move between them, Space marks. What it marks (loaded
    words, words that name the source, cue words) says the pen: each word has a box for each pen, and one shows. */

import { find, findAll } from "./page.js";

const words = () => findAll("#words .word");
const boxIn = (word) => find(`[name="${find("[name=pen]:checked").value}"]`, word);
const stop = () => find("#words .word:has([tabindex='0'])");

/** Make a word of the claim; `roles` are the fields that mark it. */
export function wordElement(text, value, roles) {
  const word = find("#word-template").content.firstElementChild.cloneNode(true);
  for (const box of findAll("input", word)) {
    Object.assign(box, { value, checked: roles.includes(box.name) });
    box.setAttribute("aria-label", text);
  }
  find("span", word).textContent = text;
  describe(word);
  return word;
}

/** Say at each box of a word what the other pens have marked it as. */
function describe(word) {
  const boxes = findAll("input", word);
  for (const box of boxes) {
    const others = boxes.filter((other) => other !== box && other.checked).map(({ name }) => `pen-name-${name}`);
    if (others.length) box.setAttribute("aria-describedby", others.join(" "));
    else box.removeAttribute("aria-describedby");
  }
}

/** Begin with a claim: take the pen for loaded words, and make the first word the stop. */
export function prepareWords() {
  find("#pen-word").checked = true;
  words().forEach((word, index) => setStop(word, index === 0));
}

function setStop(word, isStop) {
  for (const box of findAll("input", word)) box.tabIndex = isStop ? 0 : -1;
}

function moveStop(to) {
  for (const word of findAll("#words .word:has([tabindex='0'])")) setStop(word, false);
  setStop(to, true);
}

function enter() {
  const word = stop();
  if (word) boxIn(word).focus();
}

/** Take a pen and go to the words with it. */
function take(name) {
  find(`#pen-${name}`).checked = true;
  enter();
}

function stepFor(key, here, last) {
  const isMirrored = find("#words .quote").dir === "rtl";
  const steps = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1, Home: -here, End: last - here };
  return steps[key];
}

function onKey(event) {
  if (!event.target.matches?.(".word input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = words();
  const here = all.indexOf(event.target.parentElement);
  const step = stepFor(event.key, here, all.length - 1);
  if (step === undefined) return;
  event.preventDefault();
  moveStop(all[Math.min(Math.max(here + step, 0), all.length - 1)]);
  enter();
}

/** A pen that was taken by its key leads to the words; one that was clicked or chosen by arrows does not. */
function onClick(event) {
  const link = event.target.closest?.("a[data-pen]");
  if (link) {
    event.preventDefault();
    take(link.dataset.pen);
  } else if (event.target.matches?.("[name=pen]") && !event.isTrusted) enter();
}

export function watchWords() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => {
    if (event.target.matches(".word input")) describe(event.target.parentElement);
  });
  // A word that was clicked becomes the stop.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".word input")) moveStop(event.target.parentElement);
  });
}
