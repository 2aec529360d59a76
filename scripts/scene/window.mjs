// Latentscape's own window, driven as a person does it: with keys and the wheel.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { root } from '../root.mjs';
import { framesDuring, hold, rate } from './frames.mjs';
import { treeOf } from './processes.mjs';

/** @typedef {import('@playwright/test').Page} Page */

const VIEW = { width: 1280, height: 800 };
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\?token=[\w-]+/;

/** Seconds of each part of the measured flight: into the cloud, and looking around in it. */
const FLIGHT = { in: 3, around: 3 };

/**
 * Starts the app without a window.
 * @param {string} home its data folder
 */
export async function startApp(home) {
  const app = spawn(process.execPath, [join(root, 'scripts/start.mjs'), '--host', 'browser', '--no-open'], {
    cwd: root,
    env: { ...process.env, LATENTSCAPE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const address = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ text) => {
      output += text;
      const found = ADDRESS.exec(output);
      if (found) resolve(found[0]);
    };
    app.stdout.on('data', read);
    app.stderr.on('data', read);
    app.once('exit', () => reject(new Error(`The app ended before it could be opened:\n${output}`)));
  });
  const gone = new Promise((resolve) => app.once('exit', resolve));
  return {
    address: /** @type {string} */ (address),
    pid: /** @type {number} */ (app.pid),
    stop: async () => {
      app.kill('SIGINT');
      await gone;
    },
  };
}

/** Waits until the face at the reticle is shown. @param {Page} page */
export async function untilFace(page) {
  await page.waitForSelector('[data-testid=face][data-state=live]', { timeout: 120_000 });
}

/** A browser with one page, and the process it runs in. @param {string} executablePath */
export async function openBrowser(executablePath) {
  const before = new Set(treeOf(process.pid));
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--enable-unsafe-swiftshader', // where there is no graphics card
      '--disable-gpu-sandbox', // without it, software rendering hangs in containers
      '--disable-background-networking',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  const pid = treeOf(process.pid).find((one) => !before.has(one));
  return { browser, page: await browser.newPage({ viewport: VIEW }), pid };
}

/**
 * Opens a listed model, and waits until the face at the reticle is shown.
 * @param {Page} page @param {string} folder of the model @param {number} count its faces
 */
export async function openModel(page, folder, count) {
  await page.getByTestId('area-models').click();
  await page.locator(`[data-testid=model][data-path=${JSON.stringify(folder)}]`).click();
  await page.waitForSelector(`[data-testid=space][data-count="${count}"]`, { timeout: 120_000 });
  await page.getByTestId('area-models').click();
  await untilFace(page);
}

/**
 * Flies into the cloud from where all of it is seen, and looks around in it.
 * @param {Page} page
 * @returns {Promise<{ fps: number, in: number, around: number, frames: number[] }>} frames a second, and the times of all
 */
export async function flight(page) {
  await page.getByTestId('space').focus();
  const into = await framesDuring(page, () => hold(page, 'w', FLIGHT.in));
  const around = await framesDuring(page, () => hold(page, 'j', FLIGHT.around));
  await page.keyboard.press('h');
  await sleep(2500);
  return { fps: rate([...into, ...around]), in: rate(into), around: rate(around), frames: [...into, ...around] };
}

/**
 * Times from a move of the camera to the picture with the face decoded there, milliseconds. The camera moves in the frame
 * after the wheel was turned sideways (up and down it zooms, which keeps the decoded place), and asks for the face at once;
 * the face is in the picture of the first frame after it came.
 * @param {Page} page @param {number} count
 * @throws if no face came
 */
export async function inputToPixel(page, count) {
  await page.evaluate(() => {
    const times = /** @type {number[]} */ ([]);
    const own = /** @type {any} */ (window);
    own.benchTimes = times;
    let moved = 0;
    const send = WebSocket.prototype.send;
    own.benchEnd = () => (WebSocket.prototype.send = send);
    WebSocket.prototype.send = function (/** @type {ArrayBuffer | Uint8Array<ArrayBuffer>} */ data) {
      // the name of the request stands in the message as it is
      const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
      if (new TextDecoder('latin1').decode(bytes.subarray(0, 200)).includes('decode')) moved = performance.now();
      send.call(this, data);
    };
    const face = /** @type {Element} */ (document.querySelector('[data-testid=face]'));
    new MutationObserver(() => {
      const start = moved;
      requestAnimationFrame(() => {
        // behind the frame's own work: the picture is finished
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - start);
        port2.postMessage(null);
      });
    }).observe(face, { attributeFilter: ['data-code'] });
  });
  const box = await page.getByTestId('space').boundingBox();
  await page.mouse.move((box?.width ?? 0) * 0.55, (box?.height ?? 0) * 0.9);
  for (let i = 0; i < count; i++) {
    await page.mouse.wheel(i % 2 === 0 ? -30 : 30, 0);
    // at rest again before the next: what is measured is one move, not a queue
    await sleep(500);
  }
  const times = await page.evaluate(() => {
    const own = /** @type {any} */ (window);
    own.benchEnd();
    return /** @type {number[]} */ (own.benchTimes);
  });
  if (times.length === 0) throw new Error('The camera moved, and no other face came.');
  return times;
}
