// How fast folders of images are read: against a bare loop over sharp, the library that decodes them. Both in this run, in
// turns, for the machine may be busy with other things.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from './root.mjs';

/** Faces drawn, and how many files show each: drawing takes longer than reading. */
const FACES = 150;
const FILES_PER_FACE = 6;
const IMAGES = FACES * FILES_PER_FACE;
const PIXELS = 225;
const SIZE = 64;
const ROUNDS = 3;

/** The median of a few numbers. @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

export async function bench() {
  const { loadDataset, makeImages } = await import(join(root, 'dist/main/engine/bundled.js'));
  const folder = await mkdtemp(join(os.tmpdir(), 'latentscape-bench-'));
  try {
    await makeImages(folder, { count: FACES, seed: 1, size: PIXELS });
    const files = (await readdir(folder)).filter((name) => name.endsWith('.png')).map((name) => join(folder, name));
    const photos = await asPhotos(files);
    /** @type {Record<'bare' | 'plain' | 'aligned', number[]>} */
    const speeds = { bare: [], plain: [], aligned: [] };
    for (let round = 0; round < ROUNDS; round++) {
      speeds.bare.push(await speedOf(() => bareLoop(photos)));
      speeds.plain.push(await speedOf(() => loadDataset(join(folder, 'photos'), { size: SIZE, align: false })));
      speeds.aligned.push(await speedOf(() => loadDataset(join(folder, 'photos'), { size: SIZE, align: true })));
    }
    const bare = median(speeds.bare);
    return {
      images: IMAGES,
      imageSide: PIXELS,
      imagesPerSecond: median(speeds.plain),
      bareLoopImagesPerSecond: bare,
      fractionOfBareLoop: median(speeds.plain.map((speed, i) => speed / speeds.bare[i])),
      imagesPerSecondWithAlignment: median(speeds.aligned),
      fractionWithAlignment: median(speeds.aligned.map((speed, i) => speed / speeds.bare[i])),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The faces as JPEG files, as cameras write them. @param {string[]} files */
async function asPhotos(files) {
  const { mkdir } = await import('node:fs/promises');
  const { dirname, basename } = await import('node:path');
  const folder = join(dirname(files[0]), 'photos');
  await mkdir(folder);
  const photos = [];
  for (const file of files) {
    for (let i = 0; i < FILES_PER_FACE; i++) {
      const photo = join(folder, basename(file).replace('.png', `-${i}.jpg`));
      await sharp(file)
        .jpeg({ quality: 88 + i })
        .toFile(photo);
      photos.push(photo);
    }
  }
  return photos;
}

/** @param {string[]} files */
async function bareLoop(files) {
  let next = 0;
  const worker = async () => {
    while (next < files.length) await sharp(files[next++]).resize(SIZE, SIZE).removeAlpha().raw().toBuffer();
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}

/** Images a second. @param {() => Promise<unknown>} work */
async function speedOf(work) {
  const started = performance.now();
  await work();
  return (IMAGES * 1000) / (performance.now() - started);
}
