// Starts the page: the phone on the left, the profile on the right.

import { onConnection, request, speak } from "./api.js";
import { startAttaching } from "./attach.js";
import { say, startChat } from "./chat.js";
import { composeFor, startComposer } from "./composer.js";
import { clock } from "./dom.js";
import { startFaults } from "./faults.js";
import { openByUrl, profileIsShown, startProfile } from "./profile.js";
import { t, translatePage } from "./words.js";

const offline = document.getElementById("offline");

async function start() {
  translatePage();
  startClock();
  startViews();
  startComposer();
  startAttaching();
  startFaults();
  document.addEventListener("click", stayHere);
  onConnection((isUp) => {
    offline.hidden = isUp;
    offline.textContent = isUp ? "" : t("The sandbox does not answer. Start it again with make demo; chat and profile are kept.");
  });
  startProfile();
  const chats = await overview();
  await speak(navigator.language).catch(console.warn); // a tag that is none: the bot's own language
  startChat(chats, composeFor);
}

async function overview() {
  for (;;) {
    try {
      return await request("/phone/chats");
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

function startClock() {
  const tick = () => (document.getElementById("time").textContent = clock(new Date()));
  tick();
  setInterval(tick, 5000);
}

/** On a narrow screen one of both is shown. */
function startViews() {
  const buttons = document.querySelectorAll(".views button");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.body.dataset.view = button.dataset.view;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      if (button.dataset.view === "profile") profileIsShown();
    });
  }
}

/** Links to published posts lead to the profile beside the chat; those that open a bot are told to ours. */
function stayHere(event) {
  const link = event.target.closest("a[href]");
  if (!link) return;
  const token = tokenOf(link.href);
  if (!token && !openByUrl(link.href)) return;
  event.preventDefault();
  if (token) say(`/start ${token}`);
}

/** What Telegram's "Start" says for such a link (core.telegram.org/bots/features#deep-linking). */
function tokenOf(address) {
  const url = new URL(address);
  return url.host === "t.me" ? url.searchParams.get("start") : null;
}

start();
