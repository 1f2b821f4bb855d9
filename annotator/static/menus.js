/** Closes an open menu when Escape is pressed, when something else is clicked, or when the focus moves on. */

import { find, findAll } from "./page.js";

const openMenus = () => findAll("details[data-menu][open]");

/** Close the menus that are open and put the focus back; answers whether there was one. */
export function closeMenus() {
  const menus = openMenus();
  for (const menu of menus) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) find("summary", menu).focus();
  }
  return menus.length > 0;
}

export function watchMenus() {
  const closeOthers = (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
}
