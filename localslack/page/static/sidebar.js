// The sidebar: channels, direct messages, the app; bold and counted where something is unread.

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { goTo } from "./moving.js";
import { face } from "./people.js";
import { state } from "./store.js";

function skeleton() {
  return Array.from({ length: 6 }, () => el("div", { class: "skeleton line" }));
}

function sections() {
  const channels = state.channels.filter((c) => !c.kind.endsWith("im"));
  const direct = state.channels.filter((c) => c.kind.endsWith("im") && !c.is_app);
  const found = [];
  if (state.app?.reachable) found.push({ title: "Apps", items: [appItem()] }); // first: it is what one came for
  found.push({ title: "Channels", items: channels.map(item) });
  if (direct.length) found.push({ title: "Direct messages", items: direct.map(item) });
  return found;
}

function item(channel) {
  return { id: channel.id, name: channel.name, sign: sign(channel), unread: channel.unread, mentions: channel.mentions, replies: channel.new_replies, more: more(channel) };
}

function appItem() {
  const direct = state.channels.find((channel) => channel.is_app);
  return { id: "app", name: state.app.name, sign: "app", unread: direct?.unread ?? 0, mentions: direct?.mentions ?? 0, replies: direct?.new_replies ?? 0, more: "" };
}

function sign(channel) {
  if (channel.kind.endsWith("im")) return "face";
  return channel.is_private ? "lock" : "hash";
}

function more(channel) {
  if (channel.is_archived) return "archived";
  return channel.is_external ? "shared" : "";
}

function line(entry) {
  const current = state.place === entry.id;
  const replies = entry.replies > 0 && `${entry.replies} new ${entry.replies === 1 ? "reply" : "replies"} in threads`;
  const spoken = [entry.name, entry.more, entry.unread && `${entry.unread} unread`, replies].filter(Boolean).join(", ");
  const classes = ["conversation", (replies || (entry.unread && !current)) && "unread", entry.more === "archived" && "archived"];
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: classes.filter(Boolean).join(" "), "aria-label": spoken, "aria-current": current ? "page" : undefined, onclick: () => goTo(entry.id) },
      entry.sign === "face" ? face(entry.id, entry.name) : icon(entry.sign),
      el("bdi", { class: "name" }, entry.name),
      entry.more === "shared" && el("span", { class: "shared", title: "Shared with another organization" }, icon("shared")),
      replies && el("span", { class: "thread-news", title: replies }, icon("thread"), String(entry.replies)),
      entry.mentions > 0 && !current && el("span", { class: "badge" }, entry.mentions > 99 ? "99+" : String(entry.mentions)),
    ),
  );
}

function group({ title, items }) {
  const list = el("ul", {}, ...items.map(line));
  return el("section", {}, el("h2", {}, title), list);
}

/** Draw the sidebar into its place; answers the function that redraws it. */
export function makeSidebar(container) {
  let look = "";
  return () => {
    if (state.channels === null) {
      look = "";
      fill(container, ...skeleton());
      return;
    }
    const shown = sections();
    const now = JSON.stringify([shown, state.place]);
    if (now === look) return;
    look = now;
    const focused = document.activeElement?.closest(".conversation")?.getAttribute("aria-label");
    const scrolled = container.scrollTop;
    fill(container, ...shown.map(group));
    container.scrollTop = scrolled;
    if (focused) focusNamed(container, focused);
  };
}

function focusNamed(container, label) {
  const name = label.split(",")[0];
  [...container.querySelectorAll(".conversation")].find((node) => node.getAttribute("aria-label").split(",")[0] === name)?.focus();
}
