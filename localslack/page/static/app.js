// Puts the page together: who and where from the address, the panes, and looking again when something changed.

import { get } from "./api.js";
import { makeConversation } from "./conversation.js";
import { icon } from "./icons.js";
import { live } from "./live.js";
import { makeModal } from "./modal.js";
import { become, followHistory, fromAddress } from "./moving.js";
import { note } from "./notices.js";
import { makePanel, panelChanged } from "./panel.js";
import { makeSwitcher } from "./people.js";
import { forgetNames, refreshSoon } from "./refresh.js";
import { makeSidebar } from "./sidebar.js";
import { set, state, subscribe } from "./store.js";
import { makeThread } from "./thread.js";

const FIRST_PERSON = "W0ANA00001";
const at = (id) => document.getElementById(id);

function build() {
  at("menu").append(icon("menu"));
  const showMenu = (open) => {
    document.body.classList.toggle("menu-open", open);
    at("menu").setAttribute("aria-expanded", String(open));
  };
  at("menu").addEventListener("click", () => showMenu(!document.body.classList.contains("menu-open")));
  document.addEventListener("pointerdown", (event) => event.target.closest(".sidebar, #menu") || showMenu(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && showMenu(false));
  subscribe(makeSwitcher(at("person")));
  subscribe(makeSidebar(at("sidebar")));
  subscribe(makeConversation(at("main")));
  subscribe(makeThread(at("thread")));
  subscribe(makeModal());
  makePanel(at("panel"));
  subscribe(() => {
    const lost = state.online === false;
    const text = lost ? "Reconnecting …" : "";
    if (at("connection").textContent !== text) at("connection").textContent = text;
  });
}

async function start() {
  build();
  followHistory();
  const { people } = await get("see/people");
  const { as, place, thread, tab } = fromAddress();
  const known = people.some((person) => person.id === as);
  if (as && !known) note(`Nobody is called ${as}.`, "error");
  set({ people });
  await become(known ? as : FIRST_PERSON, { place: place ?? "", threadTs: thread, tab: tab ?? "messages" });
  listen();
}

function listen() {
  let epoch = null;
  live({
    connected: (online) => set({ online }),
    changed: (_version, now) => {
      if (epoch !== null && now !== epoch) afterReset();
      epoch = now;
      refreshSoon();
      panelChanged();
    },
  });
}

/** The world began anew: nothing known before is worth keeping. */
function afterReset() {
  forgetNames();
  set({ messages: null, thread: null, threadTs: null, home: undefined });
}

start().catch((error) => note(error.message, "error"));
