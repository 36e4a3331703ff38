// Opens pages in Chromium, light and dark, wide and narrow, and has axe-core look at them. Exits 1 if it finds
// anything, or if a page has to be scrolled sideways.
//
//   node .ci/accessibility.mjs CHROMIUM MODULES PAGE...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, modules, ...pages] = process.argv.slice(2);
const load = createRequire(resolve(modules, "node_modules", "any.js"));
const puppeteer = load("puppeteer-core");
const axe = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
let problems = 0;
const looks = ["light", "dark"].flatMap((scheme) => [1200, 380].map((width) => [scheme, width]));
for (const path of pages) {
    for (const [scheme, width] of looks) {
        const page = await browser.newPage();
        await page.setViewport({ width, height: 800 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.goto(pathToFileURL(path).href);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) {
            found.push("it has to be scrolled sideways");
        }
        for (const text of found) console.log(`  ${path}, ${scheme}, ${width} wide: ${text}`);
        problems += found.length;
        await page.close();
    }
}
await browser.close();
console.log(`  ${pages.length} pages, ${looks.length} looks each: ${problems} problems`);
process.exit(problems ? 1 : 0);
