// Short notices at the edge of the screen.

import { el } from "./dom.js";

/** What is said when the app does not answer well. */
export const TROUBLE = "The app did not answer in time, or not in a way that can be shown. Please try again.";

const LIFE = 8000;

/** Say something; `kind` is "info" or "error". */
export function note(text, kind = "info") {
  const close = () => shown.remove();
  const shown = el(
    "div",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : undefined },
    el("span", {}, text),
    el("button", { type: "button", class: "link", onclick: close }, "Dismiss"),
  );
  room().append(shown);
  setTimeout(close, LIFE);
}

/** An open modal covers the page, so notices move into it. */
function room() {
  const dialogs = document.querySelectorAll("dialog[open]");
  const top = dialogs[dialogs.length - 1];
  const usual = document.getElementById("notices");
  if (!top) return usual;
  let inside = top.querySelector(":scope > .notices");
  if (!inside) {
    inside = el("div", { class: "notices", role: "status", "aria-live": "polite" });
    top.append(inside);
  }
  return inside;
}
