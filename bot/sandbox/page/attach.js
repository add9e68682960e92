// Files on their way to the bot: picked, dropped or pasted, then looked at once more.

import { sendMedia } from "./api.js";
import { chatId, topicId } from "./chat.js";
import { context, forget } from "./context.js";
import { attachMenu, dialog, toast } from "./dialogs.js";
import { el, icon, iconButton, size } from "./dom.js";
import { t } from "./words.js";

const picker = document.getElementById("picker");
const phone = document.getElementById("phone");
const drop = document.getElementById("drop");
const ALBUM = 10;
const SAMPLE = "samples/sunset.jpg";

export function startAttaching() {
  attachMenu(document.getElementById("attach"), () => [
    { icon: "image", label: t("Photo or video"), hint: t("several become an album"), act: () => pick(false) },
    { icon: "file", label: t("File"), hint: t("in full quality"), act: () => pick(true) },
    { icon: "sparkle", label: t("Sample picture"), hint: t("if you have none at hand"), act: sample },
  ]);
  picker.addEventListener("change", () => {
    const files = [...picker.files];
    const asFile = picker.dataset.as === "file";
    picker.value = "";
    prepare(files, asFile);
  });
  document.getElementById("text").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    prepare(files, false);
  });
  startDropping();
}

function pick(asFile) {
  picker.dataset.as = asFile ? "file" : "media";
  picker.accept = asFile ? "" : "image/*,video/*";
  picker.click();
}

async function sample() {
  const response = await fetch(SAMPLE).catch(() => null);
  if (!response?.ok) return toast(t("The sample picture is missing."), "wrong");
  const blob = await response.blob();
  return prepare([new File([blob], "sunset.jpg", { type: "image/jpeg" })], false);
}

function startDropping() {
  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const leave = () => {
    depth = 0;
    drop.hidden = true;
  };
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => carriesFiles(event) && event.preventDefault());
  }
  phone.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    drop.hidden = false;
  });
  phone.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) leave();
  });
  phone.addEventListener("dragover", (event) => {
    for (const zone of drop.children) zone.classList.toggle("over", zone.contains(event.target));
  });
  phone.addEventListener("drop", (event) => {
    const zone = event.target.closest?.("[data-as]");
    leave();
    prepare([...event.dataTransfer.files], zone?.dataset.as === "file");
  });
}

/** The sheet: what goes, how, and with which words. */
function prepare(files, asFile) {
  if (!files.length) return;
  const chosen = [...files];
  const previews = el("ul", { class: "previews" });
  const title = el("h2", {});
  const caption = el("textarea", {
    rows: "2",
    placeholder: t("Add a caption …"),
    "aria-label": t("Caption"),
    autofocus: true,
  });
  const send = el("button", { type: "submit", class: "primary" }, icon("send"), t("Send"));
  const close = iconButton("close", t("Close"));
  const ways = choice(asFile);
  const form = el("form", { class: "sheet-form" }, title, previews, ways, caption, send);
  const box = dialog({ class: "sheet", "aria-label": t("Send files") }, close, form);
  const draw = () => {
    const items = chosen.map((file) => preview(file, () => remove(file)));
    title.textContent = heading(chosen.length);
    previews.replaceChildren(...items);
    previews.classList.toggle("single", items.length === 1);
  };
  const remove = (file) => {
    chosen.splice(chosen.indexOf(file), 1);
    if (!chosen.length) return box.close();
    draw();
    return caption.focus();
  };
  close.addEventListener("click", () => box.close());
  caption.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    const asIs = form.elements.as.value === "file";
    if (await deliver(chosen, asIs, caption.value.trim())) box.close();
    send.disabled = false;
  });
  box.addEventListener("close", () => document.getElementById("text").focus());
  draw();
}

function heading(count) {
  if (count === 1) return t("Send 1 file");
  return t(count > ALBUM ? "Send {} files, ten at a time" : "Send {} files as an album", count);
}

function choice(asFile) {
  const option = (value, label, isOn) =>
    el("label", {}, el("input", { type: "radio", name: "as", value, checked: isOn }), el("span", {}, label));
  return el(
    "fieldset",
    { class: "choice" },
    el("legend", { class: "visually-hidden" }, t("Send as")),
    option("media", t("As photo or video"), !asFile),
    option("file", t("As file"), asFile),
  );
}

function preview(file, remove) {
  const url = URL.createObjectURL(file);
  const kind = file.type.split("/")[0];
  const name = el("span", { class: "file-name" }, file.name, el("small", {}, size(file.size)));
  const shown = {
    image: () => el("img", { src: url, alt: file.name }),
    video: () => el("video", { src: `${url}#t=0.1`, muted: true, preload: "metadata" }),
  }[kind];
  const picture = shown ? shown() : el("span", { class: "file-icon" }, icon("file"));
  picture.addEventListener("error", () => picture.replaceWith(el("span", { class: "file-icon" }, icon("file"))));
  picture.addEventListener("load", () => URL.revokeObjectURL(url));
  const close = iconButton("close", t("Remove {}", file.name), { class: "icon-button remove", click: remove });
  return el("li", {}, picture, name, close);
}

async function deliver(files, asFile, caption) {
  const chat = chatId();
  const topic = topicId();
  const replyTo = context()?.kind === "reply" ? context().message.id : null;
  try {
    for (let start = 0; start < files.length; start += ALBUM) {
      const part = files.slice(start, start + ALBUM);
      await sendMedia(chat, part, { asFile, caption: start ? "" : caption, replyTo, topic });
    }
    forget();
    return true;
  } catch (error) {
    toast(error.message, "wrong");
    return false;
  }
}
