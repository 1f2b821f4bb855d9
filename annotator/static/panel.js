/** Fills the panel with another claim from what is known of it, without the server: its words, what was said of it,
    where it stands and its neighbours. */

import { prepareChain } from "./card.js";
import { addressOf, claimsInOrder, currentId, currentNumber, pageOf, standingOf } from "./claims.js";
import { fill, isShown } from "./fields.js";
import { find, findAll } from "./page.js";
import { field, form } from "./request.js";
import { clearHistory, markCurrent, showErrors, showStanding } from "./standing.js";
import { showSavedTime } from "./state.js";
import { wordElement } from "./words.js";

const ROLES = ["word", "speaker", "cue"]; // The fields that mark words.

/** Show a claim in the panel, and mark it in the article and in the strip. */
export function fillPanel(claim) {
  const standing = standingOf(claim.id);
  Object.assign(form().dataset, { url: pageOf(claim.number).split("#")[0], nextUrl: nextOf(claim) });
  form().setAttribute("action", addressOf(claim.id));
  showPlace(claim);
  markCurrent(claim.id);
  showWords(claim, standing.fields);
  show(standing);
  showErrors({});
  clearHistory();
  showSavedTime(standing.time);
}

const nextOf = ({ number }) => (number < claimsInOrder().length ? pageOf(number + 1) : "");

/** Put what waits to be stored into the form, if that shows something else, as it does when the page was loaded. */
export function layOver() {
  const [claim, standing] = [claimsInOrder()[currentNumber() - 1], standingOf(currentId())];
  if (!claim || !standing.waiting || isShown(standing.fields)) return;
  showWords(claim, standing.fields);
  show(standing);
  document.dispatchEvent(new CustomEvent("claim-shown"));
}

/** Give the form what stands or waits. */
function show({ revision, fields }) {
  prepareChain(currentNumber(), fields.continues?.[0]);
  fill(fields);
  field("revision").value = revision;
  showStanding(fields);
}

/** Write the claim's number, its neighbours, and the other addresses that go with it. */
function showPlace(claim) {
  const heading = find("#claim-heading [data-pattern]");
  heading.textContent = heading.dataset.pattern.replace("{number}", claim.number);
  document.title = form().dataset.title.replace("{number}", claim.number);
  const panel = find("#panel");
  for (const link of findAll("[data-neighbour]", panel)) {
    const number = claim.number + (link.rel === "prev" ? -1 : 1);
    link.hidden = number < 1 || number > claimsInOrder().length;
    if (link.hidden) link.removeAttribute("href");
    else link.href = pageOf(number);
  }
  const recut = find("[data-recut]", panel);
  if (recut) recut.href = recut.getAttribute("href").replace(/at=\d+#at-\d+$/, `at=${claim.start}#at-${claim.start}`);
  const others = find("[data-others]", panel);
  if (others) others.href = others.getAttribute("href").replace(/\d+\/others$/, `${claim.id}/others`);
  const ask = find("a[data-ask]", panel);
  ask.href = ask.getAttribute("href").replace(/\d+\/thread$/, `${claim.id}/thread`);
  find("[data-repeat]", panel).hidden = !claim.isRepeat;
  find("#asked")?.remove();
}

/** Cut the claim's words out of the article as the server would; its numbers count code points. */
function showWords(claim, fields) {
  const marks = ROLES.map((role) => (fields[role] ?? []).map((value) => value.split("-").map(Number)));
  const letters = [...quoteOf(claim)];
  const pieces = [];
  let at = 0;
  claim.words.forEach((length, index) => {
    const [text, start] = [letters.slice(at, at + length).join(""), claim.start + at];
    at += length;
    const end = claim.start + at;
    const roles = ROLES.filter((_, role) => marks[role].some(([first, last]) => first < end && start < last));
    if (length) pieces.push(index % 2 ? wordElement(text, `${start}-${end}`, roles) : text);
  });
  pieces.push(letters.slice(at).join(""));
  find("#words .quote").replaceChildren(...pieces);
}

/** The claim's words as the article has them: without the chip at their end. */
function quoteOf(claim) {
  const link = find(`#claim-${claim.number}`);
  const words = document.createRange();
  words.setStart(link, 0);
  words.setEndBefore(find(".claim-number", link));
  return words.toString();
}
