/** Turns the switches of the key map without leaving the page. Without this file they are buttons of a plain form. */

import { find, findAll } from "./page.js";

/** Send the pressed switch; the page changes once the server has answered. The annotate page, which must not be left,
    changes at once, since the next key is meant for what was turned on, and turns back if the server refuses. Without a
    network it is not remembered. */
async function turn(button) {
  const body = new URLSearchParams(new FormData(button.form));
  body.set(button.name, button.value);
  const stays = Boolean(find("#work"));
  if (stays) show(button);
  const how = { method: "POST", body, redirect: "manual", keepalive: true }; // The page may be left before the answer.
  const sent = fetch(button.form.getAttribute("action"), how);
  const answer = await sent.catch(() => null);
  if (!answer && !stays) return button.form.requestSubmit(button);
  const isRefused = answer && answer.type !== "opaqueredirect" && !answer.ok;
  return isRefused === stays ? show(button) : undefined;
}

function show(button) {
  const isOn = button.value === "on";
  document.body.dataset[button.name] = button.value;
  for (const twin of findAll(`[data-switch][name="${button.name}"]`)) {
    twin.setAttribute("aria-pressed", String(isOn));
    twin.value = isOn ? "off" : "on";
  }
  document.dispatchEvent(new CustomEvent("preference-turned", { detail: { name: button.name, isOn } }));
}

export function watchSwitches() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-switch]");
    if (!button) return;
    event.preventDefault();
    turn(button);
  });
}
