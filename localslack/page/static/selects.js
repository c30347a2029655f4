// Selects of every kind: one combobox, whose options are its own or are asked of the app while one types.

import { busy } from "./buttons.js";
import { confirmed } from "./confirm.js";
import { el, freshId, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { keyOf } from "./place.js";
import { placeNear } from "./popups.js";

const TYPING_REST = 200;

/** A select or multi-select. */
export function select(block, element, place, names) {
  return new Select(block, element, place, names).node;
}

class Select {
  constructor(block, element, place, names) {
    Object.assign(this, { block, element, place });
    this.many = element.type.startsWith("multi_");
    this.external = element.type.endsWith("external_select");
    this.offered = [];
    this.active = -1;
    this.asked = 0;
    this.pending = 0;
    this.build(names ?? {});
    this.show(place.value(block, element));
    place.follow(block, element, (raw) => this.pending || this.show(raw));
  }

  build(names) {
    const listId = freshId("options");
    const hint = this.element.placeholder?.text ?? "Choose";
    this.input = el("input", {
      id: names.id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: hint,
      "aria-label": names.id ? undefined : (names.label ?? hint),
      "aria-describedby": names.hint ? `${names.hint} ${names.error}` : undefined,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
    });
    this.input.dataset.key = keyOf(this.block, this.element);
    this.chips = el("span", { class: "chips" });
    this.clear = el("button", { type: "button", class: "icon-button clear", "aria-label": "Clear the choice", hidden: true }, icon("close"));
    this.list = el("div", {
      class: "popup options",
      id: listId,
      role: "listbox",
      popover: "manual",
      "aria-multiselectable": this.many ? "true" : undefined,
    });
    this.box = el("div", { class: "select-box" }, this.chips, this.input, this.clear, el("span", { class: "arrow" }, icon("down")));
    this.node = el("div", { class: this.many ? "select many" : "select" }, this.box, this.list);
    this.listen();
  }

  listen() {
    this.input.addEventListener("focus", () => this.many || this.input.select());
    this.input.addEventListener("click", () => this.isOpen || this.open());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.box.addEventListener("mousedown", (event) => {
      if (event.target === this.input || event.target.closest("button")) return;
      event.preventDefault();
      this.input.focus();
      if (this.isOpen) this.close();
      else this.open();
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(this.offered[Number(row.dataset.index)]);
    });
    this.clear.addEventListener("click", () => this.set([]));
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true";
  }

  /** Show what is chosen: `raw` is an option, an id, or a list of them. */
  show(raw) {
    this.chosen = [raw ?? []].flat().map((one) => this.described(one));
    if (this.many) {
      reconcile(this.chips, this.chosen, { key: (option) => option.value, print: (option) => option.label, make: (option) => this.chip(option) });
      this.input.placeholder = this.chosen.length ? "" : (this.element.placeholder?.text ?? "Choose");
    } else if (!this.isOpen) this.input.value = this.chosen[0]?.label ?? "";
    this.clear.hidden = this.many || this.chosen.length === 0;
    if (this.isOpen) this.draw();
  }

  described(one) {
    if (typeof one === "object") return { value: one.value, label: one.text.text };
    const { reader } = this.place;
    const name = /^[CGD]/.test(one) ? `#${reader.channel(one) ?? one}` : reader.user(one);
    return { value: one, label: name ?? one };
  }

  chip(option) {
    const remove = () => this.set(this.chosen.filter((one) => one.value !== option.value));
    const label = `Remove ${option.label}`;
    return el(
      "span",
      { class: "chip" },
      el("bdi", {}, option.label),
      el("button", { type: "button", class: "icon-button", "aria-label": label, onclick: remove }, icon("close")),
    );
  }

  open() {
    this.reveal();
    this.ask("");
  }

  reveal() {
    this.input.setAttribute("aria-expanded", "true");
    this.list.showPopover();
    this.gone = new AbortController();
    const stay = (event) => event.target === this.list || placeNear(this.list, this.box, { wide: true });
    addEventListener("scroll", stay, { capture: true, passive: true, signal: this.gone.signal });
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.gone?.abort();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (this.list.matches(":popover-open")) this.list.hidePopover();
    this.list.replaceChildren();
    this.input.value = this.many ? "" : (this.chosen[0]?.label ?? "");
  }

  typed() {
    if (!this.isOpen) this.reveal();
    clearTimeout(this.timer);
    this.say("Looking …");
    this.timer = setTimeout(() => this.ask(this.input.value), this.external ? TYPING_REST : 0);
  }

  async ask(query) {
    const least = this.external ? (this.element.min_query_length ?? 3) : 0;
    if (query.length < least) return this.say(`Type ${least === 1 ? "a character" : `${least} characters`} or more`);
    this.asked += 1;
    const turn = this.asked;
    this.query = query;
    this.say("Looking …");
    try {
      const offered = await this.place.options(this.block, this.element, query);
      if (turn !== this.asked) return undefined; // somebody typed on
      this.offered = offered;
      this.active = offered.length ? 0 : -1;
      this.draw();
    } catch (error) {
      if (turn === this.asked) this.say(error.message);
    }
    return undefined;
  }

  say(text) {
    this.offered = [];
    this.active = -1;
    this.list.replaceChildren(el("p", { class: "empty" }, text));
    placeNear(this.list, this.box, { wide: true });
  }

  draw() {
    if (!this.offered.length) return this.say(this.query ? `Nothing found for “${this.query}”` : "Nothing to choose from");
    const chosen = new Set(this.chosen.map((option) => option.value));
    let group = "";
    const rows = this.offered.flatMap((option, index) => {
      const row = this.row(option, index, chosen.has(option.value));
      if (option.group === group) return [row];
      group = option.group;
      return [el("p", { class: "group" }, group), row];
    });
    const scrolled = this.list.scrollTop;
    this.list.replaceChildren(...rows);
    this.list.scrollTop = scrolled;
    placeNear(this.list, this.box, { wide: true });
    return this.activate(this.active);
  }

  row(option, index, chosen) {
    const node = el(
      "div",
      { role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(chosen), class: "option" },
      el("span", { class: "tick" }, chosen && icon("tick")),
      el("span", { class: "option-text" }, el("bdi", {}, option.label), option.description && el("small", {}, option.description)),
    );
    node.dataset.index = index;
    return node;
  }

  activate(index) {
    this.active = index;
    for (const row of this.list.querySelectorAll("[role=option]")) {
      const on = Number(row.dataset.index) === index;
      row.classList.toggle("active", on);
      if (on) row.scrollIntoView({ block: "nearest" });
    }
    if (index >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.isOpen) return this.open();
      if (this.offered.length) this.activate((this.active + step + this.offered.length) % this.offered.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (!this.isOpen) return this.open();
      if (this.active >= 0) this.choose(this.offered[this.active]);
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault(); // the list closes, not the modal around it
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.many && !this.input.value && this.chosen.length) {
      this.set(this.chosen.slice(0, -1));
    }
    return undefined;
  }

  choose(option) {
    const without = this.chosen.filter((one) => one.value !== option.value);
    if (!this.many) {
      this.set([option]);
      this.close();
    } else this.set(without.length < this.chosen.length ? without : [...this.chosen, option]);
  }

  async set(options) {
    if (this.element.confirm && !(await confirmed(this.element.confirm))) return;
    const before = this.chosen;
    this.pending += 1;
    this.show(options.map((option) => ({ value: option.value, text: { text: option.label } })));
    const body = { values: options.map((option) => option.value), query: this.query ?? "" };
    const outcome = await busy(this.box, () => this.place.act("pick", this.block, this.element, body));
    this.pending -= 1;
    if (outcome === null) this.show(before.map((option) => ({ value: option.value, text: { text: option.label } })));
  }
}
