// Pictures of every page: node tests/site/shots.mjs OUT [SITE], at two widths, light and dark.
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { THEMES, WIDTHS, contextOptions, launch } from "./browser.mjs";

const [out, site = "_build/html"] = process.argv.slice(2);
if (!out) throw new Error("usage: node tests/site/shots.mjs OUT [SITE]");
mkdirSync(out, { recursive: true });
const pages = readdirSync(site).filter((name) => name.endsWith(".html"));

const browser = await launch();
for (const device of Object.keys(WIDTHS)) {
  for (const theme of THEMES) {
    const context = await browser.newContext(contextOptions(device, theme));
    for (const name of pages) {
      const page = await context.newPage();
      await page.goto(pathToFileURL(path.resolve(site, name)).href);
      // Pictures are loaded when they come near the window: ask for all of them.
      await page.evaluate(async () => {
        const seen = [...document.images].filter((image) => getComputedStyle(image).display !== "none");
        for (const image of seen) image.loading = "eager";
        await Promise.all(seen.map((image) => image.decode().catch(() => null)));
        await document.fonts.ready;
      });
      const file = path.join(out, `${name.replace(".html", "")}-${device}-${theme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      process.stdout.write(`${file}\n`);
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
