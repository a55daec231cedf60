/**
 * `node bench/browser/mapFrames.ts [http://localhost:8080]`: how many frames a second the console's map draws while it is
 * dragged about with 5,000 hexagons on it, and how long it takes to draw them. Of a server that runs with its console built.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gridDisk, latLngToCell } from "h3-js";
import { chromium, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../test/support/chromium.ts";

const url = process.argv[2] ?? "http://localhost:8080";
const counts = [600, 5_000];
const manifestFile = new URL("../../console/dist/.vite/manifest.json", import.meta.url);
const executablePath = findChromium();
if (executablePath === null) throw new Error("no Chromium on this machine");

const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as Record<
  string,
  { file: string; css?: string[] }
>;
const chunk = manifest["src/map/createMap.ts"];
if (chunk === undefined) throw new Error("the console is not built: npm run web:build");

function rendererOf(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl?.getExtension("WEBGL_debug_renderer_info");
    return info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "no WebGL";
  })()`);
}

interface Measured {
  readonly drawMs: number;
  readonly frames: number;
  readonly seconds: number;
  readonly worstMs: number;
}

async function measure(page: Page, count: number): Promise<string> {
  const disk = gridDisk(latLngToCell(45.8336, 1.2476, 8), 41).slice(0, count);
  const cells = disk.map((cell, index) => ({ cell, shade: (index % 100) / 100 }));
  const setUp = {
    file: `/console/${chunk?.file}`,
    css: (chunk?.css ?? []).map((it) => `/console/${it}`),
    cells,
  };
  const { drawMs, frames, seconds, worstMs } = (await page.evaluate(
    `(${inPage})(${JSON.stringify(setUp)})`,
  )) as Measured;
  const perSecond = frames / seconds;
  return `${count} hexagons: drawn in ${drawMs.toFixed(0)} ms; panned for ${seconds.toFixed(1)} s: ${perSecond.toFixed(1)} frames/s, the slowest ${worstMs.toFixed(0)} ms`;
}

/** Runs in the page: makes a map of the console's own code, drags it about and counts what the browser draws. */
const inPage = `async ({ file, css, cells }) => {
  for (const href of css) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
  const { createMap } = await import(file);
  const container = document.createElement("div");
  container.style.cssText = "position:fixed;inset:0;z-index:1000";
  document.body.append(container);
  const view = { west: 0.8, south: 45.5, east: 1.7, north: 46.15 };
  const map = createMap({ container, scheme: "light", tiles: null, view, events: () => ({}) });
  const picture = (shown) => ({ cells: shown, rings: [], holes: [], pin: null, handle: null });
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const idle = () => new Promise((resolve) => map.whenIdle(resolve));
  await idle();
  const from = performance.now();
  map.draw(picture(cells));
  await idle();
  const drawMs = performance.now() - from;
  const canvas = container.querySelector("canvas");
  const at = (type, x, y) => new MouseEvent(type, { bubbles: true, clientX: x, clientY: y, buttons: 1, button: 0 });
  canvas.dispatchEvent(at("mousedown", 640, 400));
  let [frames, worstMs, last] = [0, 0, performance.now()];
  const start = last;
  while (last - start < 5000) {
    const turn = (last - start) / 400;
    document.dispatchEvent(at("mousemove", 640 + 200 * Math.sin(turn), 400 + 120 * Math.cos(turn)));
    await frame();
    const now = performance.now();
    worstMs = Math.max(worstMs, now - last);
    last = now;
    frames += 1;
  }
  document.dispatchEvent(at("mouseup", 640, 400));
  map.remove();
  container.remove();
  return { drawMs, frames, seconds: (last - start) / 1000, worstMs };
}`;

const browser = await chromium.launch({ executablePath, headless: true, args: [...chromiumFlags] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/console/`);
  console.log(`${execFileSync("nproc").toString().trim()} cores, ${await rendererOf(page)}`);
  for (const count of counts) console.log(await measure(page, count));
} finally {
  await browser.close();
}
