// The browser that the site is checked with: Debian's Chromium, a fresh profile, no background traffic.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const WIDTHS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
export const THEMES = ["light", "dark"];

export function findBrowser() {
  const places = (process.env.PATH || "").split(":").flatMap((folder) => NAMES.map((name) => `${folder}/${name}`));
  return [process.env.CHROME_PATH, ...places].find((place) => place && existsSync(place));
}

export async function launch() {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error("no Chromium or Chrome found; install one or set CHROME_PATH");
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

export function contextOptions(device, theme, more = {}) {
  const phone = device === "phone";
  return {
    viewport: WIDTHS[device], colorScheme: theme, isMobile: phone, hasTouch: phone,
    deviceScaleFactor: phone ? 2 : 1, reducedMotion: "reduce", ...more,
  };
}
