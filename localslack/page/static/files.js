// Files in messages: a card with name, kind, size, a download, and how a text begins.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./store.js";

/** A file's card. */
export function fileCard(file) {
  const address = `/_control/see/file/${encodeURIComponent(file.id)}?user=${encodeURIComponent(state.me)}`;
  const about = [file.filetype.toUpperCase(), sizeOf(file.size)].filter(Boolean).join(" · ");
  const head = el(
    "div",
    { class: "file-head" },
    el("span", { class: "file-sign" }, icon("file")),
    el("div", { class: "file-text" }, el("bdi", { class: "file-name" }, file.title), el("small", {}, file.title !== file.name && el("bdi", {}, `${file.name} · `), about)),
    el("a", { class: "icon-button", href: address, download: file.name, "aria-label": `Download ${file.name}`, title: "Download" }, icon("download")),
  );
  return el("div", { class: "file", role: "group", "aria-label": `File ${file.name}` }, head, file.preview && preview(file));
}

function preview(file) {
  const left = file.lines - file.preview.length;
  const more = left > 0 && el("p", { class: "file-more" }, `${left} more ${left === 1 ? "line" : "lines"}`);
  return el("div", { class: "file-preview" }, el("pre", { class: "code" }, file.preview.join("\n")), more);
}

/** Bytes as people read them. */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
