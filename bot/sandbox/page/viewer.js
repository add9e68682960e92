// A post opened from the grid, and the story behind the ring.

import { ago, el, iconButton } from "./dom.js";
import { dialog, slideshow } from "./dialogs.js";
import { captioned } from "./text.js";
import { t } from "./words.js";

export function postViewer(profile, post) {
  const stage = el("div", { class: "stage" });
  const close = iconButton("close", t("Close"));
  const box = dialog(
    { class: "post", "aria-label": t("{} by {}", t(post.kind), profile.username) },
    stage,
    el(
      "div",
      { class: "post-side" },
      el("header", {}, portrait(), el("strong", {}, profile.username), el("span", { class: "kind" }, t(post.kind)), close),
      el("p", { class: "caption" }, ...captionOf(profile, post)),
      el("footer", {}, el("time", { datetime: post.taken_at }, ago(new Date(post.taken_at))), el("code", {}, post.code)),
    ),
  );
  close.addEventListener("click", () => box.close());
  const label = (index) => `${t(post.kind)} ${index + 1}`;
  slideshow(
    box,
    stage,
    post.items.map((item, index) => ({ ...item, isVideo: item.type === "video", label: label(index) })),
  );
}

function captionOf(profile, post) {
  if (!post.caption) return [el("em", {}, t("No caption"))];
  return [el("strong", {}, profile.username), " ", ...captioned(post.caption)];
}

function portrait() {
  return el("span", { class: "portrait small" }, el("img", { src: "logo.svg", alt: "" }));
}

/** All stories from `index` on; each that was shown is told to `seen`. */
export function storyViewer(profile, index, seen) {
  const bars = el("div", { class: "bars", "aria-hidden": "true" }, ...profile.stories.map(() => el("i", {}, el("b"))));
  const time = el("time", {});
  const head = el("header", {}, portrait(), el("strong", {}, profile.username), time, iconButton("close", t("Close")));
  const back = iconButton("left", t("Previous"), { class: "icon-button step previous" });
  const next = iconButton("right", t("Next"), { class: "icon-button step next" });
  const stage = el("div", { class: "stage" });
  const box = dialog({ class: "story-box", "aria-label": t("Story of {}", profile.username) }, stage, bars, head, back, next);
  const show = (wanted) => {
    if (wanted >= profile.stories.length) return box.close();
    index = Math.max(wanted, 0);
    const story = profile.stories[index];
    time.textContent = ago(new Date(story.taken_at));
    stage.replaceChildren(frame(story.items[0], () => show(index + 1)));
    markBars(bars, index, () => show(index + 1), story.items[0].type === "video");
    back.hidden = index === 0;
    return seen(story);
  };
  head.lastChild.addEventListener("click", () => box.close());
  back.addEventListener("click", () => show(index - 1));
  next.addEventListener("click", () => show(index + 1));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(index - 1);
    if (event.key === "ArrowRight") show(index + 1);
  });
  show(index);
}

function frame(item, ended) {
  if (item.type !== "video") return el("img", { class: "slide", src: item.url, alt: t("Story") });
  return el("video", {
    class: "slide",
    src: item.url,
    poster: item.poster,
    autoplay: true,
    playsinline: true,
    "aria-label": t("Story"),
    ended,
  });
}

/** Bars before are full, this one runs; a picture's time is the length of its animation. */
function markBars(bars, index, ended, isVideo) {
  [...bars.children].forEach((bar, at) => {
    const fill = el("b");
    bar.className = at < index ? "full" : at === index ? "running" : "";
    if (at === index && !isVideo) fill.addEventListener("animationend", ended);
    if (at === index && isVideo) bar.className = "full";
    bar.replaceChildren(fill);
  });
}
