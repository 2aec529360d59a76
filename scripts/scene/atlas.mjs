// Embedding Atlas, the component people use today for clouds of as many: the same points in the same browser. It draws
// points; thumbnails of single ones come up under the pointer.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { framesDuring, rate } from './frames.mjs';

const VERSION = '0.26.0';
/** Seconds of the measured flight: into the middle, and around there. */
const FLIGHT = { in: 3, around: 3 };

/**
 * Installs it into `folder`. Null, with the reason, when it cannot be had.
 * @param {string} folder
 * @returns {{ version: string } | { reason: string }}
 */
export function installAtlas(folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['--prefix', folder, '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync(npm, ['install', ...options, `embedding-atlas@${VERSION}`], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 120_000,
  });
  if (status === 0 && existsSync(join(folder, 'node_modules/embedding-atlas/dist/index.js')))
    return { version: VERSION };
  const line = String(stderr ?? '')
    .split('\n')
    .find((text) => /npm error/i.test(text));
  return { reason: `Embedding Atlas could not be installed (${line?.replace(/^npm error\s*/i, '') ?? 'no answer'})` };
}

const PAGE = `<!doctype html><html><body style="margin:0;overflow:hidden;background:#000">
<div id="view" style="width:100vw;height:100vh"></div>
<script type="module">
  import { EmbeddingView } from '/embedding-atlas/dist/index.js';
  window.show = (count) => {
    const x = new Float32Array(count), y = new Float32Array(count);
    let seed = 1;
    const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < count; i++) {
      const r = Math.sqrt(-2 * Math.log(uniform())), a = 2 * Math.PI * uniform();
      x[i] = r * Math.cos(a); y[i] = r * Math.sin(a);
    }
    window.view?.destroy();
    document.getElementById('view').replaceChildren();
    window.view = new EmbeddingView(document.getElementById('view'), {
      data: { x, y, category: null }, width: innerWidth, height: innerHeight, pixelRatio: devicePixelRatio,
      viewportState: { x: 0, y: 0, scale: 0.3 }, config: { mode: 'points', colorScheme: 'dark' },
    });
  };
  window.fly = (seconds, at) => new Promise((done) => {
    let start = null;
    const step = (now) => {
      start ??= now;
      const t = (now - start) / 1000 / seconds;
      window.view.update({ viewportState: at(Math.min(1, t)) });
      if (t < 1) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  window.ready = true;
</script></body></html>`;

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

/** Serves the page and the package. @param {string} folder where it was installed */
export async function serveAtlas(folder) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = path === '/' ? null : join(folder, 'node_modules', path);
    Promise.resolve(file ? readFile(file) : PAGE).then(
      (body) => {
        const type = file ? TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] : TYPES['.html'];
        response.writeHead(200, { 'Content-Type': type ?? 'application/octet-stream' }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { address: `http://127.0.0.1:${port}/`, stop: () => server.close() };
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
