// The Instagram profile, drawn anew whenever a post goes live.

import { watch } from "./api.js";
import { el, icon } from "./dom.js";
import { chooseAccount, showFaults } from "./faults.js";
import { postViewer, storyViewer } from "./viewer.js";
import { t } from "./words.js";

const grid = document.getElementById("grid");
const ring = document.getElementById("ring");
const unseen = document.getElementById("unseen");
const MARKS = { reel: "reel", video: "video", carousel: "carousel" };
const SEEN_STORIES = "postbote.seen-stories";

const accounts = document.getElementById("accounts");
const code = document.getElementById("code");
const CHANNELS = { sms: "SMS", whatsapp: "WhatsApp", email: "Mail", totp: "Authenticator" };

let watching = null;
let profile = null;
let tiles = new Map();
let unseenCount = 0;

export function startProfile() {
  ring.addEventListener("click", openStories);
  grid.addEventListener("keydown", moveInGrid);
  accounts.addEventListener("change", () => look(accounts.value));
  look("");
}

/** Watch this account; "" is the first. */
function look(account) {
  watching?.abort();
  watching = new AbortController();
  profile = null;
  tiles = new Map();
  chooseAccount(account);
  watch(account ? `/profile?account=${encodeURIComponent(account)}` : "/profile", draw, watching.signal);
}

/** A link of the real Instagram that names a post of this profile opens it here instead. */
export function openByUrl(address) {
  const post = [...(profile?.posts ?? []), ...(profile?.stories ?? [])].find((one) => one.url === address);
  if (!post) return false;
  if (post.kind === "story") openStories(null, post);
  else postViewer(profile, post);
  return true;
}

export function profileIsShown() {
  unseenCount = 0;
  unseen.hidden = true;
}

function draw(next) {
  const before = profile && new Set([...profile.posts, ...profile.stories].map((post) => post.pk));
  profile = next;
  document.getElementById("username").textContent = next.username;
  document.getElementById("full-name").textContent = next.full_name;
  document.getElementById("empty").hidden = next.posts.length > 0;
  drawAccounts(next);
  drawCode(next.code);
  drawCounts(next);
  drawRing(next);
  drawGrid(next, before);
  showFaults(next.status);
  if (before) announce([...next.posts, ...next.stories].filter((post) => !before.has(post.pk)));
}

function drawAccounts({ accounts: names, username }) {
  accounts.hidden = names.length < 2;
  accounts.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
  accounts.value = username;
}

/** What has arrived on the owner's phone or in their mail. */
function drawCode(message) {
  code.hidden = !message;
  if (message) code.textContent = t("{} is your Instagram code.", `${t(CHANNELS[message.channel])}: ${message.code}`);
}

function drawCounts({ posts, stories }) {
  const reels = posts.filter((post) => post.kind === "reel").length;
  const counts = [
    [posts.length, "post"],
    [reels, "reel"],
    [stories.length, "story", "stories"],
  ];
  const items = counts.map(([count, one, many = `${one}s`]) =>
    el("li", {}, el("strong", {}, String(count)), ` ${t(count === 1 ? one : many)}`),
  );
  document.getElementById("counts").replaceChildren(...items);
}

function drawRing({ stories, username }) {
  const seen = seenStories();
  const fresh = stories.some((story) => !seen.includes(story.pk));
  ring.disabled = stories.length === 0;
  ring.classList.toggle("story", stories.length > 0);
  ring.classList.toggle("fresh", fresh);
  const words = t(stories.length ? "Open the story of {}" : "{} has no story", username);
  ring.setAttribute("aria-label", words);
}

function drawGrid({ posts }, before) {
  const next = new Map();
  for (const post of posts) next.set(post.pk, tiles.get(post.pk) ?? tile(post, before));
  tiles = next;
  const wanted = [...next.values()];
  for (const child of [...grid.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, index) => {
    if (grid.children[index] !== child) grid.insertBefore(child, grid.children[index] ?? null);
  });
}

function tile(post, before) {
  const [cover] = post.items;
  const words = post.caption ? `: ${post.caption.slice(0, 80)}` : "";
  const mark = MARKS[post.kind];
  const button = el(
    "button",
    { type: "button", "aria-label": t(post.kind) + words, click: () => postViewer(profile, post) },
    el("img", { src: cover.poster ?? cover.url, alt: "" }),
    mark ? el("span", { class: "mark" }, icon(mark)) : null,
    post.caption ? el("span", { class: "peek", "aria-hidden": "true" }, post.caption) : null,
  );
  const isNew = before && !before.has(post.pk);
  return el("li", { class: isNew ? "new" : null, "data-kind": post.kind }, button);
}

function announce(posts) {
  if (!posts.length) return;
  document.getElementById("news").textContent = t("Now on the profile: {}", posts.map((post) => t(post.kind)).join(", "));
  if (document.body.dataset.view === "profile") return;
  unseenCount += posts.length;
  unseen.textContent = String(unseenCount);
  unseen.hidden = false;
}

function openStories(_event, first) {
  const seen = seenStories();
  const start = first ?? profile.stories.find((story) => !seen.includes(story.pk)) ?? profile.stories[0];
  storyViewer(profile, profile.stories.indexOf(start), (story) => {
    const all = [...new Set([...seenStories(), story.pk])];
    localStorage.setItem(SEEN_STORIES, JSON.stringify(all.slice(-100)));
    drawRing(profile);
  });
}

function seenStories() {
  try {
    return JSON.parse(localStorage.getItem(SEEN_STORIES)) ?? [];
  } catch {
    return [];
  }
}

function moveInGrid(event) {
  const buttons = [...grid.querySelectorAll("button")];
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 3, ArrowUp: -3 }[event.key];
  const target = step && buttons[buttons.indexOf(document.activeElement) + step];
  if (!target) return;
  event.preventDefault();
  target.focus();
}
