// Frames of a page while something moves in it.
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {import('@playwright/test').Page} Page */

/**
 * Times between the frames of a page during `work`, milliseconds. A browser gives a page the next frame when it can show
 * it: a page that draws each frame sees its true pace.
 * @param {Page} page @param {() => Promise<void>} work
 * @returns {Promise<number[]>}
 */
export async function framesDuring(page, work) {
  await page.evaluate(() => {
    const frames = /** @type {number[]} */ ([]);
    Object.assign(window, { benchFrames: frames });
    const next = (/** @type {number} */ now) => {
      // a page measured again has another list
      if (/** @type {any} */ (window).benchFrames !== frames) return;
      frames.push(now);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await work();
  /** @type {number[]} */
  const frames = await page.evaluate(() => {
    const own = /** @type {any} */ (window);
    const taken = own.benchFrames;
    own.benchFrames = null;
    return taken;
  });
  return frames.slice(1).map((time, i) => time - frames[i]);
}

/** Holds a key. @param {Page} page @param {string} key @param {number} seconds */
export async function hold(page, key, seconds) {
  await page.keyboard.down(key);
  await sleep(1000 * seconds);
  await page.keyboard.up(key);
}

/** Frames per second. @param {number[]} times */
export const rate = (times) => (1000 * times.length) / times.reduce((sum, time) => sum + time, 0);
