/** Opens the pages that help with the work beside it: the key map as a dialog, the guidelines as a drawer. What is
    searched for there stays there. */

import { find, load } from "./page.js";
import { showTimes } from "./times.js";

const WIDE = "(min-width: 62.01rem)";

/** Close the open dialog; answers which address it showed, null if there was none. */
export function closeDialog() {
  const dialog = find("dialog[open]");
  dialog?.close();
  return dialog?.dataset.url ?? null;
}

/** Open the part of a page that is marked data-part; the same link again closes it. */
async function openDialog(url, isDrawer) {
  if (closeDialog() === url) return;
  const { parsed } = await load(url);
  const dialog = build(find("[data-part]", parsed), url, isDrawer);
  const from = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.body.classList.remove("has-drawer");
    from?.focus?.({ preventScroll: true });
  });
  document.body.append(dialog);
  // On a wide page the drawer pushes the work aside, so that the labels stay in reach.
  document.body.classList.toggle("has-drawer", isDrawer);
  if (isDrawer && matchMedia(WIDE).matches) dialog.show();
  else dialog.showModal();
  find("#part-heading", dialog).focus();
}

function build(part, url, isDrawer) {
  const dialog = document.createElement("dialog");
  dialog.dataset.url = url;
  dialog.classList.toggle("drawer", isDrawer);
  dialog.setAttribute("aria-labelledby", "part-heading");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "tool";
  close.textContent = document.body.dataset.close;
  close.addEventListener("click", () => dialog.close());
  const [bar, body] = [document.createElement("div"), document.createElement("div")];
  bar.className = "dialog-bar";
  body.className = "dialog-body";
  bar.append(close);
  body.append(document.adoptNode(part));
  dialog.append(bar, body);
  showTimes(dialog);
  stayInside(dialog);
  return dialog;
}

/** Follow links and send searches that are marked data-inside within the dialog. */
function stayInside(dialog) {
  const turnTo = (event, url) => {
    event.preventDefault();
    turn(dialog, url).catch(() => location.assign(url));
  };
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-inside]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) turnTo(event, link.href);
  });
  dialog.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-inside]");
    if (form) turnTo(event, `${form.action}?${new URLSearchParams(new FormData(form))}`);
  });
}

/** Show the part of another page in a dialog that is open; what was found, or its heading, takes the focus. */
async function turn(dialog, url) {
  const { parsed } = await load(url);
  find("[data-part]", dialog).replaceWith(document.adoptNode(find("[data-part]", parsed)));
  dialog.scrollTop = 0;
  (find("#found", dialog) ?? find("#part-heading", dialog)).focus();
}

export function watchDialogLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog], a[data-drawer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // Where the link leads to is open already: on its own page it does nothing more.
    if (new URL(link.href).pathname === location.pathname) return;
    event.preventDefault();
    openDialog(link.href, "drawer" in link.dataset).catch(() => location.assign(link.href));
  });
}
