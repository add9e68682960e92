// What the next words are meant for: an answer to a message, or an edit of one's own.

import { el, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

const bar = document.getElementById("context");
const text = document.getElementById("text");

let meant = null;

/** {kind: "reply" | "edit", message}, or null. */
export function context() {
  return meant;
}

export function answer(message, title, words) {
  mean("reply", message, title, words);
}

export function edit(message, words) {
  mean("edit", message, t("Edit message"), words);
  text.value = message.text ?? "";
  text.dispatchEvent(new Event("input"));
}

export function forget() {
  if (meant?.kind === "edit") {
    text.value = "";
    text.dispatchEvent(new Event("input"));
  }
  meant = null;
  bar.hidden = true;
}

function mean(kind, message, title, words) {
  forget();
  meant = { kind, message };
  const close = iconButton("close", t("Cancel"), {
    click: () => {
      forget();
      text.focus();
    },
  });
  const about = el("span", {}, el("strong", {}, title), el("span", {}, words));
  bar.replaceChildren(icon(kind), about, close);
  bar.hidden = false;
  text.focus();
}
