// Where a person acts: a message, the open modal, or the Home tab. Knows what is filled in there, and brings
// what a person does to local Slack, typed text always first.

import { act, send } from "./api.js";
import { note, TROUBLE } from "./notices.js";
import { refresh } from "./refresh.js";
import { reader, state } from "./store.js";

const TYPING_REST = 250;

export class Place {
  /** fields: as `see` tells them; message: of `{channel, ts, is_ephemeral}`, none for modal and Home. */
  constructor(fields, message = null) {
    this.fields = fields;
    this.message = message;
    this.drafts = new Map(); // text typed and not yet told, by key
    this.controls = new Map(); // key → function that shows the value local Slack knows
  }

  get reader() {
    return reader();
  }

  /** The value of an input as local Slack has it, or as it is being typed. */
  value(block, element) {
    const key = keyOf(block, element);
    if (this.drafts.has(key)) return this.drafts.get(key).value;
    return this.fields.find((field) => keyOf(field, field) === key)?.raw ?? null;
  }

  /** Have `show(raw)` called when the value changes elsewhere. */
  follow(block, element, show) {
    this.controls.set(keyOf(block, element), show);
  }

  /** New values from local Slack: shown, except where somebody is typing. */
  update(fields) {
    this.fields = fields;
    for (const field of fields) {
      const key = keyOf(field, field);
      if (!this.drafts.has(key)) this.controls.get(key)?.(field.raw);
    }
  }

  /** Text being typed: told after a short rest, or before the next act. */
  type(block, element, value) {
    const key = keyOf(block, element);
    clearTimeout(this.drafts.get(key)?.timer);
    const timer = setTimeout(() => this.tell(key), TYPING_REST);
    this.drafts.set(key, { block, element, value, timer });
  }

  /** Enter was pressed in a text field that reports it. */
  async enter(block, element, value) {
    clearTimeout(this.drafts.get(keyOf(block, element))?.timer);
    this.drafts.delete(keyOf(block, element));
    return this.act("fill", block, element, { value, enter: true });
  }

  async tell(key) {
    const draft = this.drafts.get(key);
    if (!draft) return;
    clearTimeout(draft.timer);
    const { block, element, value } = draft;
    const told = act("fill", { ...this.named(block, element, "field"), value });
    await told.catch(() => undefined); // the field may be gone by now
    if (this.drafts.get(key) === draft) {
      const field = this.fields.find((known) => keyOf(known, known) === key);
      if (field) field.raw = value;
      this.drafts.delete(key);
    }
  }

  /** Tell all typed text. */
  async flush() {
    await Promise.all([...this.drafts.keys()].map((key) => this.tell(key)));
  }

  named(block, element, name) {
    const where = this.message ? { message: this.message } : {};
    return { user: state.me, block_id: block.block_id, [name]: element.action_id, ...where };
  }

  /** Do something with an element; the outcome, or null when it could not be done. */
  async act(name, block, element, body = {}) {
    const how = name === "press" ? "label" : "field";
    return this.attempt(() => act(name, { ...this.named(block, element, how), ...body }));
  }

  /** Flush, do, tell what went wrong, look again. quiet: trouble is shown by the surface itself. */
  async attempt(doing, { quiet = false } = {}) {
    try {
      await this.flush();
      const outcome = await doing();
      if (outcome.error && !quiet) note(TROUBLE, "error");
      await refresh();
      return outcome;
    } catch (error) {
      note(error.message, "error");
      await refresh().catch(() => undefined);
      return null;
    }
  }

  /** What a select offers for the typed text. Goes past the queue of acts: looking is not acting. */
  async options(block, element, query) {
    const body = { ...this.named(block, element, "field"), query };
    return (await send("act/options", body)).options;
  }
}

/** An input's key within its surface. */
export function keyOf(block, element) {
  return `${block.block_id}/${element.action_id}`;
}
