/** What every page has: menus, dialogs, keys, switches, the reader's own time, and the changes that are not stored yet.
    The pages work without it. */

import { showKept, watchOutbox } from "./banner.js";
import { watchCopying } from "./copying.js";
import { watchDecisions } from "./decisions.js";
import { watchDialogLinks } from "./dialogs.js";
import { watchKeys } from "./keys.js";
import { watchMenus } from "./menus.js";
import { find } from "./page.js";
import { watchSwitches } from "./preferences.js";
import { startSaving } from "./saving.js";
import { watchSignIn } from "./signing.js";
import { showTimes } from "./times.js";

watchDialogLinks();
watchKeys();
watchMenus();
watchCopying();
watchSwitches();
showTimes();

if (document.body.dataset.person) {
  watchOutbox();
  watchDecisions();
  watchSignIn();
  startSaving();
} else if (find("#kept")) showKept();

// After a form came back with messages, the focus goes to them.
find("[data-focus]")?.focus();
