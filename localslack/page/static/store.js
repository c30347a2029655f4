// What the page knows and shows: one state, changed in `set`, drawn by whoever subscribed.

export const state = {
  me: "",
  people: [],
  names: { users: {}, channels: {}, usergroups: {} },
  namesRead: 0, // how often: what shows names is drawn again when they may have changed
  app: null,
  channels: null, // null until they have been read
  place: "", // a channel's id, or "app"
  tab: "messages", // of the app: "home" or "messages"
  messages: null,
  hasMore: false,
  newSince: null, // ts after which messages were unread when the conversation was opened
  threadTs: null,
  thread: null,
  modal: null,
  home: undefined, // undefined until read, null when the app has published none
  online: null,
};

const listeners = new Set();

/** Have `draw` called after every change, and once now. */
export function subscribe(draw) {
  listeners.add(draw);
  draw();
}

/** Change the state and redraw. */
export function set(changes) {
  Object.assign(state, changes);
  for (const draw of listeners) draw();
}

/** The conversation shown, by id: the app's direct message may not exist yet. */
export function channelId() {
  return state.place === "app" ? (state.app?.dm ?? null) : state.place;
}

/** The conversation shown, as the sidebar has it. */
export function channel() {
  return state.channels?.find((known) => known.id === channelId()) ?? null;
}

/** Who acts. */
export function me() {
  return state.people.find((person) => person.id === state.me) ?? null;
}

const strangers = new Set(); // unknown ids met: some stay unknown, as a private channel's does
let metNew = false;

/** How text reads to this person: names of what is mentioned, and the time zone. */
export function reader() {
  const named = (kind) => (id) => {
    const name = state.names[kind][id];
    if (name === undefined && !strangers.has(id)) {
      strangers.add(id);
      metNew = true;
    }
    return name;
  };
  return {
    user: named("users"),
    channel: named("channels"),
    usergroup: named("usergroups"),
    zone: me()?.tz ?? "UTC",
    isMe: (id) => id === state.me || Boolean(me()?.usergroups.includes(state.names.usergroups[id])),
  };
}

/** Whether a new unknown id was met since this was last asked: time to read the names again. */
export function metStrangers() {
  const met = metNew;
  metNew = false;
  return met;
}

/** Unknown ids may have names now: to another person, in another world. */
export function forgetStrangers() {
  strangers.clear();
}
