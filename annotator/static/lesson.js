/** Shows what is learnt from a verdict on a training claim: the right answer and why, as the server tells them after it. */

import { currentId, standingOf } from "./claims.js";
import { find, setIcon } from "./page.js";
import { field } from "./request.js";

function show(lesson) {
  const box = find("#lesson");
  if (!box) return;
  box.hidden = !lesson;
  if (!lesson) return;
  box.classList.toggle("bad", !lesson.is_right);
  find("[data-heading]", box).textContent = lesson.heading;
  find("[data-explanation]", box).textContent = lesson.explanation;
  const chip = find(".chip", box);
  chip.dataset.look = lesson.look;
  find("[data-answer]", chip).textContent = lesson.answer;
  setIcon(find("svg", chip), lesson.look);
}

export function watchLesson() {
  document.addEventListener("verdict-stored", ({ detail }) => show(detail.lesson));
  document.addEventListener("claim-shown", () => {
    const standing = standingOf(currentId());
    if (standing) show(String(standing.revision) === field("revision").value ? standing.lesson : null);
  });
}
