/** Decision-tree mode: asks the codebook's questions one at a time. The last answer chooses the label, and the path that
    led there goes with the verdict. Without it, each answer is a button of a plain form. */

import { find, findAll, say } from "./page.js";
import { field } from "./request.js";

const tree = () => find("#tree");
const isOn = () => document.body.dataset.tree === "on" && tree();

let path = []; // The buttons that were pressed, in order.
let isOwn = false; // A label is chosen by the tree, not by hand.

const questionOf = (key) => find(`[data-question="${CSS.escape(key)}"]`, tree());
const questionIn = (button) => button.closest("[data-question]");
const valueOf = (buttons) => buttons.map((button) => button.value).join(" ");

/** Find the buttons that a stored path stands for; none if it does not fit the questions on the page. */
function buttonsFor(stored) {
  const found = [];
  for (const value of stored.split(" ").filter(Boolean)) {
    const button = find(`[name=answer][value="${CSS.escape(value)}"]`, tree());
    const asked = found.length ? found.at(-1).dataset.ask : find("[data-question]", tree()).dataset.question;
    if (!button || questionIn(button).dataset.question !== asked) return [];
    found.push(button);
  }
  return found;
}

/** Show the question that the path leads to, or at its end what it has led to and how. */
function show() {
  const last = path.at(-1);
  const asked = last ? last.dataset.ask : find("[data-question]", tree()).dataset.question;
  for (const question of findAll("[data-question]", tree())) question.hidden = question.dataset.question !== asked;
  const end = find("[data-tree-end]", tree());
  end.hidden = Boolean(asked);
  find("[data-tree-back]", tree()).disabled = !last;
  if (asked) return find("p", questionOf(asked));
  find("[data-ending]", end).textContent = endingOf(last.dataset, end.dataset);
  find("[data-path]", end).replaceChildren(...path.map(stepOf));
  return find("[data-ending]", end);
}

function endingOf({ label, kind, also, skip }, { skipText, alsoText }) {
  if (skip !== undefined) return skipText;
  const kindName = kind && kindBox(label, kind)?.parentElement.textContent.trim();
  return [labelBox(label)?.dataset.name, kindName, also !== undefined && alsoText].filter(Boolean).join(" · ");
}

function stepOf(button) {
  const step = find("#step-template").content.firstElementChild.cloneNode(true);
  find("span", step).textContent = find("p", questionIn(button)).textContent.trim();
  find("b", step).textContent = button.dataset.answer;
  return step;
}

const labelBox = (label) => find(`#labels [name=label][value="${CSS.escape(label)}"]`);
const kindBox = (label, kind) => find(`#panel [name="kind_${CSS.escape(label)}"][value="${CSS.escape(kind)}"]`);

/** Choose what the path has led to, as if by hand: that stores it. */
function choose({ label, kind, also, skip }) {
  field("path").value = valueOf(path);
  if (skip !== undefined) return openReasons();
  const box = labelBox(label);
  const kindChosen = kindBox(label, kind);
  if (kindChosen) kindChosen.checked = true;
  field("also_attributed").checked = also !== undefined;
  box.checked = true;
  isOwn = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  isOwn = false;
  return undefined;
}

/** The press that led here would close the menu again: it opens after that. */
function openReasons() {
  setTimeout(() => {
    find("#skip").open = true;
    find("#skip summary").focus();
  });
}

function answer(button) {
  path.push(button);
  const shown = show();
  say(shown.textContent.trim());
  shown.focus({ preventScroll: true }); // The button that was pressed is hidden now.
  if (!button.dataset.ask) choose(button.dataset);
}

/** Take the last answer back. What is stored stays, until the questions have led to something else. */
function goBack() {
  path.pop();
  field("path").value = "";
  const shown = show();
  shown.focus({ preventScroll: true });
  say(shown.textContent.trim());
}

function onClick(event) {
  const button = event.target.closest?.("#tree [name=answer]");
  if (!button) return;
  event.preventDefault();
  if (!isOn()) return;
  if ("treeBack" in button.dataset) goBack();
  else answer(button);
}

/** A label that is chosen by hand has no path. This runs before the change is stored. */
function onChange(event) {
  if (event.target.name !== "label" || isOwn || !tree()) return;
  path = [];
  field("path").value = "";
  show();
}

/** Say what is asked now: the question, or what kind of claim it is. */
function onTurned({ detail }) {
  if (detail.name !== "tree" || !tree()) return;
  say(find(detail.isOn ? "#tree [data-question]:not([hidden]) p, #tree [data-ending]" : "#labels legend").textContent.trim());
}

export function watchTree() {
  document.addEventListener("preference-turned", onTurned);
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange, true);
  document.addEventListener("claim-shown", () => {
    if (!tree()) return;
    path = buttonsFor(field("path").value);
    show();
  });
}
