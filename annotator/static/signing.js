/** Signs the reviewer in again in place, when the session has ended, so that the work goes on where it stood. */

import { isTyping } from "./keys.js";
import { find } from "./page.js";
import { askSession, useToken } from "./request.js";
import { answerWith, isSignInNeeded, tryNow } from "./saving.js";
import { tell } from "./tabs.js";

const dialog = () => find("#sign-in-again");

/** Ask for the password; what is being typed elsewhere is not interrupted. */
function offerSignIn() {
  if (!find("#work") || !isSignInNeeded() || find("dialog:modal")) return;
  if (isTyping(document.activeElement)) document.activeElement.addEventListener("blur", offerSoon, { once: true });
  else openSignIn();
}

/** The Escape that left a field must not close the question, too. */
const offerSoon = () => setTimeout(offerSignIn);

export function openSignIn() {
  if (dialog().open) return;
  askForCode(false);
  showProblem("");
  dialog().showModal();
  asked().focus();
}

/** The field that is to be filled in: the password, or after it the code of the second factor. */
const asked = () => find("input[required]:not(:disabled)", dialog());

function askForCode(isCode) {
  const fields = { password: !isCode, code: isCode };
  for (const [name, isAsked] of Object.entries(fields)) {
    const field = find(`[name=${name}]`, dialog());
    field.disabled = !isAsked;
    field.closest(".field").hidden = !isAsked;
    field.removeAttribute("aria-invalid");
  }
}

function showProblem(text) {
  const message = find("#sign-in-again-error");
  message.hidden = !text;
  find("span", message).textContent = text;
  if (text) asked().setAttribute("aria-invalid", "true");
  else asked().removeAttribute("aria-invalid");
}

/** Send name and password, or the code; answers the status and what it came with. */
async function signIn(form) {
  const session = await askSession();
  if (!session) return { status: 0 };
  // Only this form takes the token: it may be that of somebody else, who is signed in now.
  const body = new URLSearchParams(new FormData(form));
  body.set("csrf_token", session.csrf);
  const address = asked().name === "code" ? dialog().dataset.code : form.action;
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  return { status: answer.status, said: await answer.json().catch(() => ({})) };
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.target;
  const { status, said } = await signIn(form).catch(() => ({ status: 0 }));
  if (said?.again) askForCode(false);
  if (status !== 200) {
    showProblem(status ? said.detail : dialog().dataset.offline);
    return asked().select();
  }
  if (said.code) {
    askForCode(true);
    showProblem("");
    return asked().focus();
  }
  form.reset();
  useToken(said.csrf);
  dialog().close();
  tell({ signedIn: said.person });
  return tryNow();
}

export function watchSignIn() {
  find("form", dialog()).addEventListener("submit", onSubmit);
  find("[data-later]", dialog()).addEventListener("click", () => dialog().close());
  answerWith({ signedOut: offerSignIn, signedIn: () => dialog().close() });
}
