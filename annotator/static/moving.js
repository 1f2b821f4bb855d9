/** Holds the keys that are pressed while the page is on its way to another claim: they are meant for that claim. They
    are pressed again when it is shown; if it cannot be reached, they are dropped. */

const MODIFIERS = ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock"];
const ALWAYS = [...MODIFIERS, "Tab", "Escape"]; // Keys that change nothing of a claim.

let way = null; // The way that is being gone, until it has led somewhere.
let held = [];

/** Take a way: keys wait until `arrived` is called, or the way has ended without that. */
export async function underWay(promise) {
  way = promise;
  document.getElementById("panel").setAttribute("aria-busy", "true");
  try {
    return await promise;
  } finally {
    if (way === promise) {
      held = [];
      end();
    }
  }
}

function end() {
  way = null;
  document.getElementById("panel").removeAttribute("aria-busy");
}

/** The claim is shown: give it the keys that were meant for it. One of them may lead on, and the rest with it. */
export function arrived() {
  end();
  while (held.length && !way) press(held.shift());
}

function press({ key, code, ctrlKey, metaKey, shiftKey }) {
  const target = document.activeElement;
  const again = { key, code, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  // A key that would have been text in a field that the keys before it have led to is text.
  if (target.dispatchEvent(new KeyboardEvent("keydown", again)) && target.matches("[data-text]") && key.length === 1) {
    document.execCommand("insertText", false, key);
  }
}

function onKey(event) {
  if (!way || event.isComposing || ALWAYS.includes(event.key) || event.target.closest("dialog")) return;
  const isCommand = event.ctrlKey || event.metaKey || event.altKey;
  if (isCommand && event.key !== "Enter") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) held.push(event);
}

export function watchMoving() {
  addEventListener("keydown", onKey, true);
}
