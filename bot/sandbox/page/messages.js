// One message, or the several of an album, as elements of the log.

import { clock, duration, el, icon, iconButton, size } from "./dom.js";
import { formatted, safe } from "./text.js";
import { t } from "./words.js";

const NAMES = {
  photo: "Photo",
  video: "Video",
  document: "File",
  animation: "Animation",
  voice: "Voice message",
  video_note: "Video message",
  sticker: "Sticker",
  contact: "Contact",
  poll: "Poll",
  location: "Location",
};

/** Neighbours with one media_group_id become one block. */
export function blocks(messages) {
  const found = [];
  for (const message of messages) {
    const last = found.at(-1);
    const group = message.media_group_id;
    if (group && last?.group === group) last.messages.push(message);
    else found.push({ key: `m${message.id}`, group, messages: [message] });
  }
  return found;
}

/** `actions` = {me, tap, command, show, jump, find, menu}. */
export function blockElement({ key, messages }, actions) {
  const [first] = messages;
  const texts = messages.filter((message) => message.text);
  const media = messages.filter((message) => message.media);
  const keyboard = messages.find((message) => message.keyboard)?.keyboard;
  const mine = first.from.id === actions.me;
  const bubble = el(
    "div",
    { class: "bubble" },
    first.forwarded_from ? el("p", { class: "forwarded" }, t("Forwarded from {}", nameOf(first.forwarded_from, actions))) : null,
    quote(first, actions),
    media.length ? album(media, actions) : null,
    ...texts.map((one) => el("p", { class: "text" }, ...formatted(one.text, one.entities, actions.command))),
    meta(messages, mine, actions),
  );
  if (media.length && !texts.length && !isFile(media[0])) bubble.classList.add("only-media");
  const article = el(
    "article",
    { class: `message ${mine ? "mine" : "theirs"}`, "data-key": key, "data-id": first.id },
    el("span", { class: "visually-hidden" }, `${nameOf(first.from, actions)}:`),
    bubble,
  );
  bubble.after(menuButton(messages, actions));
  if (keyboard) article.append(keyboardElement(keyboard, first, actions));
  return article;
}

/** What can be done with a message: to reply, to edit, and so on. */
function menuButton(messages, actions) {
  const press = ({ currentTarget }) => actions.menu(currentTarget, messages);
  const attributes = { class: "icon-button act", "aria-haspopup": "menu", "aria-expanded": "false", tabindex: "-1" };
  return iconButton("more", t("Reply and more"), { ...attributes, click: press });
}

function nameOf({ id, name }, actions) {
  return id === actions.me ? t("You") : name;
}

/** A message in a few words. */
export function excerpt(message) {
  return (message.text || t(NAMES[message.media?.kind] ?? "Message")).slice(0, 80);
}

/** The pictures of an element that stays in its place: those that are the same move into the new one, others stay below theirs until these are there. */
export function carryPictures(before, after) {
  const old = [...before.querySelectorAll(".picture")];
  [...after.querySelectorAll(".picture")].forEach((picture, index) => {
    const [was, is] = [old[index]?.querySelector("img, video"), picture.querySelector("img, video")];
    if (was?.src === is.src) is.replaceWith(was);
    else if (was && is.decode) {
      is.before(was);
      is.decode().catch(() => {}).finally(() => was.remove());
    }
  });
}

function quote(message, actions) {
  if (!message.reply_to) return null;
  const original = actions.find(message.reply_to);
  const picture = original && isPicture(original) ? el("img", { src: original.media.url, alt: "" }) : null;
  const words = message.quote ?? (original ? excerpt(original) : t("Deleted message"));
  return el(
    "button",
    { type: "button", class: "quote", click: () => actions.jump(message.reply_to) },
    picture,
    el("span", {}, el("strong", {}, original ? nameOf(original.from, actions) : "…"), el("span", {}, words)),
  );
}

function album(messages, actions) {
  if (isFile(messages[0])) return el("div", { class: "files" }, ...messages.map(fileElement));
  const shown = messages.map((message) => message.media);
  const isOdd = shown.length % 2 === 1;
  const pictures = shown.map((media, index) => {
    const picture = mediaElement(media, () => actions.show(shown, index));
    picture.style.setProperty("--shape", shape(media, isOdd && index === 0 ? 4.5 : 2));
    return picture;
  });
  const rows = isOdd ? [[pictures.shift()]] : [];
  while (pictures.length) rows.push(pictures.splice(0, 2));
  const single = shape(shown[0]) > 1.2 ? "single wide" : "single";
  const kind = shown.length === 1 ? single : "";
  return el("div", { class: `mosaic ${kind}` }, ...rows.map((row) => el("div", { class: "shelf" }, ...row)));
}

/** Width by height of a picture's box; one of an extreme shape stands in its box with a margin. */
function shape({ width, height }, widest = 4.5) {
  return width && height ? Math.min(Math.max(width / height, 0.62), widest) : 1;
}

function mediaElement(media, open) {
  const name = t(NAMES[media.kind] ?? "Media");
  if (!media.url || !/^(image|video)\//.test(media.mime_type)) {
    return el("p", { class: "placeholder" }, name);
  }
  const isVideo = media.mime_type.startsWith("video/");
  const inner = isVideo ? clip(media) : el("img", { src: media.url, alt: "" });
  const badge = isVideo ? badges(media) : [];
  const attributes = { type: "button", class: "picture", "aria-label": t("Open: {}", name) };
  return el("button", { ...attributes, click: open }, inner, ...badge);
}

/** An animation plays by itself, silently, again and again. */
function clip({ kind, url }) {
  if (kind !== "animation") return el("video", { src: `${url}#t=0.1`, preload: "metadata", tabindex: "-1" });
  return el("video", { src: url, autoplay: true, loop: true, muted: true, playsinline: true, tabindex: "-1" });
}

function badges(media) {
  if (media.kind === "animation") return [el("span", { class: "length" }, "GIF")];
  return [el("span", { class: "play" }, icon("video")), el("span", { class: "length" }, duration(media.duration))];
}

function fileElement({ media }) {
  const isImage = ["image/jpeg", "image/png", "image/webp"].includes(media.mime_type);
  const opens = isImage || media.mime_type === "video/mp4";
  const symbol = el("span", { class: "file-icon" }, opens ? icon("image") : icon("file"));
  const picture = isImage ? el("img", { src: media.url, alt: "" }) : symbol;
  picture.addEventListener("error", () => picture.replaceWith(symbol));
  return el(
    "a",
    {
      class: "file",
      href: media.url,
      ...(opens ? { target: "_blank", rel: "noopener" } : { download: media.file_name ?? "file" }),
    },
    picture,
    el("span", {}, el("strong", {}, media.file_name ?? t("File")), el("small", {}, size(media.size))),
  );
}

function isFile(message) {
  return message.media?.kind === "document";
}

function isPicture(message) {
  return message.media?.url && message.media.mime_type.startsWith("image/");
}

function meta(messages, mine, actions) {
  const last = messages.at(-1);
  const date = new Date(last.date);
  const edited = messages.some((message) => message.edited) ? t("edited ") : "";
  const time = el("time", { datetime: last.date }, edited + clock(date));
  const reactions = messages[0].reactions.map((reaction) => reactionElement(reaction, actions));
  return el("span", { class: "meta" }, ...reactions, time, mine ? icon("checks") : null);
}

function reactionElement({ emoji, from }, actions) {
  const whose = t(from.includes(actions.me) ? "Your reaction:" : "Reaction:");
  return el("span", { class: "reaction" }, el("span", { class: "visually-hidden" }, whose), emoji);
}

function keyboardElement(rows, message, actions) {
  const lines = rows.map((row) =>
    el("div", { class: "row" }, ...row.map((button) => buttonElement(button, message, actions))),
  );
  return el("div", { class: "keyboard", role: "group", "aria-label": t("Buttons") }, ...lines);
}

function buttonElement(button, message, actions) {
  const href = button.url && safe(button.url);
  if (href) return el("a", { class: "key", href, target: "_blank", rel: "noopener noreferrer" }, button.text);
  const press = async ({ currentTarget }) => {
    if (currentTarget.getAttribute("aria-busy") === "true") return;
    currentTarget.setAttribute("aria-busy", "true");
    await actions.tap(message.id, button.data);
    currentTarget.removeAttribute("aria-busy");
  };
  return el("button", { type: "button", class: "key", "data-tap": button.data, click: press }, button.text);
}
