// The app's icon as macOS and Windows want it, for the app and for its kinds of files: several sizes as PNG in one container.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from '../root.mjs';

/** Types of Apple's icon images that hold a PNG, and their sizes in pixels; the last four are for displays of twice the density. */
const APPLE = { ic07: 128, ic08: 256, ic09: 512, ic11: 32, ic12: 64, ic13: 256, ic14: 512 };
const WINDOWS = [16, 24, 32, 48, 64, 256];

/**
 * @param {string} folder where to
 * @returns {Promise<{ icns: string, ico: string }>} the files
 */
export async function makeIcons(folder) {
  await mkdir(folder, { recursive: true });
  const files = { icns: join(folder, 'icon.icns'), ico: join(folder, 'icon.ico') };
  await writeFile(files.icns, await appleIcon());
  await writeFile(files.ico, await windowsIcon());
  return files;
}

/** @param {number} size in pixels */
const drawn = (size) => sharp(join(root, 'main/electron/resources/icon.png')).resize(size).png().toBuffer();

/** `icns`, the length of all, then each image behind its type and the length of both; lengths are big-endian. */
async function appleIcon() {
  const parts = await Promise.all(
    Object.entries(APPLE).map(async ([type, size]) => {
      const image = await drawn(size);
      return Buffer.concat([Buffer.from(type), lengthOf(8 + image.length), image]);
    }),
  );
  const images = Buffer.concat(parts);
  return Buffer.concat([Buffer.from('icns'), lengthOf(8 + images.length), images]);
}

/** @param {number} bytes */
function lengthOf(bytes) {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(bytes);
  return field;
}

/** A header, a table of the images with their places, and the images. */
async function windowsIcon() {
  const images = await Promise.all(WINDOWS.map(drawn));
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2); // an icon, not a cursor
  header.writeUInt16LE(images.length, 4);
  let place = header.length;
  for (const [n, image] of images.entries()) {
    const entry = 6 + 16 * n;
    header.fill(WINDOWS[n] % 256, entry, entry + 2); // 256 is written as 0
    header.writeUInt16LE(1, entry + 4); // colour planes
    header.writeUInt16LE(32, entry + 6); // bits per pixel
    header.writeUInt32LE(image.length, entry + 8);
    header.writeUInt32LE(place, entry + 12);
    place += image.length;
  }
  return Buffer.concat([header, ...images]);
}
