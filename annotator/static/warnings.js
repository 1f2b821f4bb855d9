/** Says quietly what does not go together in a verdict, as the server has found it. */

import { currentId, standingOf } from "./claims.js";
import { find } from "./page.js";
import { field } from "./request.js";

function show(sentences) {
  const list = find("#warnings ul");
  const saidAtTheNote = find("#note-hint").textContent.trim();
  const wanted = sentences.filter((sentence) => sentence !== saidAtTheNote);
  // What is said already is not said again.
  if (wanted.join("\n") === [...list.children].map((line) => line.textContent).join("\n")) return;
  list.replaceChildren(...wanted.map((sentence) => {
    const line = document.createElement("li");
    line.textContent = sentence;
    return line;
  }));
}

export function watchWarnings() {
  document.addEventListener("verdict-stored", ({ detail }) => show(detail.warnings));
  document.addEventListener("claim-shown", () => {
    const standing = standingOf(currentId());
    if (standing && String(standing.revision) === field("revision").value) show(standing.warnings);
  });
}
