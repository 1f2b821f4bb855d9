/** The annotate page: moves between claims without loading the page anew, and joins the modules that do the rest.
    The page works without it, by links and plain forms. */

import { askToSignIn, askWhichStands } from "./decisions.js";
import { flag, flush, isUnsaved, saveNow, setTouched, startClaim, undo, watchForm } from "./editing.js";
import { closeMenus } from "./menus.js";
import { find, load, say, swap } from "./page.js";
import { form, sendAsForm } from "./request.js";
import { answerWith, isSaved, settled } from "./saving.js";
import { showErrors, showVerdict, watchHistory } from "./standing.js";
import { showTimes } from "./times.js";
import { prepareWords, watchWords } from "./words.js";

const REGIONS = ["save", "progress", "article", "panel"];

/** Bring the current claim into view, unless it is there. */
function reveal() {
  const [claim, dock] = [find(".claim[aria-current]"), find(".dock")];
  find(".step[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!claim) return;
  const top = find("#progress").getBoundingClientRect().bottom;
  const isNarrow = getComputedStyle(dock).position === "sticky";
  const bottom = innerHeight - (isNarrow ? dock.offsetHeight : 0);
  const place = claim.getBoundingClientRect();
  if (place.top >= top && place.bottom <= bottom) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  claim.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}

/** Show another claim's page in this one; the focus goes to its heading. */
async function show(url, isNew) {
  const { parsed, url: final } = await load(url);
  const work = parsed.getElementById("work");
  if (!work) return location.assign(final); // The session has ended, or the article is gone.
  flush(); // What was typed while the page was on its way.
  const historyIsOpen = find("#history").open;
  swap(parsed, REGIONS);
  for (const name of ["action", "data-url", "data-next-url", "data-undo-url"]) form().setAttribute(name, work.getAttribute(name));
  find("#history").open = historyIsOpen;
  document.title = parsed.title;
  if (isNew) history.pushState(null, "", url);
  prepare();
  reveal();
  find("#claim-heading").focus({ preventScroll: true });
  say(`${find("#claim-heading").textContent.trim()}. ${find("#words .quote").textContent.trim()}`);
  return undefined;
}

/** Go to a claim once everything is saved; what cannot be saved now holds the page. */
async function go(url, isNew = true) {
  flush();
  if (!(await settled())) {
    if (!isSaved() || !confirm(form().dataset.leave)) return say(find("#save").textContent.trim());
  } else if (isUnsaved() && !confirm(form().dataset.leave)) return undefined;
  return show(url, isNew).catch(() => location.assign(url));
}

function goNext() {
  const url = form().dataset.nextUrl;
  if (url) return go(url);
  flush();
  return say(find("#claim-heading").textContent.trim());
}

async function skip(reason) {
  closeMenus();
  saveNow({ extra: { skip_reason: reason } });
  if (await settled()) goNext();
}

/** What a button of the form does, by the name and value that a plain form would send. */
function act({ name, value } = {}) {
  if (name === "skip_reason") return skip(value);
  if (name === "confirm") return saveNow({ extra: { confirm: value } });
  if (value === "next") return goNext();
  if (value === "flag") return flag();
  if (value === "undo") return undo();
  return flush();
}

/** A change is stored: show it, and move if that was its point. */
function onSaved(answer, change, isLast) {
  if (change.isUndo) return show(answer.url, answer.url !== form().dataset.url);
  const isConfirmed = change.body.has("confirm") && change.url === form().getAttribute("action");
  if (isConfirmed && isLast) return showConfirmed(answer);
  const isHere = change.url === form().getAttribute("action");
  showVerdict(answer, { isHere, isLast });
  if (!change.advances || !isHere || !isLast || !answer.next_open) return undefined;
  return go(answer.url.replace(/\d+$/, `${answer.next_open}#claim-${answer.next_open}`));
}

/** An earlier verdict was confirmed: the page shows it once it is loaded, and moves on if it should. */
async function showConfirmed(answer) {
  await show(form().dataset.url, false);
  if (document.body.dataset.advance === "on" && answer.next_open) {
    await go(answer.url.replace(/\d+$/, `${answer.next_open}#claim-${answer.next_open}`));
  }
}

function onRefused(answer, change) {
  setTouched(!change.isUndo);
  if (answer.recut) return offerNewClaims(change);
  return showErrors(answer.errors ?? {}, answer.detail ?? "");
}

/** The claim was cut anew meanwhile: a page of its own takes what was chosen to one of the new claims. */
function offerNewClaims(change) {
  const box = find("#recut-notice");
  box.hidden = false;
  find("[data-go-on]", box).onclick = () => {
    setTouched(false);
    sendAsForm(change);
  };
  find("#recut-notice-heading").focus();
  say(find("#recut-notice-heading").textContent);
}

function prepare() {
  startClaim();
  prepareWords();
  showTimes();
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

/** The browser's Back and Forward. If something unsaved holds the page, the address goes back to what it shows. */
async function onHistory() {
  if (location.pathname === form().dataset.url) return;
  await go(location.href, false);
  if (location.pathname !== form().dataset.url) history.replaceState(null, "", form().dataset.url);
}

answerWith({
  conflict: askWhichStands,
  signedOut: askToSignIn,
  refused: onRefused,
  saved: onSaved,
  reload: () => show(form().dataset.url, false),
});
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
addEventListener("popstate", onHistory);
watchForm();
watchHistory();
watchWords();
prepare();
reveal();
document.fonts?.ready.then(reveal);
