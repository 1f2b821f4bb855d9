/** Shows the neutral rewrite in its card's one line, and what it changes: the words taken out and those put in. */

import { currentId, standingOf } from "./claims.js";
import { find } from "./page.js";
import { field } from "./request.js";

const TAGS = { del: "del", ins: "ins" };

function showDifference(parts) {
  const box = find("#diff");
  box.hidden = !parts.length;
  box.replaceChildren(...parts.map(([kind, text]) => {
    if (!TAGS[kind]) return text;
    const part = find("#diff-template").content.querySelector(TAGS[kind]).cloneNode(true);
    find("[data-words]", part).textContent = text;
    return part;
  }));
}

function showLine() {
  find("#panel [data-rewrite]").textContent = find("#rewrite").value;
}

export function watchRewrite() {
  document.addEventListener("verdict-stored", ({ detail }) => showDifference(detail.diff));
  document.addEventListener("claim-shown", () => {
    showLine();
    const standing = standingOf(currentId());
    if (standing && String(standing.revision) === field("revision").value) showDifference(standing.diff);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "rewrite") showLine();
  });
}
