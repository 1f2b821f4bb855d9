/** Single-key shortcuts. An element says which key is its own with data-key, a choice which digit with data-digit. */

import { closeDialog } from "./dialogs.js";
import { closeMenus } from "./menus.js";
import { find, say } from "./page.js";

const TYPING = "textarea, select, input:not([type=radio], [type=checkbox])";
const PRESSABLE = "button, a, summary";

const isOff = () => document.body.dataset.keys === "off";
const ownerOf = (key) => find(`[data-key="${key}"]:not(:disabled)`);

const BRACKETS = { BracketLeft: "[", BracketRight: "]" };

/** The letter of a key. On layouts that are not Latin the physical key says which, or J and K die on an Arabic one. */
function letterOf(event) {
  if (/^[ -~]$/.test(event.key)) return event.key.toLowerCase();
  return /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? BRACKETS[event.code] ?? event.key;
}

/** Press, focus or enter the element that a key belongs to. */
function use(element) {
  if (element.matches("summary")) element.focus();
  if (element.matches(PRESSABLE)) element.click();
  else if (element.matches("fieldset")) find("[tabindex='0']", element)?.focus();
  else element.focus();
}

/** The choice that a digit picks: a reason while the reasons to skip are open, else a label. */
function choiceOf(digit) {
  const root = find("details[data-menu][open]:has([data-digit])") ?? find("#labels");
  return root && find(`[data-digit="${digit}"]`, root);
}

function pick(choice) {
  if (!choice.checked) choice.click();
  say(choice.dataset.name);
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
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
    const next = ownerOf("Enter");
    if (next) {
      event.preventDefault();
      next.click();
    }
    return;
  }
  const isTyping = target.matches(TYPING) || target.isContentEditable;
  if (isOff() || isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (find("dialog:modal")) return;
  const element = elementFor(event);
  if (!element) return;
  event.preventDefault();
  if (element.dataset.digit) pick(element);
  else use(element);
}

export function watchKeys() {
  document.addEventListener("keydown", onKey);
}
