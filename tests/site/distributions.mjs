// Use the two distributions by keyboard and mouse: node tests/site/distributions.mjs SITE PAGE
// Output: JSON; tests/site/test_distributions.py judges it.
import { tabTo, using } from "./using.mjs";

const BOX = "[data-widget=distributions]";
const bar = (name, index) => `${BOX} svg:nth-of-type(${name === "p" ? 1 : 2}) .handle:nth-of-type(${index + 1})`;

const state = (page) => page.evaluate((selector) => {
  const box = document.querySelector(selector);
  const { p, q, ...rest } = box.dataset;
  return {
    ...rest,
    p: JSON.parse(p),
    q: JSON.parse(q),
    cells: Object.fromEntries([...box.querySelectorAll("tr[data-measure]")].map((row) => [row.dataset.measure, row.querySelector("td").innerText])),
    verdict: box.querySelector(".widget-verdict").innerText,
    sliders: [...box.querySelectorAll(".handle")].map((handle) => Number(handle.getAttribute("aria-valuenow"))),
    labels: [...box.querySelectorAll(".handle")].map((handle) => handle.getAttribute("aria-label")),
  };
}, BOX);

async function byKeyboard(page) {
  const states = { start: await state(page), reached: await tabTo(page, `${BOX} .handle`) };
  for (let press = 0; press < 7; press += 1) await page.keyboard.press("ArrowUp");
  states.raised = await state(page);
  await page.keyboard.press("Home");
  states.zero = await state(page);
  await page.keyboard.press("End");
  states.one = await state(page);
  await page.keyboard.press("PageDown");
  states.lowered = await state(page);
  await page.focus(bar("q", 2));
  await page.keyboard.press("Home");
  states.impossible = await state(page);
  await page.focus("#distributions-bits");
  for (const unit of ["nats", "bans"]) {
    await page.keyboard.press("ArrowRight");
    states[unit] = await state(page);
  }
  for (const label of ["swap p and q", "q = p", "p one-hot", "start again"]) {
    await page.focus(`${BOX} button:text-is("${label}")`);
    await page.keyboard.press("Enter");
    states[label] = await state(page);
  }
  return states;
}

async function byMouse(page) {
  const handle = page.locator(`${bar("q", 0)} > :last-child`);
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y - 40, { steps: 5 });
  await page.mouse.up();
  return state(page);
}

const plain = (page) => page.isVisible(`${BOX} .widget-still`);

const [site, name] = process.argv.slice(2);
const report = await using(site, name, {
  keyboard: { use: byKeyboard },
  mouse: { use: byMouse },
  plain: { options: { javaScriptEnabled: false }, use: plain },
});
process.stdout.write(JSON.stringify(report));
