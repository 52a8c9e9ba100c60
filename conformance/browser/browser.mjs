// One Chromium, and pages that remember everything a visitor should never meet.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { chromium } from "playwright-core";

/** How a page is looked at. Reflow at 320 px is WCAG 1.4.10. */
export const MODES = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", isMobile: true, hasTouch: true },
  reflow: { viewport: { width: 320, height: 800 }, colorScheme: "light" },
};

// Chromium's own traffic is off; as root it runs only without its sandbox.
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
  "--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-sync",
  "--disable-dev-shm-usage", "--hide-scrollbars",
];

/** By how much the browser's processor is slowed. */
let slowness = 1;

/** Starts the browser; `slow`: its processor is so many times slower, as on a busy machine. */
export async function launch({ slow = 1 } = {}) {
  slowness = slow;
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!fs.existsSync(executablePath)) throw new Error(`there is no browser at ${executablePath}; name one in CHROMIUM`);
  // Playwright gives each launch a fresh profile and removes it; in a folder of ours it is gone even after a crash.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "reeve-chromium-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return chromium.launch({ executablePath, args: FLAGS, headless: true, env: { ...process.env, TMPDIR: folder } });
}

/** A fresh visitor, who reaches the server under test and nothing else. `failure`: whether a page is to be a failure. */
export async function visitor(browser, base, { failure = false, ...options } = {}) {
  const context = await browser.newContext({ baseURL: base, reducedMotion: "reduce", locale: "en-US", timezoneId: "UTC", ...options });
  context.setDefaultTimeout(10_000);
  const host = new URL(base).host;
  const troubles = [];
  await context.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (url.host === host || url.protocol === "about:") return route.continue();
    troubles.push(`asked another host: ${url.href.slice(0, 120)}`);
    return route.abort();
  });
  context.on("page", (page) => watch(page, troubles, failure));
  if (slowness > 1) context.on("page", (page) => slowDown(page).catch(() => {}));
  return { context, troubles };
}

function watch(page, troubles, failure) {
  page.on("pageerror", (error) => troubles.push(`script error: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500 && !failure) troubles.push(`${response.status()} from ${response.url()}`);
  });
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // Chromium reports each answer over 399. A refusal is a page like others: those who expect one look at its status.
    const refusal = /^Failed to load resource: the server responded with a status of (\d)\d\d/.exec(message.text())?.[1];
    if ((refusal === "4" || (refusal === "5" && failure)) && !isAsset(message.location().url)) return;
    troubles.push(`console ${message.type()}: ${message.text().slice(0, 300)}`);
  });
}

async function slowDown(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowness });
}

function isAsset(url) {
  return /\.\w+$/.test(new URL(url || "about:blank").pathname);
}
