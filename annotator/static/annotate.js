/** The annotate page: goes from claim to claim, and joins the modules that do the rest. What is known of a claim is
    shown at once, without the server; else its page is fetched. The page works without it, by links and plain forms. */

import { watchCard } from "./card.js";
import { claimIn, pendingFor } from "./changes.js";
import { addressOf, claimAt, claimsAreKnown, claimsInOrder, currentId, currentNumber } from "./claims.js";
import { loadClaims, nextOpen, numberIn, pageOf, remember, standingOf } from "./claims.js";
import { watchDock } from "./dock.js";
import { flag, flush, isTouched, saveNow, startClaim, undo, watchForm } from "./editing.js";
import { closeMenus } from "./menus.js";
import { watchLesson } from "./lesson.js";
import { arrived, underWay, watchMoving } from "./moving.js";
import { find, load, say, swap } from "./page.js";
import { fillPanel, layOver } from "./panel.js";
import { watchRefusal } from "./refusal.js";
import { field, form } from "./request.js";
import { answerWith, isSaved, whyBlocked } from "./saving.js";
import { watchRewrite } from "./rewrite.js";
import { findClaims, isOnPage, paint, paintAll, paintPending, refreshHistory } from "./standing.js";
import { showErrors, showVerdict, watchHistory } from "./standing.js";
import { hear } from "./tabs.js";
import { showTimes } from "./times.js";
import { watchTree } from "./tree.js";
import { watchWarnings } from "./warnings.js";
import { prepareWords, watchWords } from "./words.js";

const REGIONS = ["progress", "article", "panel"];
const ADDRESSES = ["action", "data-url", "data-next-url", "data-undo-url", "data-work-url", "data-title"];
const LONG_AWAY = 60_000; // Milliseconds after which another window may have changed what this one shows.

let going = 0; // Counts the ways that were taken: one that waits for the server gives way to a newer one.

/** Bring the current claim into view, unless it is there. Reads the page's places once, after all changes. */
function reveal() {
  const [claim, dock] = [find(".claim[aria-current]"), find(".dock")];
  const isNarrow = getComputedStyle(dock).position === "sticky";
  const top = find("#progress").getBoundingClientRect().bottom;
  const bottom = innerHeight - (isNarrow ? dock.offsetHeight : 0);
  const place = claim?.getBoundingClientRect();
  find(".step[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!claim || (place.top >= top && place.bottom <= bottom)) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  claim.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}

/** Go to a claim: what was typed is on its way to be stored, and needs no waiting for. */
function go(url, isNew = true) {
  flush();
  const claim = claimAt(numberIn(url));
  if (!claim) return underWay(fetchClaim(url, isNew));
  going += 1;
  // Before anything changes: the browser keeps the place of the page that is left, and would have to find it anew.
  if (isNew) history.pushState(null, "", url);
  fillPanel(claim);
  return arrive();
}

/** Go to a claim as soon as it is known or, if its page alone says all about it, as soon as that has come. */
async function fetchClaim(url, isNew) {
  const turn = ++going;
  await claimsAreKnown();
  if (turn !== going) return undefined;
  return claimAt(numberIn(url)) ? go(url, isNew) : fetchPage(url, isNew);
}

/** Fetch a claim's page and show it in this one. */
async function fetchPage(url, isNew) {
  const turn = ++going;
  try {
    const { parsed, url: final } = await load(url);
    if (turn !== going) return undefined;
    const work = parsed.getElementById("work");
    if (!work) return location.assign(final); // The session has ended, or the article is gone.
    flush(); // What was typed while the page was on its way.
    return showPage(parsed, work, url, isNew);
  } catch (error) {
    if (!(error instanceof TypeError)) return location.assign(url);
    return showErrors({}, form().dataset.unreachable); // Without a network; the page stays as it is.
  }
}

function showPage(parsed, work, url, isNew) {
  const historyIsOpen = find("#history").open;
  swap(parsed, isSaved() ? ["save", ...REGIONS] : REGIONS);
  for (const name of ADDRESSES) form().setAttribute(name, work.getAttribute(name));
  find("#history").open = historyIsOpen;
  document.title = parsed.title;
  findClaims();
  showWaiting();
  if (isNew) history.pushState(null, "", url);
  arrive();
  if (!claimsInOrder().length) loadClaims();
}

/** The claim is on the page: begin with it, and let the reader know. */
function arrive() {
  closeMenus();
  document.dispatchEvent(new CustomEvent("claim-shown"));
  find("#claim-heading").focus({ preventScroll: true });
  reveal();
  say(`${find("#claim-heading").textContent.trim()}. ${find("#words .quote").textContent.trim()}`);
  arrived();
}

function goNext() {
  const url = form().dataset.nextUrl;
  if (url) return go(url);
  flush();
  return say(find("#claim-heading").textContent.trim());
}

/** Go on by itself, to the next claim that is open, if the reader has asked for that. */
function advance() {
  return document.body.dataset.advance === "on" && underWay(goToOpen());
}

async function goToOpen() {
  const [here, turn] = [currentNumber(), going];
  if (!nextOpen(here)) await claimsAreKnown();
  const number = nextOpen(here);
  return number && turn === going && go(pageOf(number));
}

function skip(reason) {
  saveNow({ skip_reason: reason });
  closeMenus(); // The last claim has no next one to go to.
  goNext();
}

let stopWaiting = () => {}; // Ends the wait for a step back whose answer will not come soon.

/** Take the last change back. Which claim that leads to only the server knows: its answer is a way to that claim. */
function stepBack() {
  if (!undo() || whyBlocked()) return undefined;
  return underWay(new Promise((resolve) => { stopWaiting = resolve; }));
}

/** What a button of the form does, by the name and value that a plain form would send. */
function act({ name, value } = {}) {
  if (name === "skip_reason") return skip(value);
  if (name === "confirm") return saveNow({ confirm: value });
  if (value === "next") return goNext();
  if (value === "flag") return flag();
  if (value === "undo") return stepBack();
  return flush();
}

/** A change is stored: show it, and move if that was its point. */
function onSaved(answer, change) {
  remember(answer);
  const isHere = answer.claim === currentId() && !pendingFor(change.url);
  showVerdict(answer, isHere && !change.isUndo);
  if (change.isUndo) return stopWaiting(go(answer.url, answer.url !== form().dataset.url));
  if (!isHere || !new URLSearchParams(change.body).has("confirm")) return undefined;
  go(form().dataset.url, false);
  return advance();
}

/** A change was refused: its claim is drawn as it is stored. Why, refusal.js says, and here of a step back. */
function onRefused(answer, change) {
  claimsAreKnown().then(() => paint(claimIn(change.url)));
  if (!change.isUndo) return;
  showErrors({}, answer.detail);
  stopWaiting();
}

function onClick(event) {
  const link = event.target.closest?.("a[data-nav]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href);
}

function onSubmit(event) {
  if (event.target !== form()) return;
  event.preventDefault();
  act(event.submitter ?? undefined);
}

/** The browser's Back and Forward. If a claim cannot be shown, the address goes back to the one that is. */
async function onHistory() {
  if (location.pathname === form().dataset.url) return;
  await go(location.href, false);
  // The browser gives the focus to what the address names, as soon as this is done.
  setTimeout(() => find("#claim-heading").focus({ preventScroll: true }));
  if (location.pathname !== form().dataset.url) history.replaceState(null, "", form().dataset.url);
}

/** Ask again for what is known of the claims, and show what another window or device has changed. */
async function catchUp() {
  isBehind = false;
  if (!(await loadClaims())) return undefined;
  if (!claimsInOrder().every(isOnPage)) return fetchPage(form().dataset.url, false);
  paintAll();
  const claim = claimAt(currentNumber());
  const isNewer = claim && standingOf(claim.id).revision > Number(field("revision").value);
  if (!isNewer || isTouched() || pendingFor(addressOf(claim.id))) return undefined;
  fillPanel(claim);
  return document.dispatchEvent(new CustomEvent("claim-shown"));
}

/** Show what waits to be stored, as it does from the moment it was chosen, or since an earlier visit. */
function showWaiting() {
  paintPending();
  if (!isTouched()) layOver();
}

let hiddenAt = 0;
let isBehind = false; // Another window has stored something of this article.

function onVisibility() {
  if (document.visibilityState === "hidden") hiddenAt = performance.now();
  else if (isBehind || performance.now() - hiddenAt > LONG_AWAY) catchUp();
}

/** The reader turns to this window: what it shows is brought up to date before a key can be pressed in it. */
function onFocus() {
  if (isBehind) catchUp();
}

document.addEventListener("claim-shown", () => {
  startClaim();
  prepareWords();
  showTimes();
  refreshHistory();
});
document.addEventListener("outbox-changed", () => {
  showWaiting();
  if (whyBlocked()) stopWaiting();
});
answerWith({ refused: onRefused, saved: onSaved });
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
document.addEventListener("visibilitychange", onVisibility);
addEventListener("popstate", onHistory);
addEventListener("focus", onFocus);
hear("stored", (article) => { isBehind ||= article === form().dataset.article; });
watchMoving();
watchForm({ onLabel: advance });
watchHistory();
watchRefusal(() => go(form().dataset.url, false));
watchWords();
watchCard();
watchDock();
watchRewrite();
watchTree();
watchLesson();
watchWarnings();
findClaims();
document.dispatchEvent(new CustomEvent("claim-shown"));
reveal();
document.fonts?.ready.then(reveal);
// What is not on the screen can wait until what is has been painted.
requestAnimationFrame(() => setTimeout(() => claimsAreKnown().then(showWaiting)));
