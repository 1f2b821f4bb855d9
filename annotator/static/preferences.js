/** Turns the switches of the key map without leaving the page. Without this file they are buttons of a plain form. */

import { findAll } from "./page.js";

/** Send the pressed switch; the page changes only once the server has answered. */
async function turn(button) {
  const body = new URLSearchParams(new FormData(button.form));
  body.set(button.name, button.value);
  const answer = await fetch(button.form.getAttribute("action"), { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) return;
  const isOn = button.value === "on";
  document.body.dataset[button.name] = button.value;
  for (const twin of findAll(`[data-switch][name="${button.name}"]`)) {
    twin.setAttribute("aria-pressed", String(isOn));
    twin.value = isOn ? "off" : "on";
  }
}

export function watchSwitches() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-switch]");
    if (!button) return;
    event.preventDefault();
    turn(button).catch(() => button.form.requestSubmit(button));
  });
}
