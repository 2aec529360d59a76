// Embedding Atlas, the component people use today for clouds of as many: the same points in the same browser. It draws
// points; thumbnails of single ones come up under the pointer.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { framesDuring, rate } from './frames.mjs';

/**
 * The newest, and the newest that draws with WebGL: later ones need WebGPU with 16-bit floats, which a browser without a
 * graphics card does not have.
 */
export const ATLAS_VERSIONS = ['0.26.0', '0.23.0'];
/** Seconds of the measured flight: into the middle, and around there. */
const FLIGHT = { in: 3, around: 3 };

/**
 * Installs it into `folder`.
 * @param {string} folder @param {string} version
 * @returns {string | null} the reason when it cannot be had
 */
export function installAtlas(folder, version) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['--prefix', folder, '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync(npm, ['install', ...options, `embedding-atlas@${version}`], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 120_000,
  });
  if (status === 0 && existsSync(join(folder, 'node_modules/embedding-atlas/dist/component.js'))) return null;
  const line = String(stderr ?? '')
    .split('\n')
    .find((text) => /npm error/i.test(text));
  return `Embedding Atlas could not be installed (${line?.replace(/^npm error\s*/i, '') ?? 'no answer'})`;
}

const PAGE = `<!doctype html><html><body style="margin:0;overflow:hidden;background:#000">
<div id="place" style="width:100vw;height:100vh"></div>
<script type="importmap">{"imports": {"@uwdata/mosaic-core": "/no-database.js", "@uwdata/mosaic-sql": "/no-database.js"}}</script>
<script type="module">
  import { EmbeddingView } from '/embedding-atlas/dist/component.js';
  window.show = (count) => {
    const x = new Float32Array(count), y = new Float32Array(count);
    let seed = 1;
    const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < count; i++) {
      const r = Math.sqrt(-2 * Math.log(uniform())), a = 2 * Math.PI * uniform();
      x[i] = r * Math.cos(a); y[i] = r * Math.sin(a);
    }
    window.atlas?.destroy();
    document.getElementById('place').replaceChildren();
    window.atlas = new EmbeddingView(document.getElementById('place'), {
      data: { x, y, category: null }, width: innerWidth, height: innerHeight, pixelRatio: devicePixelRatio,
      viewportState: { x: 0, y: 0, scale: 0.3 }, config: { mode: 'points', colorScheme: 'dark' },
    });
  };
  window.fly = (seconds, at) => new Promise((done) => {
    let start = null;
    const step = (now) => {
      start ??= now;
      const t = (now - start) / 1000 / seconds;
      window.atlas.update({ viewportState: at(Math.min(1, t)) });
      if (t < 1) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  window.ready = true;
</script></body></html>`;

/** Its view of plain arrays never asks the database that its other view is made for: that need not be installed. */
const NO_DATABASE = `
  const none = () => { throw new Error('There is no database here.'); };
  export { none as coordinator, none as isSelection, none as makeClient };
`;

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

/** Serves the page and the package. @param {string} folder where it was installed */
export async function serveAtlas(folder) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    /** @type {Record<string, string>} */
    const own = { '/': PAGE, '/no-database.js': NO_DATABASE };
    Promise.resolve(own[path] ?? readFile(join(folder, 'node_modules', path))).then(
      (body) => {
        const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(path) || '.html')];
        response.writeHead(200, { 'Content-Type': type ?? 'application/octet-stream' }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { address: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}

/** Whether it draws anything here. @param {import('@playwright/test').Page} page */
export async function atlasDraws(page) {
  await page.evaluate(() => /** @type {any} */ (window).show(1000));
  await page.waitForTimeout(3000);
  const middle = { x: 340, y: 200, width: 600, height: 400 };
  const { channels } = await sharp(await page.screenshot({ clip: middle })).stats();
  return channels.some(({ min, max }) => max > min);
}

/**
 * Flies into its points and around in them, as in ours.
 * @param {import('@playwright/test').Page} page @param {number} count
 * @returns {Promise<{ fps: number, in: number, around: number }>}
 */
export async function atlasFlight(page, count) {
  await page.evaluate((n) => /** @type {any} */ (window).show(n), count);
  await page.waitForTimeout(2500);
  const into = await framesDuring(page, () =>
    page.evaluate(
      (seconds) =>
        /** @type {any} */ (window).fly(seconds, (/** @type {number} */ t) => ({ x: 0, y: 0, scale: 0.3 * 8 ** t })),
      FLIGHT.in,
    ),
  );
  const around = await framesDuring(page, () =>
    page.evaluate(
      (seconds) =>
        /** @type {any} */ (window).fly(seconds, (/** @type {number} */ t) => ({
          x: 0.3 * Math.sin(6.28 * t),
          y: 0.3 - 0.3 * Math.cos(6.28 * t),
          scale: 2.4,
        })),
      FLIGHT.around,
    ),
  );
  return { fps: rate([...into, ...around]), in: rate(into), around: rate(around) };
}
