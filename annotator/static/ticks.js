/** Ticks all boxes of a list, or none. */

import { find, findAll } from "./page.js";

const buttons = find("[data-ticks]");
if (buttons) {
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-tick]")?.dataset.tick;
    if (!wanted) return;
    for (const box of findAll(`input[name=${buttons.dataset.ticks}]`)) box.checked = wanted === "all";
  });
}
