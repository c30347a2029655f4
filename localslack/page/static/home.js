// The app's Home tab.

import { block, printOf } from "./blocks.js";
import { el, fill, reconcile } from "./dom.js";
import { keepFocus } from "./messages.js";
import { Place } from "./place.js";
import { state } from "./store.js";

/** The tab's node, and the function that redraws it. */
export function makeHome() {
  const blocks = el("div", { class: "blocks" });
  const empty = el("p", { class: "beginning" });
  const node = el("div", { class: "scroll home", tabindex: "0", "aria-label": "Home" }, empty, blocks);
  let place = null;
  let of = "";

  function draw() {
    empty.hidden = Boolean(state.home);
    empty.textContent = state.home === undefined ? "Loading …" : "The app shows nothing here yet.";
    if (!state.home) {
      fill(blocks);
      of = "";
      return;
    }
    if (of !== state.home.id) {
      of = state.home.id;
      place = new Place(state.home.fields);
      fill(blocks);
    }
    place.fields = state.home.fields;
    reconcile(blocks, state.home.blocks, {
      key: (one) => one.block_id,
      print: (one) => `${printOf(one)} ${state.namesRead}`,
      make: (one, old) => keepFocus(old, () => block(one, place)),
    });
    place.update(state.home.fields);
  }

  return { node, draw };
}
