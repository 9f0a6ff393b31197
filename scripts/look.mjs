// Opens pages in a browser as their readers do, judges them, and takes pictures of them; called by look.py.
// usage: node look.mjs PLAN.json; prints what is wrong, a line each, as JSON.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const plan = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const require = createRequire(`${plan.modules}/`);
const {default: puppeteer} = await import(pathToFileURL(require.resolve("puppeteer-core")));
const {HtmlValidate} = require("html-validate");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");

// Styles within elements carry figures (how deep a cell is colored), and SVG has its own names.
const validity = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {"no-inline-style": "off", "long-title": "off", "attribute-boolean-style": "off", "doctype-style": "off"},
});

const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

// Text that its box hides: cut at the box's own edge, or drawn outside of its picture.
const clipped = () => {
  const isCut = (e) => {
    const {overflowX, overflowY, clipPath} = getComputedStyle(e);
    const hides = clipPath === "none" && (overflowX === "hidden" || overflowX === "clip" || overflowY === "hidden");
    return hides && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
  };
  const boxes = [...document.body.querySelectorAll("*:not(svg, svg *)")];
  const cut = boxes.filter((e) => e.clientWidth && e.innerText?.trim() && isCut(e));
  const outside = [...document.querySelectorAll("svg text")].filter((text) => {
    const own = text.getBoundingClientRect(), {left, right, top, bottom} = text.ownerSVGElement.getBoundingClientRect();
    return own.width && (own.left < left - 2 || own.right > right + 2 || own.top < top - 2 || own.bottom > bottom + 2);
  });
  return [...cut, ...outside].map((e) => e.textContent.trim().slice(0, 60));
};

// Of a link within the page, the element that it leads to.
const astray = () => [...document.querySelectorAll('a[href^="#"]')]
  .map((link) => decodeURIComponent(link.hash.slice(1)))
  .filter((id) => !document.getElementById(id));

const browser = await puppeteer.launch({executablePath: plan.browser, args: ["--no-sandbox", "--disable-gpu"]});
const faults = [];
for (const {name, path, picture} of plan.pages) {
  const report = await validity.validateFile(path);
  for (const {messages} of report.results)
    for (const {line, ruleId, message} of messages) faults.push(`${name}: line ${line}: ${message} (${ruleId})`);
  for (const width of plan.widths) {
    for (const scheme of ["light", "dark"]) {
      const page = await browser.newPage(), where = `${name}, ${width} px, ${scheme}`;
      await page.setViewport({width, height: plan.height});
      await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: scheme}]);
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith("data:") && url !== pathToFileURL(path).href) faults.push(`${where}: asks for ${url}`);
      });
      await page.goto(pathToFileURL(path).href);
      if (picture && plan.pictured[scheme] === width)
        await page.screenshot({path: `${picture}-${width}-${scheme}.webp`, quality: 82});
      const wider = await page.evaluate(sideways);
      if (wider > 0) faults.push(`${where}: ${wider} px wider than the screen`);
      for (const text of await page.evaluate(clipped)) faults.push(`${where}: cut off: ${text}`);
      for (const id of await page.evaluate(astray)) faults.push(`${where}: leads nowhere: #${id}`);
      await page.evaluate(() => document.querySelectorAll("details").forEach((e) => (e.open = true)));
      await page.evaluate(axe);
      const {violations} = await page.evaluate((contrast) => {
        const contrastRatio = {normal: {expected: contrast}, large: {expected: contrast}};
        axe.configure({checks: [{id: "color-contrast", options: {contrastRatio}}]});
        return axe.run();
      }, plan.contrast);
      for (const {id, nodes} of violations)
        for (const {target, failureSummary} of nodes.slice(0, 5))
          faults.push(`${where}: ${id}: ${target.join(" ")}: ${failureSummary.split("\n").slice(1).join(";").trim()}`);
      await page.close();
    }
  }
}
await browser.close();
console.log(JSON.stringify(faults));
