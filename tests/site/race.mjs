// Use the race and a picture in motion: node tests/site/race.mjs SITE PAGE
// Output: JSON; tests/site/test_race.py judges it.
import path from "node:path";
import { contextOptions, launch } from "./browser.mjs";
import { serve } from "./server.mjs";

const [site, name] = process.argv.slice(2);
const server = await serve(path.resolve(site));
const browser = await launch();

async function withPage(options, use) {
  const context = await browser.newContext(contextOptions("desktop", "light", options));
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${server.origin}/${name}`, { waitUntil: "load" });
  const answer = await use(page);
  await context.close();
  return { ...answer, errors };
}

const read = (page) => page.evaluate(() => {
  const box = document.querySelector("[data-widget=race]");
  const rows = [...box.querySelectorAll("tbody tr")].filter((row) => row.style.display !== "none");
  return {
    ...JSON.parse(box.dataset.state),
    verdict: box.querySelector(".widget-verdict").textContent,
    shown: rows.map((row) => row.querySelector("th").textContent),
    levels: box.querySelector(".race-contour").getAttribute("d").length,
  };
});
const press = (page, text) => page.locator(".widget-buttons button", { hasText: new RegExp(`^${text}$`) }).press("Enter");

const report = {};
report.race = await withPage({}, async (page) => {
  const states = { start: await read(page), steps: [] };
  for (const land of ["bowl", "valley", "saddle", "bumps"]) {
    await page.focus(`#race-land-${land}`);
    await page.keyboard.press("Space");
    for (let step = 0; step < 25; step += 1) await press(page, "One step");
    states.steps.push(await read(page));
  }
  await page.focus("#race-rate");
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowRight");
  await page.focus(".handle-start");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  states.moved = await read(page);
  for (let step = 0; step < 10; step += 1) await press(page, "One step");
  states.movedSteps = await read(page);
  await page.focus("#race-racer-Adam");
  await page.keyboard.press("Space");
  states.without = await read(page);
  await press(page, "Back to start");
  states.back = await read(page);
  await page.focus("#race-land-bowl");
  await page.keyboard.press("Space");
  await page.focus("#race-rate");
  await page.keyboard.press("End");
  for (let step = 0; step < 60; step += 1) await press(page, "One step");
  states.lost = await read(page);
  return states;
});

report.running = await withPage({ reducedMotion: "no-preference" }, async (page) => {
  await press(page, "Start");
  await page.waitForFunction(() => JSON.parse(document.querySelector("[data-widget=race]").dataset.state).step > 5);
  await press(page, "Pause");
  const paused = await read(page);
  await page.waitForTimeout(300);
  return { paused: paused.step, later: (await read(page)).step };
});

report.reduced = await withPage({ reducedMotion: "reduce" }, async (page) => {
  await press(page, "Start");
  const state = await read(page);
  return { step: state.step, verdict: state.verdict, plays: await page.locator(".play-button").count() };
});

report.motion = await withPage({ reducedMotion: "no-preference" }, async (page) => {
  const pictures = [];
  for (const figure of await page.locator("figure:has(img[data-moving])").all()) {
    const image = figure.locator("img.for-light");
    const look = async () => (await image.screenshot()).toString("base64");
    const still = await image.getAttribute("src");
    await figure.locator(".play-button").press("Enter");
    const first = await image.getAttribute("src");
    await image.evaluate((element) => element.decode());
    await page.waitForTimeout(700);
    const early = await look();
    await page.waitForTimeout(9000);
    const late = await look();
    await image.evaluate((element, address) => { element.src = address; return element.decode(); }, still);
    const text = await figure.locator(".play-button").innerText();
    pictures.push({ still, first, text, moves: early !== late, rests: late === await look() });
  }
  return { pictures };
});

report.plain = await withPage({ javaScriptEnabled: false }, async (page) => ({
  still: await page.isVisible(".widget-still"), buttons: await page.locator(".play-button").count(),
}));

await browser.close();
server.close();
process.stdout.write(JSON.stringify(report));
