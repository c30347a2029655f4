// Where lists and menus appear: in the top layer, below what they belong to, or above when there is no room.

const GAP = 4;
const anchors = new WeakMap(); // of each popover: what it belongs to, and how

addEventListener("resize", () => {
  for (const popup of document.querySelectorAll(":popover-open")) {
    const known = anchors.get(popup);
    if (known) placeNear(popup, known.anchor, known.how);
  }
});

/** Put a shown popover beside its anchor; `wide`: as wide as the anchor. */
export function placeNear(popup, anchor, how = {}) {
  anchors.set(popup, { anchor, how });
  const box = anchor.getBoundingClientRect();
  if (how.wide) popup.style.width = `${box.width}px`;
  const below = innerHeight - box.bottom - 2 * GAP;
  const above = box.top - 2 * GAP;
  const up = below < Math.min(220, popup.scrollHeight) && above > below;
  popup.style.maxHeight = `${Math.max(120, Math.min(320, up ? above : below))}px`;
  popup.style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - popup.offsetWidth - GAP))}px`;
  popup.style.top = up ? `${box.top - popup.offsetHeight - GAP}px` : `${box.bottom + GAP}px`;
}
