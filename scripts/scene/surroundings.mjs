// What the space can hold beside faces, and work that goes on while one flies: each is begun by clicking, and ended again.

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page @param {string} testid */
const click = (page, testid) => page.getByTestId(testid).click();

/** Opens a panel. @param {Page} page @param {string} area @param {string} panel */
async function open(page, area, panel) {
  await click(page, `area-${area}`);
  await click(page, `tab-${panel}`);
}

/**
 * What to fly through, by name; the open model has an encoder, and another one of the same images is there.
 * @type {Record<string, (page: Page, work: () => Promise<void>) => Promise<void>>}
 */
export const SURROUNDINGS = {
  /** The map of holes, complete. */
  async fog(page, work) {
    await open(page, 'understand', 'compare');
    await click(page, 'holes-toggle');
    await page.waitForSelector('[data-testid=holes-model][data-done=true]', { state: 'attached', timeout: 300_000 });
    await work();
    await click(page, 'holes-toggle');
    await click(page, 'area-understand');
  },
  /** A second model, decoded under the same camera. */
  async twin(page, work) {
    await open(page, 'understand', 'compare');
    await page.locator('[data-testid=twin-candidate]:enabled').first().click();
    await page.waitForSelector('[data-testid=twin-face][data-state=live]', { timeout: 60_000 });
    await work();
    await click(page, 'twin-leave');
    await click(page, 'area-understand');
  },
  /** Faces decoded at the points of a lattice. */
  async lattice(page, work) {
    await click(page, 'lattice-toggle');
    await work();
    await click(page, 'lattice-toggle');
  },
};

/**
 * Does `work` while a layout of all faces is computed, which is then cancelled.
 * @template T
 * @param {Page} page @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileLayingOut(page, work) {
  await open(page, 'explore', 'frames');
  await page.getByTestId('frame-kind').locator('[data-value=layout]').click();
  await page.waitForSelector('[data-testid=frame-working]');
  const result = await work();
  await click(page, 'frame-cancel'); // there as long as it goes on: what was measured was measured beside it
  await click(page, 'area-explore');
  return result;
}
