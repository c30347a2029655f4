// Blocks into DOM nodes, one function per kind.

import { button, overflow } from "./buttons.js";
import { el, freshId } from "./dom.js";
import { boxes, files, picker, textField } from "./fields.js";
import { textNodes } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { richField } from "./richfield.js";
import { richText } from "./richtext.js";
import { select } from "./selects.js";

const ELEMENTS = {
  button,
  workflow_button: button,
  overflow,
  image: (_block, element) => picture(element, "thumb"),
  checkboxes: boxes,
  radio_buttons: boxes,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  file_input: files,
  plain_text_input: textField,
  rich_text_input: richField,
  number_input: textField,
  email_text_input: textField,
  url_text_input: textField,
};

const BLOCKS = {
  header: (block, place) => el("h3", { class: "header" }, ...textNodes(block.text, place.reader)),
  section,
  context: (block, place) => el("div", { class: "context" }, ...block.elements.map((e) => contextItem(block, e, place))),
  divider: () => el("hr"),
  actions: (block, place) => el("div", { class: "actions" }, ...block.elements.map((e) => element(block, e, place))),
  input,
  image: (block, place) => picture(block, "image", textNodes(block.title, place.reader)),
  rich_text: (block, place) => el("div", { class: "rich" }, ...richText(block, place.reader)),
};

/** One block. An unknown kind is named instead of drawn. */
export function block(block, place) {
  const draw = BLOCKS[block.type];
  const node = draw ? draw(block, place) : el("p", { class: "unknown" }, `A block of type “${block.type}” is not drawn here.`);
  node.classList.add("block");
  return node;
}

/** What a block looks like as a string. Initial values are left out: what is filled in by now counts. */
export function printOf(block) {
  return JSON.stringify(block, (name, value) => (name.startsWith("initial_") ? undefined : value));
}

function element(block, element, place, names) {
  const draw = ELEMENTS[element.type] ?? (element.type.endsWith("_select") ? select : null);
  if (draw) return draw(block, element, place, names);
  return el("p", { class: "unknown" }, `A control of type “${element.type}” is not drawn here.`);
}

function section(block, place) {
  const body = el("div", { class: "section-body" });
  if (block.text) body.append(el("div", { class: textClass(block.text) }, ...textNodes(block.text, place.reader)));
  if (block.fields) {
    const cells = block.fields.map((field) => el("div", { class: textClass(field) }, ...textNodes(field, place.reader)));
    body.append(el("div", { class: "fields" }, ...cells));
  }
  const accessory = block.accessory && element(block, block.accessory, place, { label: block.text?.text });
  return el("div", { class: "section" }, body, accessory && el("div", { class: "accessory" }, accessory));
}

function textClass(text) {
  return text.type === "mrkdwn" ? "mrkdwn" : "plain";
}

function contextItem(block, item, place) {
  if (item.type === "image") return picture(item, "small");
  if (!["mrkdwn", "plain_text"].includes(item.type)) return element(block, item, place);
  return el("span", { class: textClass(item) }, ...textNodes(item, place.reader));
}

/** A label, the control, a hint, and room for an error, all tied together for assistive technology. */
function input(block, place) {
  const id = freshId("input");
  const names = { id, label: block.label.text, hint: `${id}-hint`, error: `${id}-error`, optional: block.optional };
  const control = element(block, block.element, place, names);
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const label = el(
    grouped ? "legend" : "label",
    { class: "label", id: `${id}-label`, for: grouped ? undefined : id },
    ...textNodes(block.label, place.reader),
    block.optional && el("span", { class: "optional" }, " (optional)"),
  );
  const hint = el("p", { class: "hint plain", id: names.hint }, ...textNodes(block.hint, place.reader));
  const error = el("p", { class: "field-error", id: names.error, role: "alert", hidden: true });
  const box = el(grouped ? "fieldset" : "div", { class: "input" }, label, control, block.hint && hint, error);
  box.dataset.blockId = block.block_id;
  return box;
}

/** Show (or take away) the error of an input block. */
export function showError(box, text) {
  const error = box.querySelector(".field-error");
  if ((error.textContent ?? "") === (text ?? "") && error.hidden === !text) return;
  error.textContent = text ?? "";
  error.hidden = !text;
  box.classList.toggle("wrong", Boolean(text));
  const control = box.querySelector("input, textarea, select, [contenteditable]");
  if (text) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
}
