/** Runs in the page before its own scripts (outside of its content security policy, as the browser's tools do):
    measures from a key press until the page is painted as expected. */

globalThis.bench = (() => {
  let result = null;

  /** The page as a save leaves it: stored, the current claim drawn so, nothing pending. */
  const isSaved = ({ look }) =>
    document.querySelector("#save")?.dataset.state === "saved" &&
    document.querySelector(".step[aria-current]")?.dataset.look === look &&
    document.querySelector(".claim[aria-current]")?.dataset.look === look &&
    !document.querySelector(".claim[data-pending], .step[data-pending]");

  /** The page as a move leaves it: the claim in the panel, and marked in the article and in the strip. */
  const isShown = ({ number }) =>
    document.querySelector("#claim-heading")?.textContent.match(/\d+/)?.[0] === String(number) &&
    document.querySelector(".claim[aria-current]")?.id === `claim-${number}` &&
    document.querySelector(".step[aria-current]")?.textContent.match(/\d+/)?.[0] === String(number) &&
    document.querySelector("#words .word") !== null;

  /** Resolve once the frame that holds what has changed is painted. */
  const painted = () => new Promise((resolve) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
  });

  const expect = (expected) => {
    const isDone = "look" in expected ? isSaved : isShown;
    result = new Promise((resolve) => {
      let begun = 0;
      addEventListener("keydown", (event) => { begun = event.timeStamp; }, { capture: true, once: true });
      const observer = new MutationObserver(async () => {
        if (!begun || !isDone(expected)) return;
        observer.disconnect();
        await painted();
        resolve(performance.now() - begun);
      });
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });
  };

  return { expect, milliseconds: () => result };
})();
