// Behind the scenes: the calls the app makes, faults to switch on, and the state they leave behind.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { makeCalls } from "./calls.js";
import { makeFaults } from "./faults.js";
import { makeOrg } from "./org.js";

const REST = 400;

let update = () => undefined;
let timer = null;

/** Something changed: read again, soon, what the panel shows. */
export function panelChanged() {
  timer ??= setTimeout(async () => {
    timer = null;
    await update().catch(() => undefined);
  }, REST);
}

/** Build the panel, closed. */
export function makePanel(container) {
  const latest = el("span", { class: "latest" });
  const sign = el("span", { class: "panel-sign" }, icon("up"));
  const toggle = el(
    "button",
    { type: "button", class: "panel-toggle", "aria-expanded": "false", "aria-controls": "panel-body" },
    el("strong", {}, "Behind the scenes"),
    latest,
    sign,
  );
  const calls = makeCalls((text) => {
    latest.textContent = text;
  });
  const faults = makeFaults();
  const org = makeOrg();
  const body = el("div", { class: "panel-body", id: "panel-body", hidden: true }, calls.node, faults.node, org.node);
  container.append(toggle, body);
  toggle.addEventListener("click", () => {
    body.hidden = !body.hidden;
    toggle.setAttribute("aria-expanded", String(!body.hidden));
    container.classList.toggle("open", !body.hidden);
    update();
  });
  update = async () => {
    await calls.read();
    if (!body.hidden) await Promise.all([faults.read(), org.read()]);
  };
  update().catch(() => undefined);
}
