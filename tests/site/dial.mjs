// Turn the bias-variance dial and filter a ledger: node tests/site/dial.mjs SITE PAGE
// Output: JSON; tests/site/test_dial.py recomputes every number with the library.
import path from "node:path";
import { contextOptions, launch } from "./browser.mjs";
import { serve } from "./server.mjs";

const [site, name] = process.argv.slice(2);
const server = await serve(path.resolve(site));
const browser = await launch();
const report = {};

async function withPage(options, use) {
  const context = await browser.newContext(contextOptions("desktop", "light", options));
  const page = await context.newPage();
  await page.goto(`${server.origin}/${name}`, { waitUntil: "load" });
  const answer = await use(page);
  await context.close();
  return answer;
}

const dial = (page) => page.evaluate(() => {
  const box = document.querySelector("[data-widget=dial]");
  return {
    ...box.dataset, numbers: undefined, ...box.measured,
    cells: [...box.querySelectorAll("td")].map((cell) => cell.textContent),
    verdict: box.querySelector(".widget-verdict").textContent,
    curves: box.querySelectorAll(".dial-fit[points]").length,
    labels: [...box.querySelectorAll("label")].map((label) => label.textContent),
  };
});

async function press(page, selector, key, times) {
  await page.focus(selector);
  for (let press = 0; press < times; press += 1) await page.keyboard.press(key);
  return dial(page);
}

report.dial = await withPage({}, async (page) => ({
  start: await dial(page),
  loose: await press(page, "#dial-setting", "ArrowRight", 5),
  stiff: await press(page, "#dial-setting", "Home", 1),
  full: await press(page, "#dial-setting", "End", 1),
  fewer: await press(page, "#dial-n", "Home", 1),
  quiet: await press(page, "#dial-sigma", "ArrowLeft", 4),
  neighbors: await press(page, "#dial-model-polynomial", "ArrowRight", 1),
  one: await press(page, "#dial-setting", "Home", 1),
  again: await press(page, "[data-widget=dial] button", "Enter", 1),
}));

report.plain = await withPage({ javaScriptEnabled: false }, async (page) => ({
  still: await page.isVisible("[data-widget=dial] .widget-still"),
  rows: await page.locator("table.ledger tbody tr").count(),
  controls: await page.isVisible(".ledger-controls"),
}));

const ledger = (page) => page.evaluate(() => {
  const rows = [...document.querySelectorAll("table.ledger tbody tr")];
  const seen = rows.filter((row) => row.offsetParent !== null);
  return {
    all: rows.length, shown: seen.map((row) => row.id), verdicts: seen.map((row) => row.dataset.verdict),
    topics: seen.map((row) => row.dataset.topic), status: document.querySelector(".ledger-status").textContent,
    table: document.querySelector("table.ledger").offsetParent !== null,
  };
});

report.ledger = await withPage({}, async (page) => {
  const states = { start: await ledger(page) };
  await page.selectOption("#ledger-verdict", "mistakes");
  states.mistakes = await ledger(page);
  await page.selectOption("#ledger-order", "topic");
  states.sorted = await ledger(page);
  await page.selectOption("#ledger-verdict", "");
  await page.fill("#ledger-search", "final GRADES");
  states.found = await ledger(page);
  await page.fill("#ledger-search", "no such words");
  states.none = await ledger(page);
  await page.fill("#ledger-search", "");
  await page.selectOption("#ledger-order", "notes");
  await page.locator(".ledger-how summary").first().click();
  states.opened = await page.locator(".ledger-how code").first().innerText();
  return states;
});

await browser.close();
server.close();
process.stdout.write(JSON.stringify(report));
