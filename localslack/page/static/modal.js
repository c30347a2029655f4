// The top view of a person's modal stack, in a native dialog: focus stays inside, Escape closes.

import { act } from "./api.js";
import { block, printOf, showError } from "./blocks.js";
import { busy } from "./buttons.js";
import { el, fill, freshId, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { keepFocus } from "./messages.js";
import { TROUBLE } from "./notices.js";
import { Place } from "./place.js";
import { state } from "./store.js";

/** Build the dialog once; answers the function that redraws it. */
export function makeModal() {
  return new Modal().drawer();
}

class Modal {
  constructor() {
    const titleId = freshId("modal");
    this.of = null; // id of the view shown
    this.title = el("h2", { id: titleId, tabindex: "-1" });
    this.app = el("p", { class: "modal-app" });
    this.back = el("button", { type: "button", class: "icon-button", "aria-label": "Back to the view below", onclick: () => this.leave(false) }, icon("back"));
    const all = el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => this.leave(true) }, icon("close"));
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    this.blocks = el("div", { class: "blocks" });
    this.scroll = el("div", { class: "modal-body" }, this.blocks);
    this.close = el("button", { type: "button", class: "button", onclick: () => this.leave(false) });
    this.submit = el("button", { type: "submit", class: "button primary" });
    this.form = el(
      "form",
      { novalidate: true, class: "modal-form" },
      el("header", { class: "modal-head" }, this.back, el("div", { class: "modal-titles" }, this.title, this.app), all),
      this.scroll,
      this.trouble,
      el("footer", { class: "modal-foot" }, this.close, this.submit),
    );
    this.dialog = el("dialog", { class: "modal", "aria-labelledby": titleId }, this.form);
    this.listen();
    document.body.append(this.dialog);
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.dialog.addEventListener("cancel", (event) => {
      if (event.target !== this.dialog) return; // a file picker was cancelled
      event.preventDefault();
      this.leave(false);
    });
    this.dialog.addEventListener("close", () => {
      if (state.modal && this.of === state.modal.id) this.leave(false); // the browser insisted
    });
  }

  drawer() {
    return () => (state.modal ? this.draw(state.modal) : this.hide());
  }

  hide() {
    this.of = null;
    this.place = null;
    if (this.dialog.open) this.dialog.close();
  }

  draw(view) {
    const isNew = this.of !== view.id;
    if (isNew) {
      this.of = view.id;
      this.place = new Place(view.fields);
      fill(this.blocks);
      this.form.removeAttribute("aria-busy");
    }
    this.place.fields = view.fields;
    this.drawFrame(view);
    reconcile(this.blocks, view.blocks, {
      key: (one) => one.block_id,
      print: (one) => `${printOf(one)} ${state.namesRead}`,
      make: (one, old) => keepFocus(old, () => block(one, this.place)),
    });
    this.place.update(view.fields);
    this.drawErrors(view);
    if (!this.dialog.open) this.dialog.showModal();
    if (isNew || document.activeElement === this.title) this.begin(isNew);
  }

  drawFrame(view) {
    fill(this.title, el("bdi", {}, view.title));
    this.app.textContent = `${state.app?.name ?? "App"} · app`;
    this.back.hidden = view.depth < 2;
    this.close.textContent = view.close;
    this.submit.hidden = !view.submit;
    if (view.submit && this.submit.textContent !== view.submit) fill(this.submit, el("span", { class: "button-text" }, view.submit));
  }

  drawErrors(view) {
    this.trouble.hidden = !view.errors[""];
    this.trouble.textContent = view.errors[""] ? TROUBLE : "";
    for (const box of this.blocks.querySelectorAll(".input")) showError(box, view.error_blocks[box.dataset.blockId]);
  }

  /** Where a person begins in a view: the field the app names, else the first empty one, else the title. */
  begin(isNew) {
    if (isNew) this.scroll.scrollTop = 0;
    const fields = [...this.blocks.querySelectorAll("input, textarea, [contenteditable]")];
    const first = fields.find((one) => one.autofocus) ?? fields.find((one) => !(one.value ?? one.textContent) && !["radio", "checkbox"].includes(one.type));
    (first ?? this.title).focus({ preventScroll: true });
  }

  async send() {
    if (this.submit.hidden || this.submit.getAttribute("aria-busy")) return;
    const user = state.me;
    this.form.setAttribute("aria-busy", "true");
    const place = this.place;
    const outcome = await busy(this.submit, () => place.attempt(() => act("submit", { user }), { quiet: true }));
    this.form.removeAttribute("aria-busy");
    if (outcome && this.place === place) this.blocks.querySelector(".wrong :is(input, textarea, [contenteditable])")?.focus();
  }

  async leave(everything) {
    const user = state.me;
    await this.place?.attempt(() => act("close", { user, everything }), { quiet: true });
  }
}
