/** Knows this tab from the others of this browser, hears from them, and learns when one of them is gone.

    Each tab holds a lock of its id, which the browser lets go with the tab. Where there are no locks, because the site
    is not served over HTTPS, the others are asked: one that does not answer is gone. */

import { newKey } from "./request.js";

const PATIENCE = 1500; // Milliseconds in which a living tab answers.
const REST = 5000; // Until it is asked again.

export const tab = newKey();

const channel = new BroadcastChannel("annotator");
const nameOf = (id) => `annotator-tab-${id}`;

/** Tell the other tabs something: an object with one name and what it is about. */
export function tell(message) {
  channel.postMessage(message);
}

/** Call `answer` with what another tab tells under a name. */
export function hear(name, answer) {
  channel.addEventListener("message", ({ data }) => {
    if (name in data) answer(data[name]);
  });
}

/** Hold this tab's lock; resolves once it is held, at once where there are no locks. */
export function live() {
  hear("ask", (id) => {
    if (id === tab) tell({ here: tab });
  });
  addEventListener("pagehide", () => tell({ bye: tab }));
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    navigator.locks.request(nameOf(tab), () => {
      resolve();
      return new Promise(() => {}); // For as long as the tab lives.
    }).catch(resolve);
  });
}

/** Wait until a tab is gone. */
export function whenGone(id) {
  return navigator.locks ? navigator.locks.request(nameOf(id), () => {}) : silenceOf(id);
}

function silenceOf(id) {
  return new Promise((resolve) => {
    let timer = 0;
    const listening = new AbortController();
    const stop = () => {
      clearTimeout(timer);
      listening.abort();
      resolve();
    };
    const ask = () => {
      timer = setTimeout(stop, PATIENCE);
      tell({ ask: id });
    };
    channel.addEventListener("message", ({ data }) => {
      if (data.bye === id) stop();
      if (data.here !== id) return;
      clearTimeout(timer);
      timer = setTimeout(ask, REST);
    }, { signal: listening.signal });
    ask();
  });
}
