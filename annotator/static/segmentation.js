/** The segmentation page: chooses claims and words by pointer, and shows previews without loading the page anew.
    The page works without it, by links and plain forms. */

import { find, findAll, load, say, send } from "./page.js";
import { showTimes } from "./times.js";

/** Where a pointer event stands in the text of an element, in code points; null if that cannot be known. */
function offsetIn(element, event) {
  const place = document.caretPositionFromPoint
    ? document.caretPositionFromPoint(event.clientX, event.clientY)
    : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const [node, units] = [place?.offsetNode ?? place?.startContainer, place?.offset ?? place?.startOffset];
  if (node !== element.firstChild || node?.nodeType !== Node.TEXT_NODE) return null;
  return [...node.data.slice(0, units)].length;
}

/** Put the main part of another page in the place of this one's; the focus goes to what is new in it. */
function show({ url, parsed }, isNew) {
  const main = parsed.getElementById("main");
  if (!parsed.getElementById("recut")) return location.assign(url); // The session has ended, or the article is gone.
  const place = scrollY;
  find("#main").replaceWith(document.adoptNode(main));
  const flash = find(".flash", parsed);
  find(".flash")?.remove();
  if (flash) find("#main").before(document.adoptNode(flash));
  document.title = parsed.title;
  if (isNew) history.pushState(null, "", url);
  scrollTo({ top: place, behavior: "instant" });
  showTimes();
  const target = find("[data-focus]") ?? find("#recut-heading");
  target?.focus({ preventScroll: true });
  const notes = [...findAll(".flash p, .recut-done [role=status]"), ...(target ? [target] : [])];
  say(notes.map((note) => note.textContent.trim()).join(" "));
  reveal();
  showHandle();
  return undefined;
}

/** Bring the chosen or changed claim into view, unless it is there. */
function reveal() {
  const claim = find("[data-current], [data-changed]");
  if (!claim) return;
  const [box, dock] = [claim.getBoundingClientRect(), find(".recut-dock")];
  const isFixed = dock && getComputedStyle(dock).position === "sticky";
  const bottom = innerHeight - (isFixed ? dock.offsetHeight : 0);
  if (box.top >= find(".bar").offsetHeight && box.bottom <= bottom) return;
  claim.scrollIntoView({ block: "center", behavior: "instant" });
}

let latest = 0;

/** Ask for a page and show it, unless something newer was asked for meanwhile. */
async function go(asking, fallback, isNew) {
  const mine = ++latest;
  try {
    const page = await asking;
    if (mine === latest) show(page, isNew);
  } catch {
    if (mine === latest) fallback();
  }
}

function onClick(event) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("#recut a[data-at], #recut a[data-cancel]");
  if (!link) return;
  event.preventDefault();
  // What was cancelled must not be saved by a key that follows at once.
  if ("cancel" in link.dataset) for (const element of findAll("#panel [data-key]")) delete element.dataset.key;
  const url = new URL(link.href);
  const offset = event.detail && link.dataset.at && link.closest(".recut-article") ? offsetIn(link, event) : null;
  if (offset !== null) url.searchParams.set("at", Number(link.dataset.at) + offset);
  go(load(url.href), () => location.assign(url.href), true);
}

function onSubmit(event) {
  const form = event.target;
  if (!form.matches("#recut, form[data-recut]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  const pressed = event.submitter;
  if (pressed?.name) body.set(pressed.name, pressed.value);
  go(send(form.getAttribute("action"), body), () => { find("#say").textContent = ""; form.submit(); }, isSaving(body));
}

/** A saved edit has an address of its own; a preview has not. */
const isSaving = (body) => body.has("confirmed") || body.get("action") === "undo";

/** Show the handle that splits the claim beside the chosen word. */
function showHandle() {
  const chosen = find(".cutter:has(:checked)");
  const button = find("#panel [name=action][value=split]:not(:disabled)");
  find(".recut-handle")?.remove();
  if (!chosen || !button) return;
  const handle = document.createElement("button");
  handle.className = "recut-handle";
  handle.name = "action";
  handle.value = "split";
  handle.setAttribute("aria-label", button.querySelector("span").textContent);
  handle.append(button.querySelector("svg").cloneNode(true));
  chosen.before(handle);
}

document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
document.addEventListener("change", (event) => {
  if (event.target.matches(".cutter input")) showHandle();
});
addEventListener("popstate", () => go(load(location.href), () => location.reload(), false));
showHandle();
reveal();
