/** Single-key shortcuts. An element says which key is its own with data-key, a choice which digit with data-digit. */

import { closeDialog } from "./dialogs.js";
import { closeMenus } from "./menus.js";
import { find, findAll, say } from "./page.js";

const TYPING = "textarea, select, input:not([type=radio], [type=checkbox])";
const PRESSABLE = "button, a, summary";

const isOff = () => document.body.dataset.keys === "off";

/** Whether keys that are pressed at an element are text. */
export const isTyping = (element) => element.matches(TYPING) || element.isContentEditable;

/** Whose key it is: of several, the first that can be seen. */
function ownerOf(key) {
  const owners = findAll(`[data-key="${key}"]:not(:disabled, [hidden])`);
  return owners.find((owner) => owner.checkVisibility()) ?? owners[0];
}

const BRACKETS = { BracketLeft: "[", BracketRight: "]" };

/** The letter of a key. On layouts that are not Latin the physical key says which, or J and K die on an Arabic one. */
function letterOf(event) {
  if (/^[ -~]$/.test(event.key)) return event.key.toLowerCase();
  return /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? BRACKETS[event.code] ?? event.key;
}

/** Press, focus or enter the element that a key belongs to; what is folded away unfolds first. */
function use(element) {
  if (element.matches("summary")) element.focus();
  if (element.matches(`${PRESSABLE}, [data-press]`)) return element.click();
  element.closest("details:not([data-menu])")?.setAttribute("open", "");
  if (element.matches("fieldset")) return (find(":checked", element) ?? find("input", element)).focus();
  return element.focus();
}

/** The choice that a digit picks: a reason while the reasons to skip are open, an answer in the tree, else a label. */
function choiceOf(digit) {
  const tree = document.body.dataset.tree === "on" && find("#tree");
  const root = find("details[data-menu][open]:has([data-digit])") ?? (tree || find("#labels"));
  return root && findAll(`[data-digit="${digit}"]`, root).find((choice) => !choice.closest("[hidden]"));
}

function pick(choice) {
  if (!choice.checked) choice.click();
  if (choice.dataset.name) say(choice.dataset.name);
}

/** Leave what is open: a menu, a dialog, or the field that one is typing in. */
function escape(element) {
  if (closeMenus() || closeDialog() !== null) return;
  if (element.matches(`${TYPING}, .word input, .cutter input`)) {
    find("#claim-heading, #recut-heading")?.focus({ preventScroll: true });
  } else if (!isOff()) ownerOf("Escape")?.click();
}

function elementFor(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  // A digit row that needs Shift still gives digits by its place; Shift and a digit gives a sign such as "?".
  if (digit && !event.shiftKey) return choiceOf(digit);
  const key = letterOf(event);
  if (key === "Enter" && event.target.matches(PRESSABLE)) return null;
  if (!/^[a-z?[\]]$|^Enter$/.test(key)) return null;
  return (event.shiftKey && ownerOf(`Shift+${key.toUpperCase()}`)) || ownerOf(key);
}

function onKey(event) {
  const target = event.target;
  if (event.defaultPrevented || event.isComposing || !target.matches) return;
  if (event.key === "Escape") return escape(target);
  if (find("dialog:modal")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
    const next = ownerOf("Enter");
    if (next) {
      event.preventDefault();
      next.click();
    }
    return;
  }
  if (isOff() || isTyping(target) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const element = elementFor(event);
  if (!element) return;
  event.preventDefault();
  if (element.dataset.digit) pick(element);
  else use(element);
}

export function watchKeys() {
  document.addEventListener("keydown", onKey);
}
