// A message's text and its entities as DOM nodes. Offsets count UTF-16 units, as JavaScript does.

import { toast } from "./dialogs.js";
import { el } from "./dom.js";
import { t } from "./words.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const COPIED = ["code", "pre"];
const SAFE = ["http:", "https:", "mailto:", "tg:"];

export function formatted(text, entities, onCommand) {
  const marks = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nodes(text, marks, 0, text.length, onCommand);
}

function nodes(text, marks, start, end, onCommand) {
  const found = [];
  const queue = [...marks];
  let at = start;
  while (queue.length) {
    const mark = queue.shift();
    const from = Math.max(mark.offset, at);
    const to = Math.min(mark.offset + mark.length, end);
    const inside = [];
    while (queue.length && queue[0].offset < to) inside.push(queue.shift());
    if (from > at) found.push(text.slice(at, from));
    const inner = nodes(text, inside, from, to, onCommand);
    found.push(wrapped(mark, text.slice(mark.offset, mark.offset + mark.length), inner, onCommand));
    queue.unshift(...inside.map((one) => beyond(one, to)).filter((one) => one.length > 0));
    at = Math.max(at, to);
  }
  if (at < end) found.push(text.slice(at, end));
  return found;
}

/** What of an entity reaches over the end of the one around it. */
function beyond(mark, edge) {
  return { ...mark, offset: edge, length: mark.offset + mark.length - edge };
}

function wrapped(mark, covered, inner, onCommand) {
  if (COPIED.includes(mark.type)) return copied(TAGS[mark.type], covered, inner);
  if (TAGS[mark.type]) return el(TAGS[mark.type], {}, ...inner);
  switch (mark.type) {
    case "url":
    case "text_link":
      return link(mark.url ?? covered, inner);
    case "bot_command":
      if (!onCommand) return el("span", { class: "tag" }, ...inner);
      return el(
        "button",
        { type: "button", class: "tag command", click: () => onCommand(covered) },
        ...inner,
      );
    case "spoiler":
      return spoiler(inner);
    default:
      return el("span", { class: "tag" }, ...inner);
  }
}

/** A tap copies it, as on a phone. */
function copied(tag, covered, inner) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(covered);
      toast(t("Copied"));
    } catch {
      toast(t("This browser doesn't let the page copy."), "wrong");
    }
  };
  const keydown = (event) => event.key === "Enter" && copy();
  return el(tag, { role: "button", tabindex: "0", title: t("Copy"), click: copy, keydown }, ...inner);
}

function spoiler(inner) {
  const hidden = el("button", { type: "button", class: "spoiler", title: t("Show") }, ...inner);
  hidden.addEventListener("click", () => hidden.replaceWith(...hidden.childNodes));
  return hidden;
}

function link(address, inner) {
  const href = safe(address.trim());
  if (!href) return el("span", {}, ...inner);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...inner);
}

/** The address, or null where following it could run something. */
export function safe(address) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    return SAFE.includes(new URL(full).protocol) ? full : null;
  } catch {
    return null;
  }
}

/** A caption of Instagram: hashtags and mentions stand out, nothing else is special. */
export function captioned(text) {
  return text.split(/([#@][\p{L}\p{M}\p{N}_.]+)/u).map((part, index) => {
    return index % 2 ? el("span", { class: "tag" }, part) : part;
  });
}
