// Step through the 3-2-1 network by keyboard: node tests/site/network321.mjs SITE PAGE
// Output: JSON; tests/site/test_network321.py judges it.
import { tabTo, using } from "./using.mjs";

const BOX = "[data-widget=network321]";

const state = (page) => page.evaluate((selector) => {
  const box = document.querySelector(selector);
  return {
    step: Number(box.dataset.step),
    rounds: Number(box.dataset.rounds),
    given: JSON.parse(box.dataset.state),
    found: JSON.parse(box.dataset.found),
    said: box.querySelector(".widget-verdict").innerText,
    table: [...box.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.innerText)),
    wires: [...box.querySelectorAll(".wire-text")].map((label) => label.textContent),
    lit: box.querySelectorAll(".unit-now, .wire-now").length,
  };
}, BOX);

async function press(page, action, times = 1) {
  await page.focus(`${BOX} [data-action=${action}]`);
  for (let time = 0; time < times; time += 1) await page.keyboard.press("Enter");
}

async function byKeyboard(page) {
  const report = { reached: await tabTo(page, `${BOX} [data-action=forward]`), steps: [await state(page)] };
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press("Enter");
    report.steps.push(await state(page));
  }
  await press(page, "back");
  report.back = await state(page);
  await press(page, "forward", 2);
  report.next = await state(page);
  await press(page, "round", 3);
  report.rounds = await state(page);
  for (const [slider, key, times] of [["x2", "ArrowRight", 3], ["target", "ArrowLeft", 1], ["rate", "ArrowRight", 5]]) {
    await page.focus(`#network321-${slider}`);
    for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
  }
  report.changed = await state(page);
  await press(page, "reset");
  report.reset = await state(page);
  await press(page, "back", 2);
  report.before = await state(page);
  return report;
}

const plain = (page) => page.isVisible(`${BOX} .widget-still`);

const [site, name] = process.argv.slice(2);
const report = await using(site, name, {
  keyboard: { use: byKeyboard },
  plain: { options: { javaScriptEnabled: false }, use: plain },
});
process.stdout.write(JSON.stringify(report));
