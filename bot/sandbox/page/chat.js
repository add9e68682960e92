// The chat: watches it, keeps the log in step with it, and switches between chats.

import { actAs, deleteMessage, editText, forward, sendText, tap, watch } from "./api.js";
import { answer, context, edit, forget } from "./context.js";
import { day, el, icon } from "./dom.js";
import { alertBox, mediaViewer, openMenu, toast } from "./dialogs.js";
import { blockElement, blocks, carryPictures, excerpt } from "./messages.js";
import { t } from "./words.js";

const log = document.getElementById("log");
const tabs = document.getElementById("chats");
const toEnd = document.getElementById("to-end");
const text = document.getElementById("text");
const panel = document.getElementById("chat-panel");
const ALERTS = "Postbote alerts";
const NEAR_THE_END = 90;
const CAPTIONED = ["photo", "video", "animation", "document", "voice"];

const seen = new Map();
let sticks = true; // to the newest message, also when the composer grows
let me = null;
let current = null;
let topic = null; // of a forum; null is its General, and every other chat
let watching = null;
let messages = [];
let reached = 0; // the newest message that was in view
let drawn = new Map();
let stateListener = () => {};

export function chatId() {
  return current;
}

export function topicId() {
  return topic;
}

/** From now on the phone is this person's, with the chats that they are in. */
export function become(id, chats) {
  me = id;
  actAs(id);
  open(mine(chats)[0].id);
}

function mine(chats) {
  return inOrder(chats).filter((chat) => chat.members.includes(me));
}

/** Open the person's own chat, and tell `listener` of every state of the open one. */
export function startChat(overview, listener) {
  me = overview.me?.id;
  actAs(me);
  stateListener = listener;
  log.addEventListener("scroll", () => {
    sticks = isAtEnd();
    drawToEnd();
  });
  new ResizeObserver(() => sticks && scrollToEnd()).observe(log);
  toEnd.addEventListener("click", () => scrollToEnd("smooth"));
  log.addEventListener("keydown", moveInKeyboard);
  log.addEventListener("keydown", moveInMessages);
  tabs.addEventListener("keydown", moveInTabs);
  open(mine(overview.chats)[0].id);
}

/** The talk with the bot comes before the groups. */
function inOrder(chats) {
  return [...chats].sort((a, b) => (b.type === "private") - (a.type === "private"));
}

export function open(id, itsTopic = null) {
  watching?.abort();
  watching = new AbortController();
  current = id;
  topic = itsTopic;
  drawn = new Map();
  messages = [];
  reached = 0;
  forget();
  log.replaceChildren();
  watch(`/phone/chats/${id}`, (state) => draw(state, id, itsTopic), watching.signal);
}

export async function say(words, replyTo) {
  const isDone = await trying(() => sendText(current, words, replyTo, topic));
  if (isDone) scrollToEnd();
  return isDone;
}

export function rewrite(message, words) {
  return trying(() => editText(current, message.id, words));
}

/** Whether it went well; else a toast says why not. */
async function trying(act) {
  try {
    await act();
    return true;
  } catch (error) {
    toast(error.message, "wrong");
    return false;
  }
}

/** The first button of the newest keyboard, for people without a mouse. */
export function focusNewestKeyboard() {
  const keyboards = log.querySelectorAll(".keyboard");
  keyboards[keyboards.length - 1]?.querySelector(".key").focus();
}

function draw(state, id, itsTopic) {
  if (id !== current || itsTopic !== topic) return;
  if (state.chat.topics.length) state.messages = state.messages.filter((message) => message.topic === topic);
  const isFirst = drawn.size === 0;
  const stays = isAtEnd() && !isFirst;
  const isMine = state.messages.at(-1)?.from.id === me && state.messages.length > messages.length;
  messages = state.messages;
  drawTabs(state.chats);
  drawHead(state);
  drawLog(state.chat);
  if (context() && !find(context().message.id)) forget();
  if (stays || isFirst || isMine) scrollToEnd();
  drawToEnd();
  stateListener(state);
}

/** The way down, with a dot once the bot has said something below what is in view. */
function drawToEnd() {
  const newest = messages.at(-1)?.id ?? 0;
  toEnd.hidden = isAtEnd();
  if (toEnd.hidden) reached = newest;
  document.getElementById("below").hidden = newest <= reached;
}

function drawHead(state) {
  const isGroup = state.chat.type !== "private";
  const room = state.chat.topics.find((one) => one.id === topic);
  const title = room ? `${t(state.chat.title)} › ${room.name}` : t(state.chat.title);
  document.getElementById("chat-name").textContent = isGroup ? title : state.bot.name;
  document.getElementById("chat-state").textContent = state.typing ? t("typing …") : isGroup ? t("group") : "bot";
  const mark = state.chat.title === ALERTS ? "bell" : "chat";
  const picture = isGroup ? icon(mark) : el("img", { src: "logo.svg", alt: "" });
  document.getElementById("chat-avatar").replaceChildren(picture);
}

function drawTabs(chats) {
  const hadFocus = tabs.contains(document.activeElement);
  const rooms = mine(chats).flatMap((chat) => [
    { chat, topic: null, newest: chat.newest, name: chat.id === me ? t("You and the bot") : t(chat.title) },
    ...chat.topics.map((one) => ({ chat, topic: one.id, newest: one.newest, name: `› ${one.name}` })),
  ]);
  const buttons = rooms.map(({ chat, topic: its, newest, name }) => {
    const isOpen = chat.id === current && its === topic;
    const key = `${me} ${chat.id} ${its}`;
    if (isOpen || !seen.has(key)) seen.set(key, newest);
    const isNew = newest > seen.get(key);
    return el(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": String(isOpen),
        "aria-controls": "chat-panel",
        tabindex: isOpen ? "0" : "-1",
        click: () => open(chat.id, its),
      },
      name,
      isNew ? el("i", { class: "badge" }, el("span", { class: "visually-hidden" }, t("new messages"))) : null,
    );
  });
  tabs.replaceChildren(...buttons);
  if (hadFocus) tabs.querySelector("[aria-selected=true]").focus();
}

function drawLog(chat) {
  const focused = document.activeElement?.closest?.("#log .key, #log .act");
  const next = new Map();
  let date = null;
  const children = [];
  for (const block of blocks(messages)) {
    const itsDay = day(new Date(block.messages[0].date));
    if (itsDay !== date) children.push(keep(next, `d${itsDay}`, itsDay, () => el("p", { class: "day" }, itsDay)));
    date = itsDay;
    const content = JSON.stringify([block.messages, block.messages.map(quoted)]);
    children.push(keep(next, block.key, content, () => blockElement(block, actions)));
  }
  if (!children.length) children.push(keep(next, "empty", chat.title, () => emptyRoom(chat)));
  drawn = next;
  place(children);
  if (focused && !focused.isConnected) refocus(focused);
  const acts = [...log.querySelectorAll(".act")];
  acts.forEach((act, index) => (act.tabIndex = index === acts.length - 1 ? 0 : -1));
}

/** The element that shows this content already, or a new one. */
function keep(next, key, content, make) {
  const old = drawn.get(key);
  const element = old?.content === content ? old.element : make();
  if (old && old.element !== element) carryPictures(old.element, element);
  next.set(key, { content, element });
  return element;
}

function place(children) {
  const wanted = new Set(children);
  for (const child of [...log.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (log.children[index] !== child) log.insertBefore(child, log.children[index] ?? null);
  });
}

function refocus(lost) {
  const block = log.querySelector(`[data-key="${lost.closest("[data-key]").dataset.key}"]`);
  const alike = [...(block?.querySelectorAll(".key, .act") ?? [])];
  (alike.find((one) => one.dataset.tap === lost.dataset.tap) ?? text).focus();
}

function quoted(message) {
  return message.reply_to && find(message.reply_to);
}

function find(id) {
  return messages.find((message) => message.id === id);
}

const actions = {
  get me() {
    return me;
  },
  find,
  command: (command) => say(command),
  show: (media, index) => mediaViewer(media, index),
  jump(id) {
    const target = messages.find((message) => message.id === id);
    const element = target && log.querySelector(`[data-id="${id}"]`);
    element?.scrollIntoView({ block: "center", behavior: "smooth" });
    element?.classList.add("found");
    setTimeout(() => element?.classList.remove("found"), 1500);
  },
  tap: (messageId, data) =>
    trying(async () => {
      const { answer: told } = await tap(current, messageId, data);
      if (told?.text && told.show_alert) alertBox(told.text);
      else if (told?.text) toast(told.text);
    }),
  menu: (button, block) => openMenu(button, whatToDo(block), panel),
};

/** With the message under the words, or with the whole album. */
function whatToDo(block) {
  const named = block.find((message) => message.text) ?? block[0];
  const title = named.from.id === me ? t("Reply to yourself") : t("Reply to {}", named.from.name);
  const isMine = named.from.id === me && !named.forwarded_from;
  const canEdit = isMine && (named.media ? CAPTIONED.includes(named.media.kind) : named.text);
  const ids = block.map((message) => message.id);
  const remove = () => ids.reduce((before, id) => before.then(() => deleteMessage(current, id)), Promise.resolve());
  return [
    { icon: "reply", label: t("Reply"), act: () => answer(named, title, excerpt(named)) },
    canEdit && { icon: "edit", label: t(named.media ? "Edit caption" : "Edit"), act: () => edit(named, excerpt(named)) },
    { icon: "forward", label: t("Forward to this chat"), act: () => trying(() => forward(current, ids, topic)) },
    { icon: "delete", label: t("Delete"), act: () => trying(remove) },
  ].filter(Boolean);
}

function welcome() {
  return el(
    "div",
    { class: "welcome" },
    el("img", { src: "logo.svg", alt: "", width: "72", height: "72" }),
    el("p", {}, t("Send a photo, a video or an album: Postbote makes a post of it, and one tap plans it.")),
    el("button", { type: "button", class: "start", click: () => say("/start") }, t("Start")),
  );
}

function emptyRoom(chat) {
  if (chat.type === "private") return welcome();
  return chat.title === ALERTS ? quiet() : clubs();
}

/** The club's chat, before anybody has spoken. */
function clubs() {
  const how = t("People talk to each other here. With /group, an owner lets the bot show an account's posts.");
  return el("div", { class: "welcome" }, icon("chat"), el("p", {}, how));
}

/** The alerts' chat, before the first one. */
function quiet() {
  return el(
    "div",
    { class: "welcome" },
    icon("bell"),
    el(
      "p",
      {},
      t("Here the bot tells of every failure. To see one, open "),
      el("em", {}, t("What if …")),
      t(" above the profile, choose that Instagram refuses the next picture, and publish a photo."),
    ),
  );
}

function isAtEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
}

function scrollToEnd(behavior = "instant") {
  log.scrollTo({ top: log.scrollHeight, behavior });
}

function moveInKeyboard(event) {
  const key = event.target.closest(".key");
  if (!key) return;
  if (event.key === "Escape") text.focus();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const keys = [...key.closest(".keyboard").querySelectorAll(".key")];
  keys[(keys.indexOf(key) + step + keys.length) % keys.length].focus();
}

/** Between the messages' own buttons, of which the Tab key reaches the newest. */
function moveInMessages(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.closest(".act")) return;
  event.preventDefault();
  const acts = [...log.querySelectorAll(".act")];
  acts[Math.min(Math.max(acts.indexOf(event.target) + step, 0), acts.length - 1)].focus();
}

function moveInTabs(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...tabs.children];
  const index = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  all[(index + step + all.length) % all.length].click();
}
