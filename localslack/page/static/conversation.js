// The main pane: header, tabs of the app, messages or Home, composer.

import { act } from "./api.js";
import { makeComposer } from "./composer.js";
import { el, fill } from "./dom.js";
import { makeHome } from "./home.js";
import { icon } from "./icons.js";
import { drawMessages } from "./messages.js";
import { goTo } from "./moving.js";
import { note } from "./notices.js";
import { loadEarlier } from "./refresh.js";
import { atEnd, keepingPlace } from "./scrolling.js";
import { channel, channelId, state } from "./store.js";

/** Build the pane once; answers the function that redraws it. */
export function makeConversation(container) {
  const header = el("header", { class: "pane-header" });
  const earlier = el("button", { type: "button", class: "button earlier" }, "Load earlier messages");
  const beginning = el("p", { class: "beginning" });
  const list = el("div", { class: "messages", role: "log", "aria-label": "Messages", "aria-relevant": "additions" });
  const scroll = el("div", { class: "scroll", tabindex: "0", "aria-label": "Messages" }, earlier, beginning, list);
  const home = makeHome();
  const composer = makeComposer("composer-main", () => null);
  const closed = el("p", { class: "closed" });
  container.append(header, scroll, home.node, el("div", { class: "foot" }, composer.node, closed));
  earlier.addEventListener("click", () => loadEarlier().catch((error) => note(error.message, "error")));
  scroll.addEventListener("scroll", () => markRead(scroll), { passive: true });
  document.addEventListener("visibilitychange", () => markRead(scroll));
  let shown = "";

  return () => {
    const isHome = state.place === "app" && state.tab === "home";
    drawHeader(header);
    scroll.hidden = isHome;
    home.node.hidden = !isHome;
    if (isHome) home.draw();
    const here = `${state.me}/${state.place}/${state.tab}`;
    const stick = here !== shown || state.messages === null;
    if (state.messages !== null) shown = here;
    if (!isHome) keepingPlace(scroll, { stick }, () => drawList(list, earlier, beginning));
    drawFoot(composer, closed, isHome);
    if (!isHome) markRead(scroll);
  };
}

function drawList(list, earlier, beginning) {
  earlier.hidden = !state.hasMore;
  beginning.hidden = state.hasMore || state.messages === null;
  if (state.messages === null) {
    list.drawn = undefined;
    if (!list.querySelector(".skeleton")) fill(list, ...Array.from({ length: 5 }, () => el("div", { class: "skeleton message-skeleton" })));
    return;
  }
  if (list.querySelector(".skeleton")) fill(list);
  const name = state.place === "app" ? state.app?.name : channel()?.name;
  beginning.textContent = state.messages.length ? `This is where ${name ?? "it"} begins.` : `Nothing has been said here yet.`;
  const now = [state.messages, state.newSince, state.me, state.namesRead];
  if (list.drawn?.every((part, index) => part === now[index])) return;
  drawMessages(list, state.messages, { newSince: state.newSince });
  list.drawn = now;
}

let headerLook = "";

function drawHeader(header) {
  const shown = channel();
  const look = JSON.stringify([state.place, state.tab, state.app, shown && { ...shown, unread: 0, mentions: 0, read_up_to: "" }]);
  if (look === headerLook) return;
  headerLook = look;
  if (state.place === "app") fill(header, el("h1", {}, icon("app"), el("bdi", {}, state.app?.name ?? "…")), tabs());
  else if (shown) fill(header, title(shown), facts(shown));
  else fill(header, el("span", { class: "skeleton line" }));
}

function title(shown) {
  const sign = shown.kind.endsWith("im") ? null : icon(shown.is_private ? "lock" : "hash");
  return el("h1", {}, sign, el("bdi", {}, shown.name));
}

function facts(shown) {
  const told = [`${shown.members.length} members`];
  if (shown.is_external) told.push("shared with another organization");
  if (shown.is_archived) told.push("archived");
  if (shown.topic) told.push(shown.topic);
  return el("p", { class: "facts" }, told.join(" · "));
}

function tabs() {
  const known = [state.app?.home_tab && ["home", "Home"], state.app?.messages_tab && ["messages", "Messages"]].filter(Boolean);
  const tab = ([id, label]) =>
    el("button", { type: "button", class: "tab", "aria-current": state.tab === id ? "page" : undefined, onclick: () => goTo("app", { tab: id }) }, label);
  return el("div", { class: "tabs" }, ...known.map(tab));
}

function drawFoot(composer, closed, isHome) {
  const why = closedBecause();
  composer.node.hidden = Boolean(why) || isHome;
  closed.hidden = !why || isHome;
  closed.textContent = why;
  composer.update();
}

function closedBecause() {
  if (state.place === "app" && state.app?.messages_tab_read_only) return `${state.app.name} writes here, but takes no messages. Its commands work in any channel.`;
  if (state.place === "app" && channelId() === null) return "There is no conversation with the app yet.";
  if (channel()?.is_archived) return "This channel is archived: nothing can be added.";
  return "";
}

let marking = "";

/** Tell local Slack what has been read: the end of the list, seen in a visible window. */
function markRead(scroll) {
  const last = state.messages?.at(-1);
  const shown = channel();
  if (!last || !shown || document.hidden || !shown.unread || !atEnd(scroll)) return;
  const mark = `${state.me}/${shown.id}/${last.ts}`;
  if (mark === marking) return;
  marking = mark;
  act("mark_read", { user: state.me, channel: shown.id, ts: last.ts }).catch(() => {
    marking = "";
  });
}
