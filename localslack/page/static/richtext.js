// Rich text blocks into DOM nodes.

import { el } from "./dom.js";
import { link, mrkdwn } from "./mrkdwn.js";

const CONTAINERS = {
  rich_text_section: (part, reader) => el("p", {}, ...inlines(part, reader)),
  rich_text_preformatted: (part, reader) => el("pre", { class: "code" }, ...inlines(part, reader)),
  rich_text_quote: (part, reader) => el("blockquote", {}, ...inlines(part, reader)),
  rich_text_list: (part, reader) =>
    el(part.style === "ordered" ? "ol" : "ul", {}, ...part.elements.map((item) => el("li", {}, ...inlines(item, reader)))),
};

/** The containers of a rich text. */
export function richText(block, reader) {
  return block.elements.map((part) => CONTAINERS[part.type]?.(part, reader)).filter(Boolean);
}

const INLINES = {
  text: (part) => [part.text],
  link: (part) => [link(part.url, part.text ?? part.url)],
  user: (part, reader) => mrkdwn(`<@${part.user_id}>`, reader),
  usergroup: (part, reader) => mrkdwn(`<!subteam^${part.usergroup_id}>`, reader),
  channel: (part, reader) => mrkdwn(`<#${part.channel_id}>`, reader),
  broadcast: (part, reader) => mrkdwn(`<!${part.range}>`, reader),
  date: (part, reader) => mrkdwn(`<!date^${part.timestamp}^${part.format ?? "{date}"}|${part.fallback ?? ""}>`, reader),
  emoji: (part) => [`:${part.name}:`],
  color: (part) => [part.value],
};

const STYLES = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]];

function inlines(part, reader) {
  return part.elements.flatMap((piece) => {
    const nodes = INLINES[piece.type]?.(piece, reader) ?? [];
    return STYLES.reduce((inner, [name, tag]) => (piece.style?.[name] ? [el(tag, {}, ...inner)] : inner), nodes);
  });
}
