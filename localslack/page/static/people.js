// Who acts: the switcher in the top bar, and the faces of people.

import { el, fill, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { become } from "./moving.js";
import { placeNear } from "./popups.js";
import { me, state } from "./store.js";

const COLOURS = 8;
const ROLES = { owner: "org owner", admin: "org admin", member: "member", guest: "guest", external: "of another organization" };

/** People of the seeds who have a part in the demos, in the order of their entrance. */
const CAST = {
  W0ANA00001: "asks for changes",
  W0BEN00001: "approves",
  W0CHLOE001: "approves, too",
  W0OLGA0001: "owns the org",
  W0DINO0001: "may do nothing special",
  W0GUEST001: "is a guest",
  U0OUTSIDE1: "is an outsider",
};

/** A coloured square with initials; the name stands beside it. */
export function face(id, name) {
  const sum = [...id].reduce((total, letter) => total * 31 + letter.codePointAt(0), 7) >>> 0;
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  return el("span", { class: `face face-${sum % COLOURS}`, "aria-hidden": "true" }, initials);
}

function about(person) {
  const groups = person.usergroups.map((handle) => `@${handle}`);
  return [ROLES[person.role], ...groups].join(" · ");
}

function row(person) {
  const label = `Act as ${person.real_name}, ${about(person)}`;
  const current = person.id === state.me;
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "person", "aria-label": label, "aria-current": current ? "true" : undefined, onclick: () => switchTo(person.id) },
      face(person.id, person.real_name),
      el("span", { class: "person-text" }, el("bdi", {}, person.real_name), el("small", {}, CAST[person.id] ? `${CAST[person.id]} · ${about(person)}` : about(person))),
      current && icon("tick"),
    ),
    el("a", { href: `/?as=${encodeURIComponent(person.id)}`, target: "_blank", rel: "noopener", title: "In a window of their own", "aria-label": `${person.real_name} in a new window` }, "↗"),
  );
}

function switchTo(id) {
  document.getElementById("people-menu").hidePopover();
  become(id);
}

function found(query) {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return Object.keys(CAST).map((id) => state.people.find((p) => p.id === id)).filter(Boolean);
  const fits = (p) => `${p.real_name} ${p.name} ${p.id}`.toLocaleLowerCase().includes(wanted);
  return state.people.filter(fits).slice(0, 20);
}

/** Build the switcher once; answers the function that redraws it. */
export function makeSwitcher(container) {
  const id = freshId("find");
  const list = el("ul", { class: "people" });
  const search = el("input", { id, type: "search", class: "text-field", placeholder: "Find anybody of the org", autocomplete: "off" });
  const draw = () => fill(list, ...found(search.value).map(row));
  search.addEventListener("input", draw);
  const menu = el(
    "div",
    { class: "popup people-menu", id: "people-menu", popover: "auto", role: "group", "aria-label": "Act as somebody" },
    el("p", { class: "popup-title" }, "Act as"),
    list,
    el("label", { class: "hidden", for: id }, "Find anybody"),
    search,
  );
  const button = el("button", { type: "button", class: "who", "aria-haspopup": "true" });
  button.addEventListener("click", () => {
    search.value = "";
    draw();
    menu.togglePopover();
    placeNear(menu, button);
  });
  menu.addEventListener("toggle", () => placeNear(menu, button));
  container.append(button, menu);
  let shown = "";
  return () => {
    const person = me();
    const look = `${state.me} ${person?.real_name}`;
    if (look === shown) return;
    shown = look;
    const name = person?.real_name ?? state.me;
    button.setAttribute("aria-label", `You act as ${name}. Act as somebody else`);
    fill(button, face(state.me, name), el("span", { class: "who-text" }, el("bdi", {}, name), el("small", {}, person ? about(person) : "")), icon("down"));
    document.title = `${name} · Local Slack (not Slack)`;
  };
}
