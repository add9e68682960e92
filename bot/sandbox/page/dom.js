// Elements, icons and times. Data becomes text nodes and properties, never markup.

import { LOCALE, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element; attributes that are functions listen, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, ...attributes },
    icon(name),
  );
}

export function clock(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function day(date) {
  const days = Math.round((startOfDay(new Date()) - startOfDay(date)) / 86_400_000);
  if (days < 2) return t(days < 1 ? "Today" : "Yesterday");
  return date.toLocaleDateString(LOCALE, { weekday: "short", day: "numeric", month: "long" });
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

/** How long ago, in words as short as a profile's. */
export function ago(date) {
  const seconds = Math.max(0, (Date.now() - date) / 1000);
  if (seconds < 60) return t("just now");
  for (const [name, size, most] of [
    ["minute", 60, 60],
    ["hour", 3600, 24],
    ["day", 86_400, 7],
  ]) {
    const count = Math.floor(seconds / size);
    if (count < most) return new Intl.RelativeTimeFormat(LOCALE).format(-count, name);
  }
  return date.toLocaleDateString(LOCALE, { day: "numeric", month: "long", year: "numeric" });
}

export function size(bytes) {
  const [unit, count, digits] =
    bytes < 1024
      ? ["byte", bytes, 0]
      : bytes < 1024 * 1024
        ? ["kilobyte", bytes / 1024, 0]
        : ["megabyte", bytes / 1024 / 1024, 1];
  const unitDisplay = unit === "byte" ? "long" : "short";
  const figures = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay, ...figures }).format(count);
}

export function duration(seconds) {
  const whole = Math.round(seconds ?? 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
