// The org's state, and what has changed in it since the panel was opened.

import { get } from "./api.js";
import { el, fill, freshId } from "./dom.js";

/** The overview and the function that reads it. */
export function makeOrg() {
  const id = freshId("filter");
  const filter = el("input", { id, type: "search", class: "text-field", placeholder: "Filter by name or id", autocomplete: "off" });
  const changes = el("ul", { class: "changes", "aria-live": "polite" });
  const rows = el("div", { class: "org-rows", tabindex: "0", "aria-label": "State" });
  const node = el(
    "section",
    { class: "panel-part", "aria-label": "State of the org" },
    el("div", { class: "panel-head" }, el("h2", {}, "State of the org"), el("label", { for: id, class: "hidden" }, "Filter"), filter),
    changes,
    rows,
  );
  const first = new Map();
  let groups = [];

  function draw() {
    const wanted = filter.value.trim().toLocaleLowerCase();
    const fits = (line) => `${line.name} ${line.id}`.toLocaleLowerCase().includes(wanted);
    const found = groups.map((group) => ({ ...group, fitting: group.lines.filter(fits) })).filter((group) => group.fitting.length);
    fill(rows, ...found.map((group) => part(group, group.fitting)), !found.length && el("p", { class: "quiet" }, "Nothing is called that."));
  }

  async function read() {
    groups = groupsOf(await get("overview"));
    const lines = groups.flatMap((group) => group.lines);
    const present = new Set(lines.map((line) => line.id));
    for (const line of lines) if (!first.has(line.id)) first.set(line.id, line);
    const different = lines.filter((line) => first.get(line.id).state !== line.state);
    const gone = [...first.values()].filter((line) => !present.has(line.id)).map((line) => ({ ...line, state: "no longer here" }));
    fill(changes, ...[...different, ...gone].map((line) => change(first.get(line.id), line)));
    draw();
  }

  filter.addEventListener("input", draw);
  return { node, read };
}

function change(before, line) {
  return el("li", {}, el("bdi", {}, line.name), ": ", el("s", {}, before.state), " → ", el("strong", {}, line.state));
}

function part(group, lines) {
  const row = (line) => el("li", { class: line.good ? "" : "off" }, el("span", { class: "dot" }), el("bdi", {}, line.name), line.id !== line.name && el("code", {}, line.id), el("span", { class: "state" }, line.state));
  return el("details", { open: group.lines.length < 20 || lines.length < 20 }, el("summary", {}, `${group.title} (${lines.length})`), el("ul", {}, ...lines.map(row)));
}

function groupsOf(org) {
  return [
    { title: "Policies", lines: Object.entries(org.policies).map(([name, size]) => ({ id: name, name, state: `${size} people`, good: true })) },
    { title: "User groups", lines: org.usergroups.map(groupLine) },
    { title: "Channels shared, or in several workspaces", lines: org.channels.map((channel) => channelLine(channel, org)) },
    { title: "Partners", lines: org.partners.map(partnerLine) },
  ];
}

function groupLine(group) {
  const state = group.enabled ? `enabled, ${group.members} ${group.members === 1 ? "member" : "members"}` : "disabled";
  return { id: group.id, name: `@${group.handle}`, state, good: group.enabled };
}

function channelLine(channel, org) {
  const spread = channel.is_org_wide ? "org-wide" : channel.workspaces.map((id) => org.workspaces[id] ?? id).join(", ");
  const partners = channel.partners.map((id) => org.partners.find((partner) => partner.id === id)?.name ?? id);
  const state = [spread, partners.length && `with ${partners.join(", ")}`, channel.disconnecting && "disconnecting"];
  return { id: channel.id, name: `#${channel.name}`, state: state.filter(Boolean).join(" · "), good: true };
}

function partnerLine(partner) {
  const status = partner.disconnecting ? "disconnecting" : partner.status.toLowerCase();
  const channels = `${partner.channels} ${partner.channels === 1 ? "channel" : "channels"}`;
  return { id: partner.id, name: partner.name, state: `${status}, ${channels}`, good: status === "connected" };
}
