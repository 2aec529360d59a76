// Models with clouds of any size, for measuring how they fly: the bundled VAE with codes drawn between its own, and
// thumbnails mixed from its own (what a thumbnail shows does not change how fast it is drawn).
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { root } from '../root.mjs';

const BUNDLED = join(root, 'models/portraits-vae');
const COPIED = ['decoder.onnx', 'encoder.onnx', 'faces.json'];

/** @param {string} path below dist/main/engine */
const engine = (path) => import(pathToFileURL(join(root, 'dist/main/engine', path)).href);

/**
 * Writes a model with `count` faces.
 * @param {string} folder to be made
 * @param {string} name
 * @param {number} count
 */
export async function writeCloud(folder, name, count) {
  /** @type {typeof import('../../main/engine/models/files/codes')} */
  const { decodeCodes, encodeCodes } = await engine('models/files/codes.js');
  /** @type {typeof import('../../main/engine/models/files/thumbnails')} */
  const { gridOf, sheetName } = await engine('models/files/thumbnails.js');
  /** @type {typeof import('../../main/engine/models/source')} */
  const { folderSource } = await engine('models/source.js');
  /** @type {typeof import('../../main/engine/files/sha256')} */
  const { sha256 } = await engine('files/sha256.js');
  /** @type {typeof import('../../main/engine/maths/random')} */
  const { random } = await engine('maths/random.js');
  const source = await folderSource(BUNDLED);
  const { manifest } = source;
  const d = manifest.latentSize;
  const own = decodeCodes(/** @type {Uint8Array} */ (await source.read('codes.npy')), d, BUNDLED);
  const known = own.length / d;

  const rng = random(1, 'cloud', count);
  const codes = new Float32Array(count * d);
  for (let i = 0; i < count; i++) {
    const [a, b, t] = [rng.integer(known), rng.integer(known), 0.6 * rng.uniform()];
    for (let k = 0; k < d; k++) {
      codes[i * d + k] = own[a * d + k] * (1 - t) + own[b * d + k] * t + 0.3 * rng.normal();
    }
  }

  await mkdir(folder, { recursive: true });
  /** @type {Record<string, Uint8Array>} */
  const files = { 'codes.npy': encodeCodes(codes, d) };
  const grid = gridOf(count, manifest.image.size);
  const tiles = await ownTiles(/** @type {Uint8Array} */ (await source.read(sheetName(0))), known, grid.tile);
  for (let first = 0; first < count; first += grid.perSheet) {
    const onSheet = Math.min(grid.perSheet, count - first);
    files[sheetName(first / grid.perSheet)] = await mixedSheet(tiles, grid, onSheet, rng);
  }
  for (const file of COPIED) await copyFile(join(BUNDLED, file), join(folder, file));
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
  const sums = Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, sha256(bytes)]));
  const kept = Object.entries(manifest.files).filter(([file]) => COPIED.includes(file));
  const model = { ...manifest, name, files: { ...Object.fromEntries(kept), ...sums } };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
}

/**
 * The thumbnails on a sheet, RGB.
 * @param {Uint8Array} sheet @param {number} count @param {number} tile
 */
async function ownTiles(sheet, count, tile) {
  const { data, info } = await sharp(sheet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const columns = info.width / tile;
  return Array.from({ length: count }, (_, i) => {
    const pixels = new Uint8Array(tile * tile * 3);
    const [left, top] = [(i % columns) * tile, Math.floor(i / columns) * tile];
    for (let y = 0; y < tile; y++) {
      const start = ((top + y) * info.width + left) * 3;
      pixels.set(data.subarray(start, start + tile * 3), y * tile * 3);
    }
    return pixels;
  });
}

/**
 * A sheet of thumbnails, each a mixture of two.
 * @param {Uint8Array[]} tiles @param {{ tile: number, columns: number }} grid @param {number} count
 * @param {import('../../main/engine/maths/random').Random} rng
 */
async function mixedSheet(tiles, { tile, columns }, count, rng) {
  const width = columns * tile;
  const height = Math.ceil(count / columns) * tile;
  const sheet = new Uint8Array(width * height * 3);
  for (let i = 0; i < count; i++) {
    const [a, b] = [tiles[rng.integer(tiles.length)], tiles[rng.integer(tiles.length)]];
    const [left, top] = [(i % columns) * tile, Math.floor(i / columns) * tile];
    for (let y = 0; y < tile; y++) {
      const to = ((top + y) * width + left) * 3;
      for (let x = 0; x < tile * 3; x++) sheet[to + x] = (2 * a[y * tile * 3 + x] + b[y * tile * 3 + x]) / 3;
    }
  }
  const webp = sharp(sheet, { raw: { width, height, channels: 3 } }).webp({ quality: 80, effort: 0 });
  return new Uint8Array(await webp.toBuffer());
}
