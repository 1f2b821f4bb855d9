/** Shows times, which stand in UTC in the page, in the reader's own time zone and in digits of the interface. */

import { findAll } from "./page.js";

const FORMS = {
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  moment: { dateStyle: "medium", timeStyle: "short" },
};

/** Write one moment in the form that the element asks for. */
export function showTime(element, iso) {
  const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
  element.dateTime = iso;
  element.textContent = new Date(iso).toLocaleString(language, FORMS[element.dataset.local] ?? FORMS.time);
}

/** Turn all times of a part of the page. */
export function showTimes(root = document) {
  for (const element of findAll("time[data-local]", root)) showTime(element, element.dateTime);
}
