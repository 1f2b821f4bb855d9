/** The card of who is speaking: its one line of summary, the words that the pens have marked, and the chain of claims
    that one quotation runs through. */

import { find, findAll, say } from "./page.js";

const currentClaim = () => find(".claim[aria-current]");

/** Set, before the form is filled, which claim's quotation can be continued, and which one is, should it be gone;
    the cards are folded, unless that needs a look. */
export function prepareChain(number, continues = "") {
  const before = find(`#claim-${number - 1}`)?.dataset.claim ?? "";
  const [box, kept] = [find("#continues"), find("#continued")];
  Object.assign(box, { value: before, disabled: !before });
  box.closest("label").hidden = !before;
  kept.value = continues === before ? "" : continues;
  kept.closest("label").hidden = !kept.value;
  for (const card of findAll("#panel .card-part")) card.open = card.contains(kept) && Boolean(kept.value);
  for (const name of findAll("#panel [data-previous]")) name.textContent = name.dataset.pattern.replace("{number}", number - 1);
}

/** Say on the panel and in the article whether the claim continues the one before, or one that was cut anew. */
function showChain() {
  const state = find("#continues").checked ? "joined" : find("#continued").checked ? "orphan" : "";
  for (const line of findAll("#panel .claim-card [data-chain]")) line.hidden = line.dataset.chain !== state;
  const place = find(".claim-number", currentClaim());
  const sign = find("[data-chain]", place);
  if ((sign?.dataset.chain ?? "") === state) return;
  sign?.remove();
  if (state) place.append(find(`#chain-signs`).content.querySelector(`[data-chain=${state}]`).cloneNode(true));
}

/** A claim continues one other at most; what P has changed is said, because the card may be folded. */
function chooseChain(box) {
  if (box.checked) for (const other of findAll("#panel [name=continues]")) other.checked = other === box;
  showChain();
  const line = box.checked ? find(".claim-card [data-chain]:not([hidden])") : find("#claim-heading");
  say(line.textContent.trim());
}

function showSummary() {
  const chosen = findAll("#source_kind, #speech").filter((choice) => choice.value);
  const texts = [find("#source_name").value.trim(), ...chosen.map((choice) => choice.selectedOptions[0].textContent)];
  find("#panel [data-summary]").textContent = texts.filter(Boolean).join(" · ");
}

function showMarked() {
  for (const place of findAll("#panel [data-marked]")) {
    const marked = findAll(`#words .word:has([name="${place.dataset.marked}"]:checked)`);
    place.textContent = marked.map((word) => word.textContent).join(" ");
  }
}

/** Begin with a claim. */
function prepare() {
  showChain();
  showSummary();
  showMarked();
}

/** Unfold a card and enter it. A key that is pressed again leads into it again; only a click folds it. */
function enter(card) {
  card.open = true;
  find("input:not([type=hidden]), textarea", card).focus();
}

function onClick(event) {
  const link = event.target.closest?.("a[data-enter]");
  const summary = event.target.closest?.("summary[data-enter]");
  if (!link && (!summary || event.isTrusted)) return;
  event.preventDefault();
  enter(link ? find(link.hash) : summary.parentElement);
  if (link) find("#continues:not(:disabled), #continued").focus();
}

export function watchCard() {
  document.addEventListener("claim-shown", prepare);
  document.addEventListener("click", onClick);
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("#attribution")) showSummary();
    if (event.target.name === "continues") chooseChain(event.target);
    if (event.target.matches?.(".word input")) showMarked();
  });
}
