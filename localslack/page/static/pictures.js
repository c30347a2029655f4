// Images. The page loads none from elsewhere (its policy forbids it), so others are described instead.

import { el } from "./dom.js";

const OWN = /^(data:image\/|\/)/;

/** An image of the given kind ("image", "thumb", "small"), or what it is said to show. */
export function picture(object, kind, caption = []) {
  const about = object.alt_text ?? "";
  const address = object.image_url ?? "";
  const own = OWN.test(address) || address.startsWith(`${location.origin}/`);
  const shown = own
    ? el("img", { src: address, alt: about, class: kind, loading: "lazy" })
    : el("span", { class: `no-image ${kind}`, role: "img", "aria-label": about, title: about }, kind === "image" ? `Image: ${about}` : "▣");
  if (kind !== "image") return shown;
  return el("figure", { class: "picture" }, caption.length > 0 && el("figcaption", {}, ...caption), shown);
}
