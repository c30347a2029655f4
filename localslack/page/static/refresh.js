// Reading again what is on screen: at most one round at a time, one more when something changed meanwhile.

import { get } from "./api.js";
import { channelId, forgetStrangers, metStrangers, set, state } from "./store.js";

const PAGE = 100;
const REST = 120; // ms between rounds, so that a busy app does not keep the page busy
const OLDER_REST = 4000; // ms between reads of the pages loaded by "Load earlier"

let running = null;
let wanted = false;
let olderReadAt = 0;
let namesFor = "";

/** Look again; resolves when a round that began after this call is done. */
export async function refresh() {
  if (running) {
    wanted = true;
    await running;
    return wanted ? refresh() : undefined;
  }
  wanted = false;
  running = round().finally(() => {
    running = null;
  });
  await running;
}

let timer = null;

/** Look again soon: many changes in a row make one round. */
export function refreshSoon() {
  timer ??= setTimeout(async () => {
    timer = null;
    await refresh().catch(() => undefined);
  }, REST);
}

/** Forget names, as after a reset of the world. */
export function forgetNames() {
  namesFor = "";
}

async function round() {
  const user = state.me;
  const [{ channels }, { app }, { modal }] = await Promise.all([
    get("see/channels", { user }),
    get("see/app", { user }),
    get("see/modal", { user }),
  ]);
  const changes = { channels, app, modal };
  if (namesFor !== user || metStrangers()) {
    if (namesFor !== user) forgetStrangers();
    const names = await get("see/names", { user });
    if (JSON.stringify(names) !== JSON.stringify(state.names)) Object.assign(changes, { names, namesRead: state.namesRead + 1 });
    namesFor = user;
  }
  if (state.me !== user) return;
  set(changes);
  await Promise.all([conversation(user), thread(user), home(user)]);
}

async function conversation(user) {
  const channel = channelId();
  if (channel === null) {
    set({ messages: [], hasMore: false });
    return;
  }
  if (!state.channels.some((known) => known.id === channel)) return;
  const page = await get("see/messages", { user, channel, limit: PAGE });
  if (state.me === user && channelId() === channel) set(withOlder(page));
  if (state.messages?.length > PAGE && Date.now() - olderReadAt > OLDER_REST) {
    olderReadAt = Date.now();
    const all = await get("see/messages", { user, channel, limit: state.messages.length });
    if (state.me === user && channelId() === channel) set({ messages: all.messages, hasMore: all.has_more });
  }
}

let lastPage = "";

/** The newest page, before it the older messages that were read before; nothing when nothing is new. */
function withOlder(page) {
  const print = JSON.stringify([state.me, channelId(), page]);
  if (print === lastPage && state.messages !== null) return {};
  lastPage = print;
  const first = page.messages[0]?.ts;
  const older = page.has_more && state.messages ? state.messages.filter((m) => m.ts < first) : [];
  return {
    messages: [...older, ...page.messages],
    hasMore: older.length ? state.hasMore : page.has_more,
  };
}

/** Read the page before the oldest message shown. */
export async function loadEarlier() {
  const user = state.me;
  const channel = channelId();
  const before = state.messages[0].ts;
  const page = await get("see/messages", { user, channel, limit: PAGE, before });
  if (state.me !== user || channelId() !== channel) return;
  olderReadAt = Date.now();
  const newer = state.messages.filter((m) => m.ts >= before);
  set({ messages: [...page.messages, ...newer], hasMore: page.has_more });
}

async function thread(user) {
  const [channel, ts] = [channelId(), state.threadTs];
  if (ts === null || channel === null) return;
  const { messages } = await get("see/thread", { user, channel, ts });
  if (state.me === user && channelId() === channel && state.threadTs === ts) set({ thread: messages });
}

async function home(user) {
  if (state.place !== "app" || state.tab !== "home") return;
  const shown = await get("see/home", { user });
  if (state.me === user) set({ home: shown.home });
}
