// What is asked of every page: the right status, no axe violation, nothing on the console, no scrolling sideways.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Opens a page, or does what brings it there, and answers what is wrong with it, one sentence each. */
export async function look(page, { url, go, status = 200 }, screenshot) {
  const problems = [];
  if (url) {
    const response = await page.goto(url, { waitUntil: "load" });
    if (response.status() !== status) problems.push(`answers ${response.status()}, not ${status}`);
    const arrived = new URL(page.url());
    if (arrived.pathname !== new URL(url, arrived).pathname) problems.push(`leads to ${arrived.pathname}`);
  } else {
    const response = await go(page);
    if (response && response.status() !== status) problems.push(`was answered ${response.status()}, not ${status}`);
  }
  problems.push(...(await violations(page)), ...(await sideways(page)));
  if (screenshot) {
    fs.mkdirSync(path.dirname(screenshot), { recursive: true });
    await page.screenshot({ path: screenshot, fullPage: true });
  }
  return problems;
}

async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), RULES);
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ target, html, any, all }) => {
      const detail = [...any, ...all].map(({ message }) => message)[0] ?? "";
      return `axe ${id}: ${help}; ${target.join(" ")} ${html.slice(0, 120)} ${detail.slice(0, 160)}`.trim();
    }).concat(nodes.length > 3 ? [`axe ${id}: and ${nodes.length - 3} more`] : []),
  );
}

/** Content wider than the window, unless it scrolls in a box of its own. */
async function sideways(page) {
  return page.evaluate((width) => {
    if (document.documentElement.scrollWidth <= width) return [];
    const widest = [...document.querySelectorAll("body *")]
      .map((element) => ({ element, right: element.getBoundingClientRect().right }))
      .filter(({ right }) => right > width + 1)
      .sort((a, b) => b.right - a.right)[0]?.element;
    const name = widest ? `${widest.tagName.toLowerCase()}.${widest.getAttribute("class") ?? ""}` : "the page";
    return [`scrolls sideways at ${width} px: ${name} makes it ${document.documentElement.scrollWidth} px wide`];
  }, page.viewportSize().width);
}
