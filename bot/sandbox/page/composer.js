// The line to write in, with the bot's commands as they are registered with Telegram.

import { focusNewestKeyboard, rewrite, say } from "./chat.js";
import { context, forget } from "./context.js";
import { el } from "./dom.js";
import { t } from "./words.js";

const form = document.getElementById("composer");
const text = document.getElementById("text");
const list = document.getElementById("commands");
const menu = document.getElementById("menu");
const MAX_HEIGHT = 132;

let commands = [];
let chosen = -1;

export function startComposer() {
  form.addEventListener("submit", send);
  text.addEventListener("input", () => {
    grow();
    suggest(context()?.kind === "edit" ? "" : text.value);
  });
  text.addEventListener("keydown", pressed);
  text.addEventListener("blur", () => setTimeout(() => hideUnless(document.activeElement)));
  menu.addEventListener("click", () => {
    const wasOpen = !list.hidden;
    if (wasOpen) hide();
    else suggest("/");
    text.focus();
  });
}

/** What the bot offers in this chat, and whom a message goes to. */
export function composeFor(state) {
  const areNew = JSON.stringify(commands) !== JSON.stringify(state.commands);
  commands = state.commands;
  menu.hidden = commands.length === 0;
  if (areNew && document.activeElement === text) suggest(text.value);
  text.placeholder = state.chat.type === "private" ? t("Message") : t("Message to {}", t(state.chat.title));
}

async function send(event) {
  event.preventDefault();
  const words = text.value;
  const meant = context();
  if (!words.trim() && !(meant?.kind === "edit" && meant.message.media)) return;
  forget();
  text.value = "";
  hide();
  grow();
  const isDone = meant?.kind === "edit" ? rewrite(meant.message, words) : say(words, meant?.message.id);
  if (!(await isDone) && !text.value) text.value = words;
  grow();
}

function pressed(event) {
  if (event.isComposing) return;
  const isOpen = !list.hidden;
  if (event.key === "Escape" && isOpen) hide();
  else if (event.key === "Escape") forget();
  else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (isOpen && chosen >= 0) pick(list.children[chosen].dataset.command);
    else form.requestSubmit();
  } else if (event.key === "Tab" && isOpen && chosen >= 0) {
    event.preventDefault();
    text.value = `${list.children[chosen].dataset.command} `;
    hide();
  } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "ArrowUp" && !text.value) {
    event.preventDefault();
    focusNewestKeyboard();
  }
}

function suggest(typed) {
  const fits = typed.startsWith("/") ? commands.filter((one) => `/${one.command}`.startsWith(typed)) : [];
  list.replaceChildren(...fits.map(option));
  list.hidden = fits.length === 0;
  for (const control of [text, menu]) control.setAttribute("aria-expanded", String(!list.hidden));
  choose(-1);
}

function option({ command, description }, index) {
  const attributes = { id: `command-${index}`, role: "option", "data-command": `/${command}` };
  const item = el("li", attributes, el("strong", {}, `/${command}`), el("span", {}, description));
  item.addEventListener("pointerdown", (event) => event.preventDefault());
  item.addEventListener("click", () => pick(`/${command}`));
  return item;
}

function choose(index) {
  const count = list.children.length;
  chosen = index === -1 || !count ? index : (index + count) % count;
  if (index < -1) chosen = count - 1;
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  if (chosen < 0) text.removeAttribute("aria-activedescendant");
  else text.setAttribute("aria-activedescendant", `command-${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function pick(command) {
  text.value = "";
  hide();
  grow();
  say(command);
}

function hide() {
  list.hidden = true;
  for (const control of [text, menu]) control.setAttribute("aria-expanded", "false");
  choose(-1);
}

function hideUnless(focused) {
  if (focused !== text && focused !== menu) hide();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, MAX_HEIGHT)}px`;
}
