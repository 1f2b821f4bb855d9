/** Eases the set-up of a project: shows the address that its name makes, and only the fields that a choice asks for.
    The form works without it. */

import { find, findAll } from "./page.js";

const LONGEST = 60;

/** Make a short form of a name for addresses, as the server does for an empty field. */
function shortForm(name) {
  const plain = name.normalize("NFKD").replace(/[^ -~]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, LONGEST).replace(/-+$/, "");
}

/** Fill an address from another field, until somebody writes one. */
function followName(address) {
  const name = find(`[name="${address.dataset.madeFrom}"]`, address.form);
  let made = address.value === shortForm(name.value) ? address.value : "";
  if (address.value !== made) return;
  name.addEventListener("input", () => {
    if (address.value === made) address.value = made = shortForm(name.value);
  });
}

/** Show a field only while the choice that it belongs to is taken. */
function showWithChoice(field) {
  const [name, value] = field.dataset.onlyWith.split("=");
  const show = () => {
    field.closest(".field").hidden = field.form.elements[name].value !== value;
  };
  for (const choice of findAll(`[name="${name}"]`, field.form)) choice.addEventListener("change", show);
  show();
}

findAll("[data-made-from]").forEach(followName);
findAll("[data-only-with]").forEach(showWithChoice);
