// Starts the page: the phone on the left, the profile on the right.

import { onConnection, request, speak } from "./api.js";
import { startAttaching } from "./attach.js";
import { become, say, startChat } from "./chat.js";
import { composeFor, startComposer } from "./composer.js";
import { clock, el } from "./dom.js";
import { startFaults } from "./faults.js";
import { openByUrl, profileIsShown, startProfile } from "./profile.js";
import { t, translatePage } from "./words.js";

/** What the people are whom the sandbox makes; see run.py. */
const ROLES = { 1001: "owner", 1002: "comes by invitation", 1003: "author", 1004: "a client", 1005: "stranger" };

const who = document.getElementById("who");
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
  startPeople(chats.people);
  startChat(chats, (state) => {
    offerPeople(state.people);
    composeFor(state);
  });
}

/** Whose phone it is. */
function startPeople(people) {
  offerPeople(people);
  who.addEventListener("change", async () => {
    const { chats } = await overview();
    become(Number(who.value), chats);
    await speak(navigator.language).catch(console.warn);
  });
}

function offerPeople(people) {
  who.parentElement.hidden = people.length < 2;
  if (people.length === who.options.length) return;
  const chosen = who.value;
  const options = people.map(({ id, first_name: name }) => {
    const role = ROLES[id];
    return el("option", { value: String(id) }, role ? `${name}, ${t(role)}` : name);
  });
  who.replaceChildren(...options);
  if (chosen) who.value = chosen;
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
  const { hostname, searchParams } = new URL(link.href);
  const start = hostname === "t.me" && searchParams.get("start");
  if (start) openBot(start);
  if (start || openByUrl(link.href)) event.preventDefault();
}

/** As Telegram does with a link that opens the bot. */
async function openBot(start) {
  const { chats } = await overview();
  become(Number(who.value), chats);
  await say(`/start ${start}`);
}

start();
