// A list of messages: days, authors, blocks, thread links; only what changed is drawn again.

import { block } from "./blocks.js";
import { dayKey, dayName, fullTime, timeOfDay } from "./dates.js";
import { el, reconcile } from "./dom.js";
import { fileCard } from "./files.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { openThread } from "./moving.js";
import { face } from "./people.js";
import { Place } from "./place.js";
import { reader, state } from "./store.js";

const SAME_BREATH = 300; // seconds within which an author's name is not repeated

/** Draw messages into a container. inThread: no links to threads; newSince: ts of the last one read. */
export function drawMessages(container, messages, { inThread = false, newSince = null } = {}) {
  const zone = reader().zone;
  reconcile(container, rows(messages, zone, newSince, inThread), {
    key: (row) => row.key,
    print: (row) => row.look,
    make: (row, old) => (row.message ? keepFocus(old, () => messageNode(row, inThread)) : divider(row)),
  });
  const fields = new Map(messages.map((message) => [keyOf(message), message.fields]));
  for (const node of container.children) node.place?.update(fields.get(node.key) ?? []);
}

function rows(messages, zone, newSince, inThread) {
  const found = [];
  let before = null;
  let marked = newSince === null;
  for (const message of messages) {
    const day = dayKey(message.ts, zone);
    if (!inThread && (!before || dayKey(before.ts, zone) !== day)) {
      found.push({ key: `day-${day}`, look: dayName(message.ts, zone), day: message.ts });
      before = null;
    }
    if (!marked && message.ts > newSince && message.author_id !== state.me) {
      found.push({ key: "new", look: "new", isNew: true });
      marked = true;
      before = null;
    }
    found.push(row(message, before));
    before = message;
  }
  return found;
}

function row(message, before) {
  const compact =
    before !== null &&
    before.author_id === message.author_id &&
    before.is_ephemeral === message.is_ephemeral &&
    Number(message.ts) - Number(before.ts) < SAME_BREATH;
  const look = `${printOf(message)} ${compact} ${state.me} ${state.namesRead}`;
  return { key: keyOf(message), look, message, compact };
}

const prints = new WeakMap();

/** What a message looks like, as a string: what is filled in apart, for that is kept up to date in place. */
function printOf(message) {
  if (!prints.has(message)) {
    const { fields: _fields, text: _text, ...shown } = message;
    prints.set(message, JSON.stringify(shown));
  }
  return prints.get(message);
}

function keyOf(message) {
  return `${message.channel}/${message.ts}/${message.is_ephemeral}`;
}

function divider(row) {
  if (row.isNew) return el("div", { class: "divider new", role: "separator" }, el("span", {}, "New"));
  return el("div", { class: "divider", role: "separator" }, el("span", {}, dayName(row.day, reader().zone)));
}

function messageNode({ message, compact }, inThread) {
  const { channel, ts, is_ephemeral } = message;
  const place = new Place(message.fields, { channel, ts, is_ephemeral });
  const zone = place.reader.zone;
  const time = el("time", { class: "time", title: fullTime(ts, zone) }, timeOfDay(ts, zone));
  const author = el("div", { class: "author" }, el("strong", {}, el("bdi", {}, message.author)), message.is_app && el("span", { class: "tag" }, "App"), time);
  const node = el(
    "article",
    { class: ["message", compact && "compact", is_ephemeral && "ephemeral"].filter(Boolean).join(" "), "aria-label": `${message.author}, ${timeOfDay(ts, zone)}`, tabindex: "-1" },
    el("div", { class: "gutter" }, compact ? el("time", { class: "time", title: fullTime(ts, zone) }, timeOfDay(ts, zone)) : face(message.author_id, message.author)),
    el("div", { class: "body" }, is_ephemeral && !compact && onlyYou(), !compact && author, ...content(message, place), !inThread && threadLink(message)),
  );
  node.place = place;
  node.key = keyOf(message);
  node.dataset.ts = ts;
  return node;
}

function onlyYou() {
  return el("p", { class: "only-you" }, icon("eye"), "Only visible to you");
}

function content(message, place) {
  const nodes = message.blocks.length
    ? [el("div", { class: "blocks" }, ...message.blocks.map((one) => block(one, place)))]
    : [el("div", { class: "mrkdwn" }, ...mrkdwn(message.fallback, place.reader))];
  for (const attachment of message.attachments) nodes.push(attached(attachment, place));
  for (const file of message.files) nodes.push(fileCard(file));
  if (message.is_edited) nodes.push(el("span", { class: "edited" }, "(edited)"));
  return nodes;
}

function attached(attachment, place) {
  const inner = attachment.blocks?.map((one) => block(one, place)) ?? mrkdwn(attachment.text ?? attachment.fallback ?? "", place.reader);
  return el("div", { class: "attachment mrkdwn" }, ...inner);
}

function threadLink(message) {
  if (message.is_ephemeral) return null;
  const count = message.reply_count;
  const open = () => openThread(message.thread_ts ?? message.ts);
  const news = message.new_replies > 0 && el("span", { class: "new-replies" }, `${message.new_replies} new`);
  if (count) return el("button", { type: "button", class: "replies", onclick: open }, icon("thread"), `${count} ${count === 1 ? "reply" : "replies"}`, news);
  return el("button", { type: "button", class: "reply", onclick: open, "aria-label": "Reply in a thread", title: "Reply in a thread" }, icon("thread"));
}

/** When the focus was inside what is drawn anew, it goes to the same control, or to the message. */
export function keepFocus(old, make) {
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  const node = make();
  if (focused) {
    const key = focused.dataset.key;
    queueMicrotask(() => {
      const same = [...node.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
      (same ?? node).focus({ preventScroll: true });
    });
  }
  return node;
}
