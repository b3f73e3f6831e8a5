// Use the pages by keyboard, with and without scripts: node tests/site/use.mjs SITE PAGE
// PAGE holds a quiz, a prediction and the neuron.  Output: JSON; tests/site/test_use.py judges it.
import path from "node:path";
import { contextOptions, launch } from "./browser.mjs";
import { serve } from "./server.mjs";

const [site, name] = process.argv.slice(2);
const server = await serve(path.resolve(site));
const browser = await launch();
const url = `${server.origin}/${name}`;
const report = {};

async function withPage(options, use) {
  const context = await browser.newContext(contextOptions("desktop", "light", options));
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "load" });
  const answer = await use(page);
  await context.close();
  return answer;
}

// Press Tab until the wanted element has the focus; null when it cannot be reached.
async function tabTo(page, selector, most = 120) {
  for (let presses = 1; presses <= most; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return presses;
  }
  return null;
}

const quizState = (page) => page.evaluate(() => {
  const quiz = document.querySelector("form[data-quiz]");
  return {
    verdict: quiz.querySelector(".quiz-verdict").innerText,
    live: quiz.querySelector(".quiz-verdict").getAttribute("aria-live"),
    answer: quiz.dataset.answer ?? null,
    checked: [...quiz.querySelectorAll("input")].findIndex((input) => input.checked),
    right: [...quiz.querySelectorAll(".quiz-answer")].findIndex((answer) => answer.dataset.verdict === "right"),
    whys: [...quiz.querySelectorAll(".quiz-answer > :nth-child(2)")].map((why) => why.textContent.trim()),
  };
});

report.quiz = await withPage({}, async (page) => {
  const states = { reached: await tabTo(page, "form[data-quiz] input") };
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  states.first = await quizState(page);
  await page.keyboard.press("ArrowDown");
  states.moved = await quizState(page);
  for (let step = 0; step < (states.first.right + states.first.whys.length - 1) % states.first.whys.length; step += 1) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  states.last = await quizState(page);
  await page.reload();
  states.reloaded = await quizState(page);
  return states;
});

report.predict = await withPage({}, async (page) => {
  const reached = await tabTo(page, ".predict summary");
  const before = await page.isVisible(".predict .fold-body");
  await page.keyboard.press("Enter");
  return { reached, before, after: await page.isVisible(".predict .fold-body") };
});

const widgetState = (page) => page.evaluate(() => {
  const box = document.querySelector("[data-widget=neuron]");
  return {
    ...box.dataset,
    corners: [...box.querySelectorAll("tbody tr")].map((row) => ({ ...row.dataset })),
    verdictText: box.querySelector(".widget-verdict").innerText,
  };
});

report.widget = await withPage({}, async (page) => {
  const states = { reached: await tabTo(page, "[data-widget=neuron] input[type=radio]"), start: await widgetState(page) };
  for (const gate of ["or", "nand", "xor"]) {
    await page.keyboard.press("ArrowRight");
    states[gate] = await widgetState(page);
  }
  states.activations = {};
  states.reachedSelect = await tabTo(page, "#neuron-activation", 5);
  for (const activation of ["sigmoid", "tanh", "ReLU"]) {
    await page.keyboard.press("ArrowDown");
    states.activations[activation] = await widgetState(page);
  }
  states.reachedSlider = await tabTo(page, "#neuron-w1", 5);
  for (let press = 0; press < 7; press += 1) await page.keyboard.press("ArrowLeft");
  states.slid = await widgetState(page);
  states.reachedHandle = await page.evaluate(() => { document.querySelector(".handle-line").focus(); return document.activeElement.getAttribute("role"); });
  await page.keyboard.press("ArrowUp");
  states.lineMoved = await widgetState(page);
  await page.focus(".handle-turn");
  await page.keyboard.press("ArrowUp");
  states.turned = await widgetState(page);
  await page.focus(".handle-input");
  await page.keyboard.press("ArrowLeft");
  states.inputMoved = await widgetState(page);
  const line = await page.locator(".handle-line > :last-child").boundingBox();
  await page.mouse.move(line.x + line.width / 2, line.y + line.height / 2);
  await page.mouse.down();
  await page.mouse.move(line.x - 30, line.y + 40, { steps: 4 });
  await page.mouse.up();
  states.dragged = await widgetState(page);
  return states;
});

report.shell = await withPage({}, async (page) => {
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement.className);
  await page.keyboard.press("Enter");
  const main = await page.evaluate(() => document.activeElement.id);
  const before = await page.evaluate(() => document.documentElement.dataset.theme);
  await page.focus(".theme-button");
  await page.keyboard.press("Enter");
  await page.reload();
  return { skip, main, before, after: await page.evaluate(() => document.documentElement.dataset.theme) };
});

report.menu = await (async () => {
  const context = await browser.newContext(contextOptions("phone", "light"));
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "load" });
  const before = await page.isVisible("#contents");
  await page.focus(".menu-button");
  await page.keyboard.press("Enter");
  const open = await page.isVisible("#contents");
  await page.keyboard.press("Escape");
  const after = await page.isVisible("#contents");
  await context.close();
  return { before, open, after };
})();

report.search = await withPage({}, async (page) => {
  await page.focus("#search-field");
  await page.keyboard.type("sigmo");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search\.html/);
  await page.waitForSelector("#search-results li");
  const hits = await page.locator("#search-results a").allInnerTexts();
  const marked = await page.locator("#search-results mark").first().innerText();
  await page.fill("#query", "(no such thing [");
  return { hits, marked, none: await page.innerText("#search-status") };
});

report.plain = await withPage({ javaScriptEnabled: false }, async (page) => ({
  still: await page.isVisible(".widget-still"),
  answers: await page.isVisible(".quiz-answers summary"),
  button: await page.isVisible(".quiz .button"),
  contents: await page.isVisible("#contents"),
}));

report.print = await withPage({}, async (page) => {
  await page.waitForTimeout(1500);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  return {
    folded: await page.locator("main details:not([open])").count(),
    answers: await page.isVisible(".quiz-answers .fold-body"),
    bar: await page.isVisible(".top-bar"),
    missing: await page.evaluate(() => [...document.images].filter((image) => image.offsetParent && !image.naturalWidth).length),
    clipped: await page.evaluate(() => [...document.querySelectorAll("pre")].filter((pre) => pre.scrollWidth > pre.clientWidth + 1).length),
  };
});

await browser.close();
server.close();
process.stdout.write(JSON.stringify(report));
