/** Lists the files that are chosen, with their sizes, and takes files that are dropped. The plain field works without. */

import { find } from "./page.js";

const MEGABYTE = 1024 * 1024;

/** Write a size in the reader's language. */
function sizeText(bytes) {
  const [factor, unit] = bytes < MEGABYTE ? [1024, "kilobyte"] : [MEGABYTE, "megabyte"];
  const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / factor);
}

function lineOf(file, list) {
  const [line, name, size] = ["li", "bdi", "span"].map((tag) => document.createElement(tag));
  name.textContent = file.name;
  name.className = "file-name";
  const isTooLarge = file.size > Number(list.dataset.limit) * MEGABYTE;
  size.textContent = isTooLarge ? `${sizeText(file.size)} – ${list.dataset.tooLarge}` : sizeText(file.size);
  size.className = isTooLarge ? "field-error" : "muted numbers";
  line.append(name, size);
  return line;
}

function watchFiles(zone) {
  const [field, list] = [find("input[type=file]", zone), find("[data-chosen]", zone)];
  const show = () => {
    list.replaceChildren(...[...field.files].map((file) => lineOf(file, list)));
    list.hidden = field.files.length === 0;
  };
  field.addEventListener("change", show);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    show();
  });
  find("[data-drop-hint]", zone).hidden = false;
  show(); // After "back" the browser may have kept the choice.
}

const zone = find("[data-drop]");
if (zone) watchFiles(zone);
