// The thread pane.

import { act } from "./api.js";
import { makeComposer } from "./composer.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessages } from "./messages.js";
import { closeThread } from "./moving.js";
import { atEnd, keepingPlace } from "./scrolling.js";
import { channel, channelId, state } from "./store.js";

/** Build the pane once; answers the function that redraws it. */
export function makeThread(container) {
  const where = el("p", { class: "facts" });
  const close = el("button", { type: "button", class: "icon-button", "aria-label": "Close the thread", onclick: closeThread }, icon("close"));
  const list = el("div", { class: "messages", role: "log", "aria-label": "Thread" });
  const scroll = el("div", { class: "scroll", tabindex: "0", "aria-label": "Thread" }, list);
  const composer = makeComposer("composer-thread", () => state.threadTs);
  container.append(
    el("header", { class: "pane-header" }, el("h2", {}, "Thread"), where, close),
    scroll,
    el("div", { class: "foot" }, composer.node),
  );
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeThread();
  });
  scroll.addEventListener("scroll", () => markRead(scroll), { passive: true });
  document.addEventListener("visibilitychange", () => markRead(scroll));
  let shown = "";
  let open = null; // ts of the thread that has got the focus

  /** From the message into the pane, and back to it when the pane closes. */
  function moveFocus() {
    const [before, now] = [open, state.threadTs];
    open = now;
    const focused = document.activeElement;
    if (now && now !== before && focused?.closest(".message")) (composer.node.hidden ? close : container.querySelector("textarea")).focus();
    if (!now && before && (focused === document.body || container.contains(focused))) openerOf(before)?.focus();
  }

  return () => {
    if (state.threadTs === null) {
      moveFocus();
      container.hidden = true;
      shown = "";
      fill(list);
      return;
    }
    container.hidden = false;
    where.textContent = state.place === "app" ? (state.app?.name ?? "") : `#${channel()?.name ?? ""}`;
    composer.node.hidden = Boolean(channel()?.is_archived) || (state.place === "app" && Boolean(state.app?.messages_tab_read_only));
    composer.update();
    moveFocus();
    const stick = shown !== state.threadTs;
    if (state.thread !== null) shown = state.threadTs;
    keepingPlace(scroll, { stick }, () => drawThread(list));
    markRead(scroll);
  };
}

function openerOf(ts) {
  return document.querySelector(`#main .message[data-ts="${CSS.escape(ts)}"] :is(.replies, .reply)`);
}

let marking = "";

/** Tell local Slack that the thread has been read: its end, seen in a visible window. */
function markRead(scroll) {
  const last = state.thread?.at(-1);
  if (!last || !state.thread[0].new_replies || document.hidden || !atEnd(scroll)) return;
  const mark = { user: state.me, channel: channelId(), thread_ts: state.threadTs, ts: last.ts };
  if (JSON.stringify(mark) === marking) return;
  marking = JSON.stringify(mark);
  act("mark_read", mark).catch(() => {
    marking = "";
  });
}

function drawThread(list) {
  if (state.thread === null) {
    fill(list, el("div", { class: "skeleton message-skeleton" }));
    return;
  }
  if (list.querySelector(".skeleton")) fill(list);
  drawMessages(list, state.thread, { inThread: true });
}
