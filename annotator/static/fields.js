/** The fields of the form by their names: what they say, and how to give them another claim's. A new field of the form
    needs no line here. */

import { find, findAll } from "./page.js";
import { form } from "./request.js";

const ABOUT_SENDING = new Set(["action", "answer", "client_key", "confirm", "csrf_token", "revision", "seconds"]);

/** The controls of the form. All of them stand in the panel; the browser's own list (and FormData) would go through
    the article as well, which may hold hundreds of claims. */
const controls = () => findAll("input, select, textarea", find("#panel")).filter(({ name, form: its }) => name && its === form());

const isSent = ({ type, checked, disabled }) => !disabled && (checked || (type !== "radio" && type !== "checkbox"));

/** What the form would send. */
export function body() {
  return new URLSearchParams(controls().filter(isSent).map(({ name, value }) => [name, value]));
}

/** Give every control what `fields` say of it; words are made anew with their marks, and left out here. */
export function fill(fields) {
  for (const control of controls()) {
    if (!ABOUT_SENDING.has(control.name) && !control.closest(".word")) set(control, fields[control.name] ?? []);
  }
}

/** Of radio buttons the one without a value stands for nothing said. */
function set(control, values) {
  if (control.type === "radio") control.checked = values.length ? values.includes(control.value) : control.value === "";
  else if (control.type === "checkbox") control.checked = values.includes(control.value);
  else control.value = values[0] ?? "";
}

/** What a sent form says, in the shape of the server's fields: what is empty, and what does not count, is left out. */
export function fieldsIn(sent) {
  const fields = {};
  for (const [name, value] of sent) if (value && !ABOUT_SENDING.has(name)) (fields[name] ??= []).push(value);
  if (fields.skip_reason) fields.kept_skip = fields.skip_reason;
  if (fields.skip_reason) delete fields.label;
  else if (fields.label) delete fields.kept_skip;
  delete fields.skip_reason;
  for (const name of Object.keys(fields)) {
    if (name.startsWith("kind_") && name !== `kind_${fields.label}`) delete fields[name];
  }
  return fields;
}

/** Whether the form says just that. */
export function isShown(fields) {
  const shown = fieldsIn(body());
  const names = [...new Set([...Object.keys(shown), ...Object.keys(fields)])];
  return names.every((name) => String(shown[name] ?? "") === String(fields[name] ?? ""));
}
