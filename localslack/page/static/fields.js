// Inputs of a form other than selects: text, numbers, boxes, dates and times, files.

import { act } from "./api.js";
import { el, freshId } from "./dom.js";
import { sizeOf } from "./files.js";
import { textNodes } from "./mrkdwn.js";
import { keyOf } from "./place.js";

const TYPES = { number_input: "text", email_text_input: "email", url_text_input: "url", plain_text_input: "text" };

function described(names) {
  return names ? `${names.hint} ${names.error}` : undefined;
}

/** A text, number, e-mail or address field. */
export function textField(block, element, place, names) {
  const many = Boolean(element.multiline);
  const node = el(many ? "textarea" : "input", {
    id: names?.id,
    type: many ? undefined : TYPES[element.type],
    rows: many ? 4 : undefined,
    inputmode: element.type === "number_input" ? "decimal" : undefined,
    placeholder: element.placeholder?.text,
    autocomplete: "off",
    spellcheck: many ? "true" : "false",
    "aria-describedby": described(names),
    "aria-required": names && !names.optional ? "true" : undefined,
    autofocus: Boolean(element.focus_on_load),
    dir: "auto",
    class: "text-field",
  });
  node.dataset.key = keyOf(block, element);
  node.value = place.value(block, element) ?? "";
  const counter = el("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    const left = (element.max_length ?? 3000) - node.value.length;
    counter.textContent = left <= 50 ? `${left}` : "";
    counter.classList.toggle("over", left < 0);
  };
  node.addEventListener("input", () => {
    place.type(block, element, node.value);
    count();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || many || event.isComposing) return;
    if (block.type === "input" && !block.dispatch_action) return;
    event.preventDefault();
    place.enter(block, element, node.value);
  });
  place.follow(block, element, (raw) => {
    if (document.activeElement !== node && node.value !== (raw ?? "")) node.value = raw ?? "";
  });
  count();
  return el("div", { class: "text-wrap" }, node, counter);
}

/** Checkboxes or radio buttons. */
export function boxes(block, element, place, names) {
  const radio = element.type === "radio_buttons";
  const group = freshId("group");
  const inputs = element.options.map((option) => {
    const id = freshId("box");
    const input = el("input", { type: radio ? "radio" : "checkbox", id, name: group, "aria-describedby": names?.error });
    input.dataset.key = `${keyOf(block, element)}/${option.value}`;
    input.value = option.value;
    const about = option.description && el("span", { class: "hint" }, ...textNodes(option.description, place.reader));
    const label = el("label", { for: id }, el("span", {}, ...textNodes(option.text, place.reader)), about);
    return { input, line: el("div", { class: "box" }, input, label) };
  });
  const show = (raw) => {
    const ticked = new Set([raw ?? []].flat().map((option) => option.value));
    for (const { input } of inputs) input.checked = ticked.has(input.value);
  };
  show(place.value(block, element));
  const node = el("div", { class: "boxes" }, ...inputs.map(({ line }) => line));
  let pending = 0;
  node.addEventListener("change", async () => {
    const values = inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
    pending += 1;
    await place.act("pick", block, element, { values });
    pending -= 1;
    if (!pending) show(place.value(block, element));
  });
  place.follow(block, element, (raw) => pending || show(raw));
  return node;
}

const PICKERS = {
  datepicker: { type: "date", write: (raw) => raw ?? "", read: (text) => text },
  timepicker: { type: "time", write: (raw) => raw ?? "", read: (text) => text },
  datetimepicker: { type: "datetime-local", write: localTime, read: (text) => Math.floor(new Date(text).getTime() / 1000) },
};

function localTime(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** A date, a time, or both, by the browser's own picker. */
export function picker(block, element, place, names) {
  const { type, write, read } = PICKERS[element.type];
  const node = el("input", {
    type,
    id: names?.id,
    class: "text-field short",
    "aria-label": names?.id ? undefined : (element.placeholder?.text ?? names?.label ?? type),
    "aria-describedby": described(names),
  });
  node.dataset.key = keyOf(block, element);
  node.value = write(place.value(block, element));
  node.addEventListener("change", () => {
    place.act("pick", block, element, { values: node.value ? [read(node.value)] : [] });
  });
  place.follow(block, element, (raw) => {
    if (document.activeElement !== node) node.value = write(raw);
  });
  return node;
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** A file input, with the files chosen so far. */
export function files(block, element, place, names) {
  const most = element.max_files ?? 10;
  const list = el("ul", { class: "files" });
  const clear = el("button", { type: "button", class: "link", onclick: () => place.act("clear", block, element) }, "Remove all");
  const show = (raw) => {
    list.replaceChildren(...(raw ?? []).map((file) => el("li", {}, el("bdi", {}, file.name), ` · ${sizeOf(file.size)}`)));
    clear.hidden = !raw?.length;
  };
  const node = el("input", {
    type: "file",
    id: names?.id,
    multiple: most > 1,
    accept: element.filetypes?.map((kind) => `.${kind}`).join(","),
    "aria-describedby": described(names),
  });
  node.addEventListener("change", () =>
    place.attempt(async () => {
      let outcome = { error: "" };
      for (const file of node.files) {
        const body = { ...place.named(block, element, "field"), name: file.name, content: await base64(file) };
        outcome = await act("attach", body);
      }
      node.value = "";
      return outcome;
    }),
  );
  show(place.value(block, element));
  place.follow(block, element, show);
  return el("div", { class: "file-input" }, node, list, clear);
}
