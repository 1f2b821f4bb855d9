/** What every page has: menus, dialogs, keys, switches and the reader's own time. The pages work without it. */

import { watchDialogLinks } from "./dialogs.js";
import { watchKeys } from "./keys.js";
import { watchMenus } from "./menus.js";
import { find } from "./page.js";
import { watchSwitches } from "./preferences.js";
import { showTimes } from "./times.js";

watchDialogLinks();
watchKeys();
watchMenus();
watchSwitches();
showTimes();

// After a form came back with messages, the focus goes to them.
find("[data-focus]")?.focus();
