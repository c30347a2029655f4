// Making and updating DOM nodes. Text only ever becomes text nodes: nothing here, or elsewhere, parses HTML.

/** A node: `el("p", {class: "hint", onclick: f}, "text", child)`. Null, undefined and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * Bring a container in line with items, reusing the nodes of those that have not changed, so that focus, open
 * menus and half-typed text survive. `print` is what an item looks like as a string.
 */
export function reconcile(container, items, { key, print, make }) {
  const old = container.keyed ?? new Map();
  const kept = new Map();
  const nodes = items.map((item) => {
    const id = key(item);
    const look = print(item);
    const known = old.get(id);
    const entry = known?.look === look ? known : { look, node: make(item, known?.node) };
    kept.set(id, entry);
    return entry.node;
  });
  for (const [id, entry] of old) if (kept.get(id)?.node !== entry.node) entry.node.remove();
  let place = container.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else container.insertBefore(node, place);
  }
  container.keyed = kept;
}

/** Replace all children. */
export function fill(container, ...children) {
  container.keyed = undefined;
  container.replaceChildren(...children.flat().filter((child) => child));
}

let numbers = 0;

/** An id for `for`, `aria-controls` and the like. */
export function freshId(prefix) {
  numbers += 1;
  return `${prefix}-${numbers}`;
}
