/** Copies what a field or a list shows, at the press of a button, which is there only where that works. */

import { find, findAll } from "./page.js";

const textOf = (part) => part.value ?? [...(findAll("li", part).length ? findAll("li", part) : [part])].map((line) => line.textContent.trim()).join("\n");

async function copy(button) {
  await navigator.clipboard.writeText(textOf(find(button.dataset.copy)));
  const label = find("span", button);
  const before = label.textContent;
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = before; }, 3000);
}

export function watchCopying() {
  if (!navigator.clipboard) return;
  for (const button of findAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button).catch(() => find(button.dataset.copy).select?.()));
  }
}
