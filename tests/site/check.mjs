// Look at every page as readers do, and print what is wrong: node tests/site/check.mjs SITE
// Output: JSON, one entry for each page, device and theme.  tests/site/test_pages.py judges it.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { THEMES, WIDTHS, contextOptions, launch } from "./browser.mjs";
import { serve } from "./server.mjs";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const site = path.resolve(process.argv[2]);
const pages = readdirSync(site).filter((name) => name.endsWith(".html"));

// Sum of layout shifts, recorded from the first paint on.
const RECORD_SHIFTS = `
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
`;

// What sticks out of the window to the right, unless a box of its own scrolls it.
function overflowing() {
  const wide = document.documentElement.clientWidth + 1;
  const scrolls = (element) => {
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  const found = [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > wide && !scrolls(element))
    .map((element) => element.outerHTML.slice(0, 120));
  if (document.documentElement.scrollWidth > wide) found.push("the page itself scrolls sideways");
  return found.slice(0, 5);
}

// Text that its own box hides: cut off by overflow: hidden without a way to scroll.
function cut() {
  return [...document.querySelectorAll("body *")]
    .filter((element) => {
      const style = getComputedStyle(element);
      const hides = style.overflowX === "hidden" || style.overflowY === "hidden" || style.textOverflow === "ellipsis";
      if (!hides || element.closest(".visually-hidden, .katex, svg") || element.matches(".math-scroll")) return false;
      return element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

function facts() {
  const paragraph = document.querySelector("main > section > p");
  return {
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    shift: window.layoutShift,
    fontSize: paragraph ? parseFloat(getComputedStyle(paragraph).fontSize) : null,
    unrendered: /\$\$|\\\(|\\begin\{/.test(
      [...document.querySelectorAll("main p, main li, main td")]
        .map((e) => { const copy = e.cloneNode(true); for (const x of copy.querySelectorAll(".katex, code, pre")) x.remove(); return copy.textContent; })
        .join(" ")),
    images: [...document.images].filter((image) => !image.alt.trim()).map((image) => image.src),
  };
}

async function open(context, url, log) {
  const page = await context.newPage();
  await page.addInitScript(RECORD_SHIFTS);
  const origin = url.startsWith("file:") ? "file:" : new URL(url).origin;
  page.on("console", (message) => log.messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => log.messages.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => log.messages.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    const inside = request.url().startsWith(origin) || request.url().startsWith("data:");
    if (!inside) log.outside.push(request.url());
  });
  await page.goto(url, { waitUntil: "load" });
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 150))));
  return page;
}

// Dark differs from light in its colors alone.
async function axe(page, theme) {
  await page.evaluate(AXE);
  const asked = theme === "dark" ? { runOnly: ["color-contrast"] } : {};
  const { violations } = await page.evaluate(
    (asked) => window.axe.run(document, { resultTypes: ["violations"], ...asked }), asked);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ").slice(0, 240)}`));
}

// On a busy machine a font can come late once; a page that jumps does so every time.
const JUMP = 0.02;

async function look(browser, server, name, device, theme) {
  let entry = await lookOnce(browser, server, name, device, theme);
  for (let again = 0; again < 2 && entry.shift > JUMP; again += 1) {
    entry = await lookOnce(browser, server, name, device, theme);
  }
  return entry;
}

async function lookOnce(browser, server, name, device, theme) {
  const log = { messages: [], outside: [] };
  const context = await browser.newContext(contextOptions(device, theme));
  server.reset();
  const page = await open(context, `${server.origin}/${name}`, log);
  const entry = { page: name, device, theme, ...(await page.evaluate(facts)), weights: server.weights() };
  entry.overflow = await page.evaluate(overflowing);
  entry.cut = await page.evaluate(cut);
  entry.axe = await axe(page, theme);
  await context.close();
  return { ...entry, ...log };
}

// A window at 200 % has half the width; 320 px is what WCAG asks a page to bear.
async function zoomed(browser, server, name, width) {
  const log = { messages: [], outside: [] };
  const context = await browser.newContext({ viewport: { width, height: 450 }, deviceScaleFactor: 2 });
  const page = await open(context, `${server.origin}/${name}`, log);
  const entry = { page: name, device: `zoom-${width}`, theme: "light" };
  entry.overflow = await page.evaluate(overflowing);
  entry.cut = await page.evaluate(cut);
  await context.close();
  return { ...entry, ...log };
}

async function fromFolder(browser, name) {
  const log = { messages: [], outside: [] };
  const context = await browser.newContext(contextOptions("desktop", "light", { offline: true }));
  const page = await open(context, pathToFileURL(path.join(site, name)).href, log);
  const fonts = await page.evaluate(() => [...document.fonts].filter((f) => f.status === "loaded").map((f) => f.family));
  await context.close();
  return { page: name, device: "folder", theme: "light", fonts, ...log };
}

const server = await serve(site);
const browser = await launch();
const report = [];
// Pages that a program wrote are all alike: each is looked at wide and light, narrow and dark.
const GENERATED = /^(library-.*|messages|proofs)\.html$/;
for (const name of pages) {
  const alike = GENERATED.test(name);
  for (const device of Object.keys(WIDTHS)) {
    for (const theme of THEMES) {
      if (alike && (device === "desktop") !== (theme === "light")) continue;
      report.push(await look(browser, server, name, device, theme));
    }
  }
  for (const width of alike ? [320] : [720, 320]) report.push(await zoomed(browser, server, name, width));
  report.push(await fromFolder(browser, name));
}
await browser.close();
server.close();
process.stdout.write(JSON.stringify(report));
