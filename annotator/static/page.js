/** Fetches pages of this site and moves their parts into the one on screen; the only file that turns text into HTML. */

// Under "require-trusted-types-for 'script'" the parser takes no plain string. What it parses comes from this site.
const policy = globalThis.trustedTypes?.createPolicy("app", { createHTML: (html) => html });

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Fetch a page; answers its address after redirects and its document. Throws for anything but a page. */
export async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  return parse(answer);
}

/** Send a form and fetch the page that answers it, also one that refuses; throws if the server could not answer. */
export async function send(url, body) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } });
  if (answer.status >= 500) throw new Error(`${answer.status} for ${url}`);
  return parse(answer);
}

async function parse(answer) {
  const html = await answer.text();
  const parsed = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  return { url: answer.url, parsed };
}

/** Put the parts of another document in the place of those with the same ids here. */
export function swap(parsed, ids) {
  for (const id of ids) {
    const [here, there] = [document.getElementById(id), parsed.getElementById(id)];
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
}

/** Tell screen readers something, politely. */
export function say(text) {
  const box = find("#say");
  if (!box) return;
  box.textContent = "";
  // The same text twice is spoken only if the box was empty in between.
  setTimeout(() => { box.textContent = text; }, 50);
}

/** Show an icon of the sprite in an icon that is there. */
export function setIcon(svg, name) {
  find("use", svg)?.setAttribute("href", `#i-${name}`);
}
