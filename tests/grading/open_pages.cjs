// Opens pages in Chromium, wide and light, narrow and dark; prints what is wrong as JSON.
// Usage: node open_pages.cjs CHROMIUM PAGE...
const fs = require("fs");
const { chromium } = require("playwright-core");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function open(browser, file, width, colorScheme, problems) {
  const where = `${file} ${width} ${colorScheme}`;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  page.on("console", (message) => problems.push(`${where}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${where}: ${error}`));
  page.on("dialog", (dialog) => { problems.push(`${where}: a dialog opened`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) problems.push(`${where}: asks for ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow > 0) problems.push(`${where}: ${overflow} pixels too wide`);
  await page.evaluate(axe);
  const found = await page.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), rules);
  for (const each of found.violations) problems.push(`${where}: ${each.id}: ${each.nodes[0].html}`);
  await context.close();
}

async function sort(browser, file, problems) {
  // The policy of the page stands here: its own script must be allowed by it.
  const page = await browser.newPage();
  page.on("console", (message) => problems.push(`${file}: console: ${message.text()}`));
  await page.goto(`file://${file}`);
  const table = page.locator("table[data-sort]").last();
  if ((await table.count()) === 0) return;
  const header = table.locator("th", { hasText: "Automatic" });
  const numbers = () => table.locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => row.cells[2].dataset.value).filter((text) => text !== "").map(Number));
  for (const [direction, sign] of [["ascending", 1], ["descending", -1]]) {
    await header.locator("button").focus();
    await page.keyboard.press("Enter");
    if ((await header.getAttribute("aria-sort")) !== direction) problems.push(`not ${direction}`);
    const values = await numbers();
    if (values.some((value, i) => i && sign * (value - values[i - 1]) < 0)) {
      problems.push(`${direction}: ${values}`);
    }
  }
  await page.close();
}

async function main([executablePath, ...files]) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const problems = [];
  for (const file of files) {
    await open(browser, file, 1440, "light", problems);
    await open(browser, file, 390, "dark", problems);
    await sort(browser, file, problems);
  }
  await browser.close();
  process.stdout.write(JSON.stringify(problems));
}

main(process.argv.slice(2));
