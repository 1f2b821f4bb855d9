/** The decisions that a save can need: which of two versions stands, and to sign in again. */

import { find, say } from "./page.js";
import { tryNow } from "./saving.js";
import { lookOf } from "./standing.js";

/** What a version says, as pairs of a field's name on the page and its value. */
function describe(version) {
  const text = (id) => find(`label[for="${id}"]`)?.firstChild.textContent.trim() ?? "";
  const kind = version.kind && find(`[name="kind_${CSS.escape(version.label)}"][value="${CSS.escape(version.kind)}"]`);
  const words = version.marks.map(([start, end]) => find(`[name=word][value="${start}-${end}"] + span`)?.textContent);
  return [
    [find("#labels legend").textContent, lookOf(version).name],
    ["", kind && kind.parentElement.textContent.trim()],
    [find("#words legend").textContent.split(/[:：]/)[0], words.filter(Boolean).join(" · ")],
    [text("source_name"), version.source_name],
    [text("evidence_url"), version.evidence_url],
    [text("note"), version.note],
  ].filter(([, value]) => value);
}

/** The version that a change wants, in the shape of the server's answers. */
function versionOf(body) {
  const label = body.get("skip_reason") ? null : body.get("label");
  return {
    label,
    kind: label && body.get(`kind_${label}`),
    skip_reason: body.get("skip_reason") || (label ? null : body.get("kept_skip")),
    marks: body.getAll("word").map((value) => value.split("-")),
    source_name: body.get("source_name"),
    evidence_url: body.get("evidence_url"),
    note: body.get("note"),
  };
}

function fill(list, version) {
  list.replaceChildren();
  for (const [name, value] of describe(version)) {
    for (const [tag, text] of [["dt", name], ["dd", value]]) {
      const element = document.createElement(tag);
      element.textContent = text;
      list.append(element);
    }
  }
}

function show(box, heading) {
  box.hidden = false;
  heading.focus();
  say(heading.textContent);
}

/** Ask which version should stand; answers true for the reviewer's own. */
export function askWhichStands(other, change) {
  const box = find("#conflict");
  fill(find("[data-mine]", box), versionOf(change.body));
  fill(find("[data-other]", box), other);
  show(box, find("#conflict-heading"));
  return new Promise((resolve) => {
    const decide = (keepsMine) => {
      box.hidden = true;
      resolve(keepsMine);
    };
    find("[data-keep-mine]", box).onclick = () => decide(true);
    find("[data-use-other]", box).onclick = () => decide(false);
  });
}

/** Show or hide that the session has ended. */
export function askToSignIn(isNeeded) {
  const box = find("#signed-out");
  if (!isNeeded) box.hidden = true;
  else if (box.hidden) {
    find("[data-try-again]", box).onclick = tryNow;
    show(box, find("#signed-out-heading"));
  }
}
