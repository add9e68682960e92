// The two local services over HTTP: requests, and news by long polling.

import { t } from "./words.js";

const RETRY_MS = 1500;
const WAIT_SECONDS = 20;

let offlineListener = () => {};
let person = null;

/** Whose phone it is: all that is done from now on, this person does. */
export function actAs(id) {
  person = id;
}

export function onConnection(listener) {
  offlineListener = listener;
}

/** JSON in, JSON out; a refusal is an Error with the service's own sentence. */
export async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("The sandbox does not answer. Is it still running?"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(t(body.error ?? "") || `${response.status} ${response.statusText}`);
  return body;
}

export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The language that Telegram tells the bot with all that this person does. */
export function speak(language) {
  return post("/phone/language", { language, from: person });
}

export function sendText(chatId, text, replyTo, topic) {
  return post(`/phone/chats/${chatId}/text`, { text, reply_to: replyTo, topic, from: person });
}

/** Another text or caption for one's own message. */
export function editText(chatId, messageId, text) {
  return post(`/phone/chats/${chatId}/edit`, { message_id: messageId, text, from: person });
}

export function forward(chatId, messageIds, topic) {
  return post(`/phone/chats/${chatId}/forward`, { message_ids: messageIds, topic, from: person });
}

export function deleteMessage(chatId, messageId) {
  return post(`/phone/chats/${chatId}/delete`, { message_id: messageId, from: person });
}

export function tap(chatId, messageId, data) {
  return post(`/phone/chats/${chatId}/tap`, { message_id: messageId, data, from: person });
}

export function sendMedia(chatId, files, { asFile, caption, replyTo, topic }) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  form.append("as", asFile ? "file" : "media");
  if (caption) form.append("caption", caption);
  if (replyTo) form.append("reply_to", replyTo);
  if (topic) form.append("topic", topic);
  if (person) form.append("from", person);
  return request(`/phone/chats/${chatId}/media`, { method: "POST", body: form });
}

/** Call `changed` with the state at once and after every change, until the signal aborts. */
export async function watch(path, changed, signal) {
  let version = null;
  while (!signal.aborted) {
    const known = version === null ? "" : `?version=${version}&timeout=${WAIT_SECONDS}`;
    try {
      const state = await request(path + known, { signal });
      if (signal.aborted) return;
      offlineListener(true);
      if (state.version !== version) changed(state);
      version = state.version;
    } catch (error) {
      if (signal.aborted) return;
      console.warn(path, error);
      offlineListener(false);
      version = null; // a new process may count anew
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
