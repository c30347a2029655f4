// The question a control asks before it acts: a native dialog, so that focus stays in it and Escape closes it.

import { el, freshId } from "./dom.js";
import { textNodes } from "./mrkdwn.js";
import { reader } from "./store.js";

/** Ask; true when the person goes on. `object` is a Block Kit confirmation dialog. */
export function confirmed(object) {
  return new Promise((resolve) => {
    const [title, text] = [freshId("confirm"), freshId("confirm-text")];
    const style = object.style === "danger" ? "danger" : "primary";
    const say = (part, usual) => (object[part] ? textNodes(object[part], reader()) : [usual]);
    const answer = (value) => () => dialog.close(value);
    const dialog = el(
      "dialog",
      { class: "confirm", "aria-labelledby": title, "aria-describedby": text },
      el("h2", { id: title }, el("bdi", {}, ...say("title", "Are you sure?"))),
      el("p", { id: text, class: "plain" }, ...say("text", "")),
      el(
        "div",
        { class: "row end" },
        el("button", { type: "button", class: "button", onclick: answer("no") }, ...say("deny", "Cancel")),
        el("button", { type: "button", class: `button ${style}`, onclick: answer("yes") }, ...say("confirm", "Yes")),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("button").focus();
  });
}
