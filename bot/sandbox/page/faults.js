// "What if": things that go wrong at Instagram, ordered for the next post.

import { post, request } from "./api.js";
import { attachMenu, toast } from "./dialogs.js";
import { icon } from "./dom.js";
import { t } from "./words.js";

const PATH = "/profile/faults";
const armed = document.getElementById("armed");

const CHOICES = [
  {
    icon: "close",
    label: "it refuses the next picture",
    hint: "for good: you and the admin hear of it",
    fault: { at: "rupload", kind: "processing_failed" },
  },
  {
    icon: "cloud",
    label: "it is down for a moment",
    hint: "the post is tried again by itself",
    fault: { at: "rupload", kind: "status", status: 503 },
  },
  {
    icon: "chat",
    label: "its reply is lost",
    hint: "the post may be live: never published twice",
    fault: { at: "configure", kind: "drop", when: "after" },
  },
  {
    icon: "bell",
    label: "it wants to see a human",
    hint: "a challenge: publishing pauses",
    fault: { at: "rupload", kind: "challenge" },
  },
  {
    icon: "bell",
    label: "it logs out and sends a code by SMS",
    hint: "two-factor: the admin chat asks for it",
    wants: "two_factor_sms",
  },
  {
    icon: "bell",
    label: "it logs out and wants your app's code",
    hint: "an authenticator: the admin chat asks for it",
    wants: "two_factor_totp",
  },
  {
    icon: "bell",
    label: "it logs out and sends a code by mail",
    hint: "an unknown device: the admin chat asks for it",
    wants: "email",
  },
  {
    icon: "bell",
    label: "it logs out and wants a selfie",
    hint: "the admin chat says what to do",
    wants: "selfie",
  },
  {
    icon: "close",
    label: "all is done in the app",
    hint: "the next login meets nothing",
    wants: null,
  },
];

const BROWSER = {
  icon: "chat",
  label: "you log in with a browser",
  hint: "its sessionid goes into the message field",
};

let account = "";

/** For whom it is ordered. */
export function chooseAccount(name) {
  account = name;
}

export function startFaults() {
  attachMenu(document.getElementById("faults"), () => [...CHOICES.map((choice) => ({ ...choice, label: t(choice.label), hint: t(choice.hint), act: () => (choice.fault ? order(choice.fault) : attempt(() => post(`/profile/login?account=${encodeURIComponent(account)}`, { wants: choice.wants }))) })), { ...BROWSER, label: t(BROWSER.label), hint: t(BROWSER.hint), act: () => attempt(logInByBrowser) }]);
  armed.addEventListener("click", () => attempt(() => request(PATH, { method: "DELETE" })));
}

/** What is ordered, as a chip that calls it off. */
export function showFaults(status) {
  armed.hidden = !status;
  const words = (status ?? "").replace("Scripted: ", "").split(", ").map(inWords).join(", ");
  armed.replaceChildren(t("Next: {}", words), icon("close"));
  armed.setAttribute("aria-label", t("Next: {}. Call it off", words));
}

/** `<kind> at <place>` as the menu words it, or plainly. */
function inWords(name) {
  const choice = CHOICES.find(({ fault }) => fault && `${fault.kind} at ${fault.at}` === name);
  return choice ? t(choice.label) : name.replaceAll("_", " ");
}

/** As copied from the browser's developer tools, where it is to be pasted next. */
async function logInByBrowser() {
  const { sessionid } = await post(`/profile/browser?account=${encodeURIComponent(account)}`, {});
  const field = document.getElementById("text");
  field.value = sessionid;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function order(fault) {
  return attempt(() => post(PATH, { faults: [fault] }));
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    toast(error.message, "wrong");
  }
}
