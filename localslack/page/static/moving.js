// Going somewhere: person, conversation, thread, tab. The address bar always says where, so a window can be
// one person and another window another.

import { act } from "./api.js";
import { note } from "./notices.js";
import { refresh } from "./refresh.js";
import { channel, set, state } from "./store.js";

const EMPTY = { messages: null, hasMore: false, newSince: null, threadTs: null, thread: null };

/** Where the address bar says to be. */
export function fromAddress() {
  const query = new URLSearchParams(location.search);
  return { as: query.get("as"), place: query.get("in"), thread: query.get("thread"), tab: query.get("tab") };
}

function intoAddress({ replace = false } = {}) {
  const query = new URLSearchParams({ as: state.me, in: state.place });
  if (state.threadTs) query.set("thread", state.threadTs);
  if (state.place === "app" && state.tab === "home") query.set("tab", "home");
  const address = `/?${query}`;
  if (address === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

/** Look again, and say so when that fails. */
export async function look() {
  try {
    await refresh();
  } catch (error) {
    note(error.message, "error");
  }
}

/** Become another person; stays in the conversation if that person is in it too. */
export async function become(id, { place = state.place, threadTs = null, tab = "messages" } = {}) {
  set({ ...EMPTY, me: id, channels: null, app: null, modal: null, home: undefined, place, threadTs, tab });
  await look();
  if (!isMine(place)) set({ ...EMPTY, place: usualPlace(), tab: "messages" });
  intoAddress({ replace: true });
  await enter();
}

function isMine(place) {
  if (place === "app") return Boolean(state.app?.reachable);
  return Boolean(state.channels?.some((known) => known.id === place));
}

function usualPlace() {
  const mine = state.channels ?? [];
  const private_ = mine.find((known) => known.kind === "private_channel" && !known.is_external);
  return (private_ ?? mine[0])?.id ?? "app";
}

/** Open a conversation. */
export async function goTo(place, { tab = "messages" } = {}) {
  if (place !== state.place || tab !== state.tab) {
    set({ ...EMPTY, place, tab, home: undefined });
    intoAddress();
  }
  document.body.classList.remove("menu-open");
  await enter();
}

async function enter() {
  set({ newSince: channel()?.unread ? channel().read_up_to : null });
  if (state.place === "app") await openApp();
  await look();
}

async function openApp() {
  if (!state.app?.home_tab) return;
  try {
    await act("open_home", { user: state.me }); // the app hears of it whichever tab is shown
  } catch (error) {
    note(error.message, "error");
  }
}

/** Open a thread beside the conversation. */
export async function openThread(ts) {
  set({ threadTs: ts, thread: null });
  intoAddress();
  await look();
}

/** Close the thread. */
export function closeThread() {
  set({ threadTs: null, thread: null });
  intoAddress();
}

/** Follow the browser's back and forward buttons. */
export function followHistory() {
  addEventListener("popstate", async () => {
    const there = fromAddress();
    if (there.as && there.as !== state.me) {
      await become(there.as, { place: there.place, threadTs: there.thread, tab: there.tab ?? "messages" });
      return;
    }
    set({ ...EMPTY, place: there.place ?? state.place, tab: there.tab ?? "messages", threadTs: there.thread });
    await look();
  });
}
