// A field for rich text: bold, italic, struck, code, lists. What is typed goes to local Slack as a rich_text object.
// Source: docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element

import { el, freshId } from "./dom.js";
import { keyOf } from "./place.js";
import { richText } from "./richtext.js";

const COMMANDS = [
  ["Bold", "bold", "B"],
  ["Italic", "italic", "I"],
  ["Strikethrough", "strikeThrough", "S"],
  ["Numbered list", "insertOrderedList", "1."],
  ["Bulleted list", "insertUnorderedList", "•"],
];
const LISTS = { OL: "ordered", UL: "bullet" };
const STYLES = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code" };
const LINES = ["DIV", "P"];

/** The field with its toolbar. */
export function richField(block, element, place, names) {
  const id = names?.id ?? freshId("rich");
  const node = el("div", {
    id,
    class: "text-field rich rich-field",
    role: "textbox",
    contenteditable: "true",
    tabindex: "0",
    "aria-multiline": "true",
    "aria-labelledby": `${id}-label`,
    "aria-describedby": names && `${names.hint} ${names.error}`,
    "aria-required": names && !names.optional ? "true" : undefined,
    "data-placeholder": element.placeholder?.text,
    autofocus: Boolean(element.focus_on_load),
  });
  node.dataset.key = keyOf(block, element);
  let shown = "";
  const show = (raw) => {
    const now = JSON.stringify(raw ?? null);
    if (now === shown) return;
    shown = now;
    node.replaceChildren(...(raw ? richText(raw, place.reader) : []));
  };
  show(place.value(block, element));
  const tell = () => {
    const typed = read(node);
    if (!typed) node.replaceChildren(); // a line break left behind would hide the placeholder
    shown = JSON.stringify(typed);
    place.type(block, element, typed);
  };
  node.addEventListener("input", tell);
  node.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  node.addEventListener("drop", (event) => event.preventDefault());
  place.follow(block, element, (raw) => document.activeElement !== node && show(raw));
  return el("div", { class: "rich-wrap" }, toolbar(node, names?.label), node);
}

function toolbar(node, label) {
  const button = ([name, command, sign]) => {
    const one = el("button", { type: "button", class: `rich-tool ${command}`, "aria-label": name, title: name }, sign);
    one.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    one.addEventListener("click", () => {
      node.focus();
      document.execCommand(command);
    });
    return one;
  };
  return el("div", { class: "rich-tools", role: "group", "aria-label": `Formatting of ${label ?? "the text"}` }, ...COMMANDS.map(button));
}

/** What stands in the field, as a rich_text object; null when nothing does. */
function read(node) {
  const containers = [];
  const section = () => {
    if (containers.at(-1)?.type !== "rich_text_section") containers.push({ type: "rich_text_section", elements: [] });
    return containers.at(-1).elements;
  };
  const walk = (parent, style) => {
    for (const child of parent.childNodes) {
      if (LISTS[child.nodeName]) containers.push(listOf(child));
      else if (child.nodeName === "BR") push(section(), "\n", style);
      else if (child.nodeName === "#text") push(section(), child.data, style);
      else {
        if (LINES.includes(child.nodeName) && section().length) push(section(), "\n", {});
        walk(child, styled(child, style));
      }
    }
  };
  walk(node, {});
  const elements = containers.map(withoutLastBreak).filter((part) => part.elements.length);
  return elements.length ? { type: "rich_text", elements } : null;
}

function listOf(list) {
  const items = [...list.children].map((item) => ({ type: "rich_text_section", elements: inlines(item, {}) }));
  return { type: "rich_text_list", style: LISTS[list.nodeName], elements: items.filter((item) => item.elements.length) };
}

function inlines(parent, style) {
  const found = [];
  for (const child of parent.childNodes) {
    if (child.nodeName === "#text") push(found, child.data, style);
    else found.push(...inlines(child, styled(child, style)));
  }
  return found;
}

function styled(node, style) {
  const name = STYLES[node.nodeName];
  return name ? { ...style, [name]: true } : style;
}

/** Add text; what looks like what stands before it joins it. */
function push(elements, text, style) {
  if (!text) return;
  const last = elements.at(-1);
  const look = Object.keys(style).length ? { style } : {};
  if (last && JSON.stringify(last.style) === JSON.stringify(look.style)) last.text += text;
  else elements.push({ type: "text", text, ...look });
}

/** Browsers end a line with a break nobody typed. */
function withoutLastBreak(part) {
  if (part.type !== "rich_text_section") return part;
  const last = part.elements.at(-1);
  if (last) last.text = last.text.replace(/\n$/, "");
  return { ...part, elements: part.elements.filter((one) => one.text) };
}
