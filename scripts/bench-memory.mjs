// Memory of each process while models are opened, flown through, trained and closed again and again. What is taken is given
// back: after the first rounds, in which everything comes to be as large as it gets, nothing may grow by more than its bound.
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import { findChromium } from '../bin/chromium.mjs';
import { root } from './root.mjs';
import { treeOf } from './scene/processes.mjs';
import { flight, openBrowser, openModel, startApp, untilFace } from './scene/window.mjs';
import { say, SetupError } from './setup.mjs';

/** How long, unless `LATENTSCAPE_BENCH_MINUTES` says otherwise; an hour says most. */
const MINUTES = 10;
/** Rounds that do not count. */
const WARM_UP = 3;
/** By how much each may have grown at the end, MB: collectors take their time. */
const BOUNDS = { host: 60, engine: 200, page: 300 };

/** Bundled models, and how many faces they have. */
const MODELS = ['faces-vae', 'portraits-vae', 'faces-ae'];

/** @returns {Promise<Record<string, unknown>>} */
export async function bench() {
  if (process.platform !== 'linux') throw new SetupError('Only Linux tells the memory of each process.');
  const executablePath = process.env.CHROME_PATH ?? findChromium()?.path;
  if (!executablePath)
    throw new SetupError('No Chromium, Chrome or Edge is installed. Install one, or set CHROME_PATH.');
  const minutes = Number(process.env.LATENTSCAPE_BENCH_MINUTES ?? MINUTES);
  const home = await mkdtemp(join(os.tmpdir(), 'latentscape-bench-'));
  const { browser, page, pid } = await openBrowser(executablePath);
  const app = await startApp(home);
  try {
    await page.goto(app.address);
    await untilFace(page);
    const ask = await asPage(page, app.address);
    const images = await ask('syntheticFaces', [64, 1, 32]);
    /** @type {Record<'host' | 'engine' | 'page', number>[]} */
    const rounds = [];
    const until = performance.now() + 60_000 * minutes;
    for (let n = 0; performance.now() < until || rounds.length <= WARM_UP; n++) {
      const name = MODELS[n % MODELS.length];
      const folder = join(root, 'models', name);
      const { id, card } = await ask('openModel', [folder]);
      const { count } = await ask('cloud', [id]);
      await ask('frame', [id, { kind: 'latents', latents: [0, 1, 2] }]);
      await ask('picture', [id, new Float32Array(card.latentSize), { format: 'png', size: 256 }, {}]);
      await ask('closeModel', [id]);
      await openModel(page, folder, count);
      await flight(page);
      await train(ask, images, n);
      rounds.push(memory(app.pid, pid));
      say(`${n + 1}: ${JSON.stringify(rounds.at(-1))}`);
    }
    const [first, last] = [rounds[WARM_UP - 1], rounds[rounds.length - 1]];
    const growth = { host: last.host - first.host, engine: last.engine - first.engine, page: last.page - first.page };
    for (const part of /** @type {const} */ (['host', 'engine', 'page'])) {
      if (growth[part] > BOUNDS[part]) {
        throw new SetupError(
          `The ${part} grew by ${growth[part]} MB in ${rounds.length} rounds; ${BOUNDS[part]} are allowed.`,
        );
      }
    }
    return {
      minutes,
      rounds: rounds.length,
      afterWarmUpMB: first,
      atTheEndMB: last,
      growthMB: growth,
      boundMB: BOUNDS,
    };
  } finally {
    await browser.close();
    await app.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** Resident memory, MB: of the host, of the engine, and of the browser's processes together. @param {number} app @param {number | undefined} browser */
function memory(app, browser) {
  const own = treeOf(app);
  const engine = own.find((pid) => commandOf(pid).includes('engine/process.js')) ?? 0;
  return {
    host: residentMB(app),
    engine: residentMB(engine),
    page: treeOf(browser).reduce((sum, pid) => sum + residentMB(pid), 0),
  };
}

const commandOf = (/** @type {number} */ pid) => read(`/proc/${pid}/cmdline`);
const residentMB = (/** @type {number} */ pid) =>
  Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1000);
function read(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

/** @typedef {(method: string, args: unknown[]) => Promise<any>} Ask */

/** Asks the engine as another window of the same browser. @param {import('@playwright/test').Page} page @param {string} address @returns {Promise<Ask>} */
async function asPage(page, address) {
  /** @type {typeof import('../main/rpc/wire')} */
  const { pack, unpack } = await import(pathToFileURL(join(root, 'dist/main/rpc/wire.js')).href);
  const { origin, host, pathname } = new URL(address);
  const cookies = await page.context().cookies(`${origin}${pathname}`);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const socket = new WebSocket(`ws://${host}${pathname}engine`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  /** @type {Map<string, (message: any) => void>} */
  const waiting = new Map();
  socket.on('message', (/** @type {Buffer} */ data) => {
    const message = /** @type {any} */ (unpack(data));
    waiting.get(message.i)?.(message);
    waiting.delete(message.i);
  });
  let asked = 0;
  return (method, args) =>
    new Promise((resolve, reject) => {
      const id = `b${asked++}`;
      waiting.set(id, ({ e, r }) => (e ? reject(new Error(e.message)) : resolve(r)));
      socket.send(pack({ t: 'q', m: method, a: args, i: id }));
    });
}

/** A short run, from start to end. @param {Ask} ask @param {string} images @param {number} n */
async function train(ask, images, n) {
  const settings = { kind: 'vae', images, name: `Run ${n}`, imageSize: 32, latentSize: 4, epochs: 1, batchSize: 8 };
  const rest = { beta: 1, learningRate: 0.001, seed: n, align: false, tuning: { width: 'small' } };
  const id = await ask('startTraining', [{ ...settings, ...rest }]);
  for (;;) {
    const runs = await ask('runs', []);
    const { state, failure } = runs.find((/** @type {{ id: string }} */ run) => run.id === id);
    if (state === 'failed') throw new Error(failure.message);
    if (state === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
