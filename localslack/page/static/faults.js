// Something goes wrong on purpose at the next call of a method.

import { get, send } from "./api.js";
import { DESTRUCTIVE } from "./calls.js";
import { el, fill, freshId } from "./dom.js";
import { note } from "./notices.js";

const KINDS = [
  ["429: too many requests", { kind: "rate_limited", retry_after: 3 }],
  ["500: server error", { kind: "http", status: 500 }],
  ["Done, but the answer is lost", { kind: "lost" }],
];
const WORDS = { rate_limited: "429", http: "500", lost: "answer lost" };

/** The switches and the function that reads what is on. */
export function makeFaults() {
  const id = freshId("method");
  const method = el("select", { id, class: "text-field" }, ...DESTRUCTIVE.map((name) => el("option", { value: name }, name)));
  const list = el("ul", { class: "faults" });
  const attempt = async (doing) => {
    try {
      await doing();
      await read();
    } catch (error) {
      note(error.message, "error");
    }
  };
  const add = (fault) => () => attempt(() => send("faults", { method: method.value, times: 1, ...fault }));
  const clear = el("button", { type: "button", class: "link", onclick: () => attempt(() => send("faults", {}, "DELETE")) }, "Clear all");
  const node = el(
    "section",
    { class: "panel-part", "aria-label": "Faults" },
    el("div", { class: "panel-head" }, el("h2", {}, "Faults"), clear),
    el("label", { for: id, class: "label" }, "At the next call of"),
    method,
    el("div", { class: "actions" }, ...KINDS.map(([label, fault]) => el("button", { type: "button", class: "button small", onclick: add(fault) }, label))),
    list,
  );

  function row(fault) {
    const waiting = fault.times === null || fault.hits < fault.times;
    const remove = () => attempt(() => send(`faults/${encodeURIComponent(fault.id)}`, {}, "DELETE"));
    return el(
      "li",
      {},
      el("span", { class: `tag ${waiting ? "warn" : ""}` }, waiting ? "waiting" : "has struck"),
      ` ${WORDS[fault.kind] ?? fault.kind}: `,
      el("code", {}, fault.method),
      el("button", { type: "button", class: "link", onclick: remove, "aria-label": `Remove the fault at ${fault.method}` }, "Remove"),
    );
  }

  async function read() {
    const { faults } = await get("faults");
    clear.hidden = !faults.length;
    fill(list, ...(faults.length ? faults.map(row) : [el("li", { class: "quiet" }, "None: everything works.")]));
  }

  return { node, read };
}
