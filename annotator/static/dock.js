/** Keeps what has the focus out from under the dock: where the dock stays at the bottom of the window, a page that
    scrolls to a control leaves as much room as the dock takes, which changes with the claim. */

import { find } from "./page.js";

const root = document.documentElement;
let dock = null;

function makeRoom() {
  const isOver = getComputedStyle(dock).position === "sticky";
  root.style.scrollPaddingBlockEnd = isOver ? `calc(${dock.offsetHeight}px + 1rem)` : "";
}

/** Watch the dock; each page that is fetched brings another. */
export function watchDock() {
  const observer = new ResizeObserver(makeRoom);
  document.addEventListener("claim-shown", () => {
    if (dock === find(".dock")) return;
    observer.disconnect();
    dock = find(".dock");
    observer.observe(dock);
  });
}
