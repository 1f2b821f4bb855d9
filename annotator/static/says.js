/** Says in a few words what the form holds, so that a change has a name also where its claim is not on the page. */

import { find, findAll } from "./page.js";

/** The words of an element without its key and its hints. */
function textOf(element) {
  const copy = element.cloneNode(true);
  for (const extra of findAll(".optional, .key, .visually-hidden", copy)) extra.remove();
  return copy.textContent.trim();
}

/** Each thing that was chosen, marked or written; `reason` is why the claim is skipped, if it is. */
export function whatIsSaid(reason) {
  const label = reason ? find(`#skip [value="${CSS.escape(reason)}"]`) : find("#labels [name=label]:checked");
  const kind = label && find(`#panel [name="kind_${CSS.escape(label.value)}"]:checked`);
  const words = findAll("#words .word:has(:checked) span").map((word) => word.textContent);
  const texts = findAll("#panel [data-text]").filter(({ value }) => value.trim());
  return [
    label?.dataset.name,
    kind?.value && textOf(kind.parentElement),
    words.join(" "),
    ...texts.map((field) => `${textOf(field.labels[0])}: ${field.value.trim()}`),
  ].filter(Boolean);
}
