// Buttons and overflow menus.

import { confirmed } from "./confirm.js";
import { el, freshId } from "./dom.js";
import { textNodes } from "./mrkdwn.js";
import { placeNear } from "./popups.js";

/** A button; waits visibly for the app's answer. */
export function button(block, element, place) {
  const node = el(
    "button",
    { type: "button", class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label },
    el("span", { class: "button-text" }, ...textNodes(element.text, place.reader)),
  );
  node.dataset.key = `${block.block_id}/${element.action_id}`;
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy")) return;
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (/^https?:\/\//i.test(element.url ?? "")) open(element.url, "_blank", "noopener,noreferrer");
    await busy(node, () => place.act("press", block, element, element.confirm ? { confirm: true } : {}));
  });
  return node;
}

/** Mark a control as busy until `doing` is done. */
export async function busy(node, doing) {
  node.setAttribute("aria-busy", "true");
  try {
    return await doing();
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/** The menu behind three dots. */
export function overflow(block, element, place) {
  const id = freshId("menu");
  const choose = (option) => async () => {
    menu.hidePopover();
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (/^https?:\/\//i.test(option.url ?? "")) globalThis.open(option.url, "_blank", "noopener,noreferrer");
    await busy(opener, () => place.act("pick", block, element, { values: [option.value] }));
  };
  const items = element.options.map((option) =>
    el("button", { type: "button", role: "menuitem", onclick: choose(option) }, ...textNodes(option.text, place.reader)),
  );
  const menu = el("div", { class: "popup menu", id, role: "menu", popover: "auto" }, ...items);
  const opener = el(
    "button",
    { type: "button", class: "button", "aria-label": "More actions", "aria-haspopup": "menu", "aria-controls": id },
    "⋯",
  );
  opener.addEventListener("click", () => {
    menu.togglePopover();
    placeNear(menu, opener);
    items[0].focus();
  });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement);
    items[(at + step + items.length) % items.length].focus();
  });
  return el("span", { class: "overflow" }, opener, menu);
}
