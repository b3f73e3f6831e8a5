// What the scripts that use a page share: one page at a time, and the Tab key.
import path from "node:path";
import { contextOptions, launch } from "./browser.mjs";
import { serve } from "./server.mjs";

// Serve a site, hand each `use(page)` a fresh page at the given file, and close everything.
export async function using(site, name, uses) {
  const server = await serve(path.resolve(site));
  const browser = await launch();
  const report = {};
  for (const [key, { options = {}, device = "desktop", use }] of Object.entries(uses)) {
    const context = await browser.newContext(contextOptions(device, "light", options));
    const page = await context.newPage();
    await page.goto(`${server.origin}/${name}`, { waitUntil: "load" });
    report[key] = await use(page);
    await context.close();
  }
  await browser.close();
  server.close();
  return report;
}

// Press Tab until the wanted element has the focus; null when it cannot be reached.
export async function tabTo(page, selector, most = 200) {
  for (let presses = 1; presses <= most; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return presses;
  }
  return null;
}
