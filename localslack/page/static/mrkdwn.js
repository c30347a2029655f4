// Slack's mark-up language into DOM nodes. Whatever is not understood stays the text it is.
// Source: docs.slack.dev/messaging/formatting-message-text

import { writeDate } from "./dates.js";
import { el } from "./dom.js";

const FENCE = /```\n?([\s\S]+?)```/g;
const ATOM = /<([^<>\n]+)>|`([^`\n]+)`/g;
const STYLES = [
  [/(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/, "strong"],
  [/(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])/, "em"],
  [/(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])/, "s"],
];
const KEPT = /\ue000(\d+)\ue001/;
const MARKS = /[\ue000\ue001]/g;
const BARE = /\bhttps?:\/\/[^\s\ue000\ue001]+[^\s\ue000\ue001.,;:!?)\]'"]/;
const EVERYBODY = ["channel", "here", "everyone"];

/** A text object as nodes: plain text as it stands, mrkdwn interpreted. */
export function textNodes(object, reader) {
  if (!object) return [];
  if (object.type !== "mrkdwn") return [object.text ?? ""];
  return mrkdwn(object.text ?? "", reader, { links: !object.verbatim });
}

/** Marked-up text as nodes. `links`: bare addresses become links. */
export function mrkdwn(text, reader, { links = true } = {}) {
  const how = { reader, links };
  const parts = text.replace(MARKS, "").split(FENCE); // odd ones are preformatted
  return parts.flatMap((part, index) => {
    if (index % 2) return [el("pre", { class: "code" }, el("code", {}, ...literal(part, how)))];
    const inner = index ? part.replace(/^\n/, "") : part;
    return inner ? quotes(inner, how) : [];
  });
}

/** Lines that begin with `&gt;` are a quotation. */
function quotes(text, how) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = /^&gt; ?/.test(line);
    const group = groups.at(-1);
    const content = quoted ? line.replace(/^&gt; ?/, "") : line;
    if (group?.quoted === quoted) group.lines.push(content);
    else groups.push({ quoted, lines: [content] });
  }
  return groups.flatMap(({ quoted, lines }) => {
    const nodes = inline(lines.join("\n"), how);
    return quoted ? [el("blockquote", {}, ...nodes)] : nodes;
  });
}

function inline(text, how) {
  const kept = [];
  const marked = text.replace(ATOM, (_, token, code) => {
    kept.push(token === undefined ? el("code", {}, ...literal(code, how)) : tokenNode(token, how.reader));
    return `\ue000${kept.length - 1}\ue001`;
  });
  return styled(marked, kept, how);
}

/** Code: nothing is bold in it, but mentions and links are still read. */
function literal(text, how) {
  return text.split(/<([^<>\n]+)>/).map((part, index) => (index % 2 ? tokenNode(part, how.reader) : unescape(part)));
}

function styled(text, kept, how) {
  let first = null;
  for (const [pattern, tag] of STYLES) {
    const match = pattern.exec(text);
    if (match && (first === null || match.index < first.match.index)) first = { match, tag };
  }
  if (first === null) return leaves(text, kept, how);
  const { match, tag } = first;
  const end = match.index + match[0].length;
  return [
    ...leaves(text.slice(0, match.index), kept, how),
    el(tag, {}, ...styled(match[1], kept, how)),
    ...styled(text.slice(end), kept, how),
  ];
}

function leaves(text, kept, how) {
  const nodes = [];
  let rest = text;
  while (rest) {
    const atom = KEPT.exec(rest);
    const bare = how.links ? BARE.exec(rest) : null;
    const next = [atom, bare].filter(Boolean).sort((a, b) => a.index - b.index)[0];
    if (!next) break;
    if (next.index) nodes.push(unescape(rest.slice(0, next.index)));
    nodes.push(next === atom ? kept[Number(atom[1])] : link(unescape(bare[0]), unescape(bare[0])));
    rest = rest.slice(next.index + next[0].length);
  }
  if (rest) nodes.push(unescape(rest));
  return nodes;
}

function tokenNode(token, reader) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : unescape(token.slice(bar + 1));
  if (target.startsWith("@")) return mention("@", reader.user(target.slice(1)) ?? label, target.slice(1), reader);
  if (target.startsWith("#")) return channelNode(target.slice(1), label, reader);
  if (target.startsWith("!")) return special(target.slice(1), label, reader);
  return link(unescape(target), label || unescape(target).replace(/^mailto:/, ""));
}

function special(target, label, reader) {
  if (target.startsWith("date^")) return date(target, label, reader);
  if (target.startsWith("subteam^")) {
    const id = target.slice("subteam^".length);
    return mention("@", reader.usergroup(id) ?? label.replace(/^@/, ""), id, reader);
  }
  if (EVERYBODY.includes(target)) return el("span", { class: "mention mine" }, `@${target}`);
  return label || `<!${target}>`;
}

function mention(sign, name, id, reader) {
  const mine = reader.isMe(id) ? " mine" : "";
  return el("span", { class: `mention${mine}`, title: id }, sign, el("bdi", {}, name || id));
}

function channelNode(id, label, reader) {
  const name = reader.channel(id) ?? label;
  return el("span", { class: "mention", title: id }, name ? `#${name}` : "a private channel");
}

function date(target, fallback, reader) {
  const [, stamp, pattern = "", address] = target.split("^");
  const written = writeDate(stamp, unescape(pattern), reader.zone);
  if (written === null) return fallback;
  const time = el("time", { title: `${fallback} · shown in ${reader.zone}` }, written);
  return address ? link(unescape(address), time) : time;
}

/** A link, if the address is one a browser may follow from here; else just what it says. */
export function link(address, content) {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return el("span", {}, content);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, content);
}

function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
