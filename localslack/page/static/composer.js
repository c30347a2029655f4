// Where one types: messages, and slash commands with completion from the manifest.

import { act, Refused } from "./api.js";
import { el, freshId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { note } from "./notices.js";
import { refresh } from "./refresh.js";
import { channel, channelId, state } from "./store.js";

const drafts = new Map();
const narrow = matchMedia("(max-width: 760px)"); // no room for more than where one writes

/** A composer. threadTs: a function that tells the thread one replies in, null for the conversation. */
export function makeComposer(id, threadTs) {
  const listId = freshId("commands");
  const input = el("textarea", { id, rows: 1, class: "composer-input", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": listId });
  const button = el("button", { type: "submit", class: "icon-button send", "aria-label": "Send" }, icon("send"));
  const list = el("div", { class: "commands", id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
  const running = el("p", { class: "running", role: "status" });
  const form = el("form", { class: "composer" }, list, el("div", { class: "composer-box" }, input, button), running);
  let active = 0;
  let offered = [];
  let here = "";
  let ready = false;
  let next = false; // Enter was pressed while the last one was on its way

  const inThread = () => threadTs() !== null;
  const draftKey = () => `${state.me}/${channelId()}/${threadTs() ?? ""}`;

  function grow() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 180)}px`;
  }

  function complete() {
    const typed = /^\/\S*$/.exec(input.value);
    offered = typed && !inThread() ? (state.app?.commands ?? []).filter((c) => c.name.startsWith(typed[0])) : [];
    active = Math.min(active, Math.max(0, offered.length - 1));
    fill(list, ...offered.map(commandRow));
    list.hidden = !offered.length;
    if (offered.length) input.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else input.removeAttribute("aria-activedescendant");
    list.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  }

  function commandRow(command, index) {
    const row = el(
      "div",
      { id: `${listId}-${index}`, role: "option", class: index === active ? "command active" : "command", "aria-selected": String(index === active) },
      el("span", {}, el("strong", {}, command.name), command.usage_hint && el("span", { class: "usage" }, ` ${command.usage_hint}`)),
      el("small", {}, command.description),
    );
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(command);
    });
    return row;
  }

  function take(command) {
    input.value = `${command.name} `;
    changed();
    input.focus();
  }

  function changed() {
    drafts.set(draftKey(), input.value);
    complete();
    grow();
  }

  function key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offered.length && step) {
      event.preventDefault();
      active = (active + step + offered.length) % offered.length;
      complete();
    } else if (offered.length && (event.key === "Tab" || (event.key === "Enter" && offered[active].name !== input.value))) {
      event.preventDefault();
      take(offered[active]);
    } else if (offered.length && event.key === "Escape") {
      event.preventDefault();
      offered = [];
      list.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  async function submit() {
    const text = input.value.trim();
    next = Boolean(text && form.getAttribute("aria-busy"));
    if (!text || !ready || form.getAttribute("aria-busy")) return; // who and where is read first; the text stays
    const command = /^(\/\S+)(?:\s+([\s\S]*))?$/.exec(text);
    if (command && inThread()) {
      note("Commands work in the conversation, not in a thread.");
      return;
    }
    const sent = draftKey();
    input.value = "";
    changed();
    form.setAttribute("aria-busy", "true");
    running.textContent = command ? `Running ${command[1]} …` : "";
    try {
      const body = { user: state.me, channel: channelId() };
      if (command) await act("command", { ...body, command: command[1], text: command[2] ?? "" });
      else await act("say", { ...body, text: escaped(text), thread_ts: threadTs() });
      await refresh();
    } catch (error) {
      next = false;
      if (!(error instanceof Refused) || draftKey() === sent) restore(sent, text);
      note(error.message, "error");
    } finally {
      form.removeAttribute("aria-busy");
      running.textContent = "";
      if (next) submit();
    }
  }

  function restore(where, text) {
    drafts.set(where, text);
    if (draftKey() === where) {
      input.value = text;
      grow();
    }
  }

  input.addEventListener("input", () => {
    active = 0;
    changed();
  });
  input.addEventListener("keydown", key);
  input.addEventListener("blur", () => {
    list.hidden = true;
  });
  input.addEventListener("focus", complete);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  const composer = {
    node: form,
    /** Show the draft of where one is now. */
    update() {
      const label = inThread() ? "Reply in the thread" : `Message ${nameHere()}`;
      input.setAttribute("aria-label", label);
      input.placeholder = inThread() ? "Reply …" : state.app?.commands.length && !narrow.matches ? `${label}, or / for a command` : label;
      const early = ready ? "" : input.value; // typed before it was known who and where
      ready = Boolean(state.me) && state.channels !== null;
      if (draftKey() === here) return;
      here = draftKey();
      input.value = drafts.get(here) ?? early;
      grow();
      complete();
    },
  };
  narrow.addEventListener("change", composer.update);
  return composer;
}

/** What people type is text: Slack escapes the three characters its markup is made of. */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function nameHere() {
  if (state.place === "app") return state.app?.name ?? "the app";
  const shown = channel();
  if (!shown) return "…";
  return shown.kind.endsWith("im") ? shown.name : `#${shown.name}`;
}
