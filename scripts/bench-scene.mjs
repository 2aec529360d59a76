// Flying through 1,000, 10,000 and 100,000 thumbnails in a real Chromium, and beside it Embedding Atlas with as many points
// in the same browser. Without a graphics card both are drawn by the processor: the ratio counts.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '../bin/chromium.mjs';
import { root } from './root.mjs';
import { ATLAS_VERSIONS, atlasDraws, atlasFlight, installAtlas, serveAtlas } from './scene/atlas.mjs';
import { writeCloud } from './scene/clouds.mjs';
import { quantile, round } from './scene/numbers.mjs';
import { cpuSeconds, megabytes, REST_MS, treeOf, untilRest } from './scene/processes.mjs';
import { SURROUNDINGS, whileLayingOut } from './scene/surroundings.mjs';
import { flight, inputToPixel, openBrowser, openModel, startApp, untilFace } from './scene/window.mjs';
import { say, SetupError } from './setup.mjs';

const SIZES = [1000, 10_000, 100_000];
const IDLE_SECONDS = 8;
const MOVES = 40;
const BARE_RUNS = 100;

/** @returns {Promise<Record<string, unknown>>} */
export async function bench() {
  const executablePath = process.env.CHROME_PATH ?? findChromium()?.path;
  if (!executablePath)
    throw new SetupError('No Chromium, Chrome or Edge is installed. Install one, or set CHROME_PATH.');
  const folder = await mkdtemp(join(os.tmpdir(), 'latentscape-bench-'));
  try {
    say(`Making clouds of ${SIZES.join(', ')} faces…`);
    for (const count of SIZES) await writeCloud(cloudFolder(folder, count), `Cloud of ${count}`, count);
    return { ...(await ours(executablePath, folder)), ...(await theirs(executablePath, folder)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} home @param {number} count */
const cloudFolder = (home, count) => join(home, 'models', `cloud-${count}`);

/** What `theirs` is compared with. @type {Record<string, number>} */
const fps = {};

/** @param {string} executablePath @param {string} home */
async function ours(executablePath, home) {
  const { browser, page, pid } = await openBrowser(executablePath);
  const began = performance.now();
  const app = await startApp(home);
  try {
    await page.goto(app.address);
    await untilFace(page);
    const startToFirstFaceMs = round(performance.now() - began);
    const renderer = await page.evaluate(() => {
      const gl = document.createElement('canvas').getContext('webgl2');
      const info = gl?.getExtension('WEBGL_debug_renderer_info');
      return String(gl?.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    });

    say('Measuring the way from a move to the new face…');
    await page.emulateMedia({ reducedMotion: 'reduce' }); // each turn of the wheel is one move, without momentum
    const latencies = await inputToPixel(page, MOVES);
    await page.emulateMedia({ reducedMotion: null });
    const bare = await bareRuns();

    /** @type {Record<string, number>} */
    const fpsWith = {};
    for (const [name, surround] of Object.entries(SURROUNDINGS)) {
      say(`Flying with ${name}…`);
      await surround(page, async () => {
        await untilRest(treeOf(pid, app.pid));
        fpsWith[name] = round((await flight(page)).fps);
      });
    }

    /** @type {Record<string, number>} */
    const memory = {};
    /** @type {Record<string, number>} */
    const loadedMs = {};
    /** @type {Record<string, unknown>} */
    const parts = {};
    /** @type {number[]} */
    let frames = [];
    for (const count of SIZES) {
      say(`Flying through ${count} faces…`);
      const opened = performance.now();
      await openModel(page, cloudFolder(home, count), count);
      await untilRest(treeOf(pid, app.pid)); // all thumbnails are there
      loadedMs[count] = round(performance.now() - opened - REST_MS);
      const flown = await flight(page);
      fps[count] = round(flown.fps);
      parts[count] = { into: round(flown.in), around: round(flown.around), frameMs: quantile(flown.frames, 0.5) };
      const held = megabytes(treeOf(pid, app.pid));
      if (held !== null) memory[count] = held;
      if (count === SIZES[0]) frames = flown.frames;
    }

    say('Measuring the way from a move to the new face beside a layout of all these…');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const beside = {
      rest: await inputToPixel(page, MOVES),
      layout: await whileLayingOut(page, () => inputToPixel(page, MOVES)),
    };
    await page.emulateMedia({ reducedMotion: null });

    say('Measuring the window at rest…');
    await sleep(1500);
    const pids = treeOf(pid, app.pid);
    const before = cpuSeconds(pids);
    await sleep(1000 * IDLE_SECONDS);
    const after = cpuSeconds(pids);
    const idle = before === null || after === null ? null : round((100 * (after - before)) / IDLE_SECONDS);
    return {
      fps: { ...fps },
      parts,
      fpsWith,
      inputToPixelMs: spread(latencies),
      inputToPixelOfMostMs: { alone: spread(beside.rest), duringLayout: spread(beside.layout) },
      bareRunMs: spread(bare),
      frameMs: { p50: quantile(frames, 0.5) },
      idleCpuPercent: idle,
      memoryMB: memory,
      startToFirstFaceMs,
      loadedMs,
      renderer,
      processors: os.availableParallelism(),
    };
  } finally {
    await browser.close();
    await app.stop();
  }
}

/** @param {number[]} times */
const spread = (times) => ({ p50: quantile(times, 0.5), p95: quantile(times, 0.95) });

/** The decoder alone, as the engine runs it, milliseconds. */
async function bareRuns() {
  /** @type {typeof import('../main/engine/models/open')} */
  const { openModel: openBundled } = await import(pathToFileURL(join(root, 'dist/main/engine/models/open.js')).href);
  const model = await openBundled(join(root, 'models/portraits-vae'));
  const code = new Float32Array(model.card.latentSize);
  const times = [];
  for (let i = 0; i < BARE_RUNS + 10; i++) {
    const start = performance.now();
    await model.decodePixels(code);
    times.push(performance.now() - start);
    // as in the window, runs do not follow one another at once
    await sleep(20);
  }
  await model.release();
  return times.slice(10);
}

/** @param {string} executablePath @param {string} folder */
async function theirs(executablePath, folder) {
  let reason = '';
  for (const version of ATLAS_VERSIONS) {
    say(`Installing Embedding Atlas ${version}…`);
    const place = join(folder, `atlas-${version}`);
    const missing = installAtlas(place, version);
    const fpsOfAtlas = missing === null ? await atlas(executablePath, place) : null;
    if (fpsOfAtlas) {
      const ratio = Object.fromEntries(SIZES.map((count) => [count, round(fps[count] / fpsOfAtlas[count])]));
      return { embeddingAtlas: { version, shows: 'points', fps: fpsOfAtlas }, vsEmbeddingAtlas: ratio };
    }
    reason = missing ?? `Embedding Atlas ${version} draws nothing in this browser`;
    say(`${reason}.`);
  }
  return { embeddingAtlas: null, vsEmbeddingAtlas: null, skipped: reason };
}

/**
 * Frames per second by size; null when it draws nothing here.
 * @param {string} executablePath @param {string} place where it is installed
 * @returns {Promise<Record<string, number> | null>}
 */
async function atlas(executablePath, place) {
  const server = await serveAtlas(place);
  const { browser, page } = await openBrowser(executablePath);
  try {
    await page.goto(server.address);
    await page.waitForFunction('window.ready', null, { timeout: 30_000 });
    if (!(await atlasDraws(page))) return null;
    /** @type {Record<string, number>} */
    const found = {};
    for (const count of SIZES) {
      say(`Flying through ${count} points of Embedding Atlas…`);
      found[count] = round((await atlasFlight(page, count)).fps);
    }
    return found;
  } finally {
    await browser.close();
    server.stop();
  }
}
