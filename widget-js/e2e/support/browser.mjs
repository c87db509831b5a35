// Debian's Chromium under playwright-core, and the pages of the people in a test.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PATH = "/usr/bin/chromium";
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export async function openBrowser() {
  if (!existsSync(PATH)) throw new Error("Chromium is missing. Install it: apt-get install -y chromium fonts-noto-cjk");
  return chromium.launch({ executablePath: PATH, args: FLAGS });
}

/** A page of one person, in a browser profile of its own; what goes wrong in it is collected. */
export async function openPage(browser, url, problems, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => problems.push(`${url}: ${error.message}`));
  page.on("console", (message) => {
    // A connection that was cut on purpose is reported by the browser as an error.
    if (message.type() === "error" && !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(message.text())) problems.push(`${url}: ${message.text()}`);
  });
  await page.goto(url);
  return page;
}
