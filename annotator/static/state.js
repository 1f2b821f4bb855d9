/** The line in the bar that says how saving stands. Its words come from the page, so that they are translated. */

import { find, setIcon } from "./page.js";
import { showTime } from "./times.js";

const ICONS = { saved: "saved", saving: "clock", unsaved: "clock" };

const stateShown = () => find("#save")?.dataset.state;

/** Show when the claim on the page was stored last, as long as everything is. */
export function showSavedTime(iso) {
  const time = find("#save [data-save-time]");
  if (stateShown() !== "saved") return;
  time.hidden = !iso;
  if (iso) showTime(find("time", time), iso);
}

/** Show a state in the bar, on pages that have the line; `iso` is the moment of the last acknowledgement. */
export function showState(name, iso) {
  const box = find("#save");
  if (!box) return;
  if (box.dataset.state !== name) {
    box.dataset.state = name;
    find("[data-save-text]", box).textContent = box.getAttribute(`data-${name}`);
    setIcon(find(".icon", box), ICONS[name] ?? "alert");
  }
  if (!iso) return;
  const time = find("[data-save-time]", box);
  time.hidden = false;
  showTime(find("time", time), iso);
}
