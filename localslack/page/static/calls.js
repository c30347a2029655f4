// The Web API calls, newest first.

import { get } from "./api.js";
import { el, reconcile } from "./dom.js";

const SHOWN = 150;

/** Methods whose effect is what the app exists for. */
export const DESTRUCTIVE = [
  "team.externalTeams.disconnect",
  "admin.conversations.disconnectShared",
  "usergroups.disable",
  "usergroups.enable",
  "admin.conversations.setTeams",
  "admin.auth.policy.removeEntities",
  "admin.auth.policy.assignEntities",
];

/** The list and the function that reads on. `tell` gets the latest call as a line. */
export function makeCalls(tell) {
  let known = [];
  let settled = 0; // calls up to here have been answered: no need to read them again
  const only = el("input", { type: "checkbox", id: "only-destructive" });
  const list = el("ol", { class: "calls" });
  const node = el(
    "section",
    { class: "panel-part calls-part", "aria-label": "Web API calls" },
    el("div", { class: "panel-head" }, el("h2", {}, "Web API calls"), el("label", {}, only, " only what changes the org")),
    list,
  );
  only.addEventListener("change", draw);

  function draw() {
    const last = known.at(-1);
    tell(last ? `last call: ${last.method} → ${verdict(last)}` : "no calls yet");
    if (node.closest("[hidden]")) return; // nobody looks
    const fits = known.filter((call) => !only.checked || DESTRUCTIVE.includes(call.method));
    reconcile(list, fits.slice(-SHOWN).reverse(), { key: (call) => call.number, print: JSON.stringify, make: row });
  }

  async function read() {
    let { calls } = await get("calls", { after: settled });
    if (settled && !calls.length) ({ calls } = await startOver(calls));
    known = [...known.filter((call) => call.number <= settled), ...calls].slice(-2 * SHOWN);
    const open = calls.find((call) => call.status === 0);
    settled = open ? open.number - 1 : (calls.at(-1)?.number ?? settled);
    draw();
  }

  /** After a reset the log is shorter than what was read. */
  async function startOver(calls) {
    const last = await get("calls", { after: settled - 1 });
    if (last.calls.length) return { calls };
    known = [];
    settled = 0;
    return get("calls", { after: 0 });
  }

  return { node, read };
}

function verdict(call) {
  if (call.fault === "lost" || call.fault === "refused") return "answer lost";
  if (call.status === 0) return "…";
  if (call.status !== 200) return String(call.status);
  return call.ok ? "ok" : (call.error ?? "not ok");
}

function row(call) {
  const matters = DESTRUCTIVE.includes(call.method);
  const good = call.ok && call.fault !== "lost";
  const time = new Date(call.at * 1000).toLocaleTimeString("en-GB");
  return el(
    "li",
    { class: matters ? "call destructive" : "call" },
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("time", {}, time),
        el("code", {}, call.method),
        el("span", { class: `verdict ${good ? "good" : "bad"}` }, verdict(call)),
        call.effect && el("span", { class: "tag" }, "changed"),
        call.fault && el("span", { class: "tag warn" }, `fault: ${call.fault}`),
      ),
      el("pre", {}, `${call.token}\n${JSON.stringify(call.args, null, 2)}`),
    ),
  );
}
