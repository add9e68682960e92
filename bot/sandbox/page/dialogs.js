// What stands over the page: toasts, alerts, menus, and media in full size.

import { el, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

const TOAST_MS = 4000;

export function toast(words, kind = "") {
  const box = el("p", { class: `toast ${kind}`, role: "status" }, words);
  const host = document.querySelector("dialog[open]") ?? document.getElementById("toasts");
  host.append(box);
  setTimeout(() => box.remove(), TOAST_MS);
}

/** A modal dialog that leaves the page when it is closed; Escape and the backdrop close it. */
export function dialog(attributes, ...children) {
  const box = el("dialog", attributes, ...children);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** Telegram's alert: the answer to a tap that wants to be read. */
export function alertBox(words) {
  const ok = el("button", { type: "button", class: "primary", autofocus: true }, "OK");
  const box = dialog(
    { class: "alert", "aria-label": "Postbote" },
    el("p", {}, words),
    ok,
  );
  ok.addEventListener("click", () => box.close());
}

/** Pictures and clips of a chat, one at a time. `media` = [{url, mime_type}]. */
export function mediaViewer(media, index) {
  const shown = media.filter((one) => one.url);
  const stage = el("div", { class: "stage" });
  const close = iconButton("close", t("Close"), { class: "icon-button viewer-close" });
  const box = dialog({ class: "viewer", "aria-label": t("Media") }, stage, close);
  close.addEventListener("click", () => box.close());
  const slides = shown.map(({ url, mime_type: type }) => ({ url, isVideo: type.startsWith("video/") }));
  slideshow(box, stage, slides, index);
}

/** Slides with buttons, arrow keys and dots. `slides` = [{url, isVideo, poster, label}]. */
export function slideshow(box, stage, slides, index = 0) {
  const back = iconButton("left", t("Previous"), { class: "icon-button step previous" });
  const next = iconButton("right", t("Next"), { class: "icon-button step next" });
  const dots = el("div", { class: "dots", "aria-hidden": "true" }, ...slides.map(() => el("i")));
  const place = el("p", { class: "visually-hidden", role: "status" });
  const show = (wanted) => {
    index = Math.min(Math.max(wanted, 0), slides.length - 1);
    const hadFocus = document.activeElement;
    stage.replaceChildren(slide(slides[index]), back, next, dots, place);
    back.disabled = index === 0;
    next.disabled = index === slides.length - 1;
    [...dots.children].forEach((dot, at) => dot.classList.toggle("on", at === index));
    for (const part of [back, next, dots]) part.hidden = slides.length < 2;
    place.textContent = slides.length < 2 ? "" : t("{} of {}", index + 1, slides.length);
    if (box.contains(hadFocus) && !hadFocus.disabled) hadFocus.focus();
    else box.querySelector("button:not([disabled]):not([hidden])")?.focus();
  };
  back.addEventListener("click", () => show(index - 1));
  next.addEventListener("click", () => show(index + 1));
  box.addEventListener("keydown", (event) => {
    if (event.target.tagName === "VIDEO") return;
    if (event.key === "ArrowLeft") show(index - 1);
    if (event.key === "ArrowRight") show(index + 1);
  });
  show(index);
}

function slide({ url, isVideo, poster, label = "" }) {
  if (!isVideo) return el("img", { class: "slide", src: url, alt: label });
  return el("video", {
    class: "slide",
    src: url,
    poster,
    controls: true,
    autoplay: true,
    loop: true,
    playsinline: true,
    "aria-label": label || t("Video"),
  });
}

/** A button that opens a menu and closes it. `items()` = [{icon, label, hint, act}]. */
export function attachMenu(button, items) {
  button.addEventListener("click", () => openMenu(button, items()));
}

let closeMenu = () => {};
let opener = null;

/** A menu next to its button, or over `area` as near to it as there is room; again, it closes. */
export function openMenu(button, items, area = null) {
  const wasOpen = opener === button;
  closeMenu();
  if (wasOpen) return;
  let menu = el("div", { class: "menu", role: "menu" });
  const close = () => {
    const closing = menu;
    menu = opener = null; // first: to remove it takes its focus away, which closes it
    closing?.remove();
    button.setAttribute("aria-expanded", "false");
  };
  const act = (item) => {
    close();
    button.focus();
    item.act();
  };
  menu.append(...items.map((item) => menuItem(item, act)));
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu, close, button));
  menu.addEventListener("focusout", (event) => {
    if (!menu?.contains(event.relatedTarget) && event.relatedTarget !== button) close();
  });
  closeMenu = close;
  opener = button;
  if (area) putNear(menu, button, area);
  else button.after(menu);
  button.setAttribute("aria-expanded", "true");
  menu.firstChild.focus();
}

function putNear(menu, button, area) {
  area.append(menu);
  const [room, at] = [area.getBoundingClientRect(), button.getBoundingClientRect()];
  const within = (wanted, most) => `${Math.max(8, Math.min(wanted, most - 8))}px`;
  menu.style.top = within(at.bottom + 4 - room.top, room.height - menu.offsetHeight);
  menu.style.left = within(at.left - room.left - menu.offsetWidth / 2, room.width - menu.offsetWidth);
}

function menuItem(item, act) {
  const words = el("span", {}, item.label, item.hint ? el("small", {}, item.hint) : null);
  const attributes = { type: "button", role: "menuitem", tabindex: "-1" };
  return el("button", { ...attributes, click: () => act(item) }, icon(item.icon), words);
}

function moveInMenu(event, menu, close, button) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
    button.focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...menu.children];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}
