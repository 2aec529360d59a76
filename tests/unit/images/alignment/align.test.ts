import { existsSync, readdirSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { alignFace, learnFaces, plainCrop, type Crop } from '../../../../main/engine/images/alignment/align';
import { resample, type GreyImage } from '../../../../main/engine/images/alignment/features';
import { EYES } from '../../../../main/engine/images/alignment/template';

/** What is learned from images, and what it finds in them. */
async function aligning(images: GreyImage[]) {
  const finder = await learnFaces(images);
  const found = finder && (await Promise.all(images.map((image) => alignFace(image, finder))));
  return { finder, crops: found?.map(({ crop }) => crop) ?? images.map((image) => plainCrop(image)), found };
}

/** Pseudo-random numbers 0..1 that every run draws alike. */
function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) / 2 ** 24;
  };
}

/** Where a painted face is, in pixels. */
interface Truth {
  x: number;
  y: number;
  apart: number;
}

/** Paints somebody with hair, glasses or a beard as chance has it; `apart` is the distance of the eyes. */
function paintPerson(width: number, height: number, { x, y, apart }: Truth, next: () => number): GreyImage {
  const between = (a: number, b: number) => a + (b - a) * next();
  const wall = between(0.2, 0.9);
  const slope = between(-0.2, 0.2);
  const grey = Float32Array.from({ length: width * height }, (_, i) => wall + slope * (i / (width * height)));
  const ellipse = (cx: number, cy: number, rx: number, ry: number, tone: number) => {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        const r = Math.hypot((i + 0.5 - x - cx * apart) / (rx * apart), (j + 0.5 - y - cy * apart) / (ry * apart));
        const cover = 1 / (1 + Math.exp((r - 1) * Math.min(rx, ry) * apart * 3));
        grey[j * width + i] += cover * (tone - grey[j * width + i]);
      }
    }
  };
  const skin = between(0.45, 0.85);
  const hair = between(0.05, 0.95);
  ellipse(0, 4, between(2.2, 3), 1.7, between(0, 1)); // clothes
  ellipse(0, 2.1, 0.7, 1.2, skin - 0.05); // neck
  ellipse(between(-0.1, 0.1), -0.5, between(1.3, 1.6), between(1.4, 1.7), hair);
  ellipse(0, 0.35, between(1.05, 1.2), 1.6, skin);
  for (const side of [-0.5, 0.5]) {
    ellipse(side, between(-0.38, -0.3), 0.36, 0.08, skin * 0.45);
    ellipse(side, 0, 0.24, 0.11, Math.min(1, skin + 0.12));
    ellipse(side, 0, 0.1, 0.1, 0.05);
  }
  ellipse(0, between(0.65, 0.75), 0.22, 0.08, skin * 0.7);
  ellipse(0, between(1.1, 1.2), between(0.35, 0.5), 0.09, skin * 0.5);
  for (let i = 0; i < grey.length; i++) grey[i] = Math.min(1, Math.max(0, grey[i] + 0.03 * (next() - 0.5)));
  return { width, height, grey };
}

function crowd(count: number, scatter: number, seed = 1): { images: GreyImage[]; truths: Truth[] } {
  const next = random(seed);
  const images: GreyImage[] = [];
  const truths: Truth[] = [];
  for (let i = 0; i < count; i++) {
    const apart = 15 * 2 ** (scatter * (2 * next() - 1));
    const truth = { x: 40 + scatter * 16 * (2 * next() - 1), y: 44 + scatter * 16 * (2 * next() - 1), apart };
    images.push(paintPerson(80, 96, truth, next));
    truths.push(truth);
  }
  return { images, truths };
}

/** Distance of the eyes from where they belong, as a share of the crop's side, and error of size in octaves. */
function errors(crops: Crop[], images: GreyImage[], truths: Truth[]) {
  const sizes = crops.map((crop, i) =>
    Math.log2((crop.side * Math.min(images[i].width, images[i].height)) / truths[i].apart),
  );
  const usual = sizes.toSorted((a, b) => a - b)[sizes.length >> 1];
  return crops.map(({ left, top, side }, i) => {
    const short = Math.min(images[i].width, images[i].height);
    const dx = (truths[i].x / short - left) / side - EYES.x;
    const dy = (truths[i].y / short - top) / side - EYES.y;
    return { shift: Math.hypot(dx, dy), size: Math.abs(sizes[i] - usual) };
  });
}

const noise = (count: number, next = random(5)): GreyImage[] =>
  Array.from({ length: count }, () => ({ width: 64, height: 64, grey: Float32Array.from({ length: 64 * 64 }, next) }));

describe('learnFaces', { timeout: 120_000 }, () => {
  const { images, truths } = crowd(60, 0.4);
  const aligned = aligning(images);

  it('finds painted faces wherever they are and whatever their size', async () => {
    const { crops, found } = await aligned;
    const off = errors(crops, images, truths);
    expect(off.filter(({ shift, size }) => shift > 0.03 || size > 0.12)).toHaveLength(0);
    expect(found!.every((each) => each.found)).toBe(true);
    // The eyes are as far apart as promised, so that a whole head fits.
    const apart = crops.map((crop, i) => truths[i].apart / (crop.side * 80)).toSorted((a, b) => a - b)[30];
    expect(Math.abs(Math.log2(apart / EYES.apart))).toBeLessThan(0.2);
  });

  it('learns the same from the same images', async () => {
    expect(await aligning(images)).toEqual(await aligned);
  });

  it('finds with a good guess what it finds everywhere', async () => {
    const { crops, finder } = await aligned;
    const everywhere = await Promise.all(images.map((image) => alignFace(image, { ...finder!, sure: 1 })));
    expect(finder!.sure).toBeLessThan(1);
    everywhere.forEach(({ crop }, i) => expect(Math.abs(crop.left - crops[i].left)).toBeLessThan(0.02));
  });

  it('finds later faces as it found the folder', async () => {
    const { crops, finder } = await aligned;
    expect(finder).not.toBeNull();
    expect(await alignFace(images[7], finder!)).toEqual({ crop: crops[7], found: true });
    const late = crowd(10, 0.4, 9);
    const found = await Promise.all(late.images.map((image) => alignFace(image, finder!)));
    const off = errors(
      found.map(({ crop }) => crop),
      late.images,
      late.truths,
    );
    expect(off.filter(({ shift }) => shift > 0.03)).toHaveLength(0);
  });

  it('gives an image without a face the crop that is usual in its folder', async () => {
    const mixed = [...images];
    mixed[20] = { width: 80, height: 96, grey: new Float32Array(80 * 96).fill(0.5) };
    const { crops } = await aligning(mixed);
    const middle = crops.map((crop) => crop.left + crop.side / 2).toSorted((a, b) => a - b)[30];
    expect(crops[20].left + crops[20].side / 2).toBeCloseTo(middle, 1);
    expect(errors(crops, images, truths).filter(({ shift }, i) => i !== 20 && shift > 0.03)).toHaveLength(0);
  });

  it('leaves faces alone that are aligned already', async () => {
    const still = crowd(60, 0);
    const { crops, finder } = await aligning(still.images);
    expect(crops).toEqual(still.images.map((image) => plainCrop(image)));
    expect(finder).toBeNull();
  });

  it.each([
    ['noise', noise(20)],
    ['nothing', noise(20).map((image) => ({ ...image, grey: new Float32Array(64 * 64).fill(0.3) }))],
    ['soft blotches', noise(20).map((image) => ({ ...image, grey: resample(image, 0, 0, 0.1, 64, 64) }))],
    ['too few faces to learn from', images.slice(0, 5)],
    ['no image', []],
  ])('learns nothing of %s', async (_, folder) => {
    expect(await learnFaces(folder)).toBeNull();
  });

  it('tells how far it is, lets other work run, and stops when told to', async () => {
    const reports: [number, number][] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await learnFaces(images, { onProgress: (done, total) => reports.push([done, total]) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    expect(reports.length).toBeGreaterThan(5);
    reports.forEach(([done], i) => expect(done).toBeGreaterThanOrEqual(reports[i - 1]?.[0] ?? 0));
    const [done, total] = reports.at(-1)!;
    expect(done).toBe(total);

    const stop = new AbortController();
    let seen = 0;
    const running = learnFaces(images, {
      signal: stop.signal,
      onProgress: () => {
        if (++seen === 3) stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBeLessThan(10);
  });
});

describe('plainCrop', () => {
  it('is the middle square in multiples of the shorter side', () => {
    expect(plainCrop({ width: 200, height: 100 })).toEqual({ left: 0.5, top: 0, side: 1 });
    expect(plainCrop({ width: 100, height: 150 })).toEqual({ left: 0, top: 0.25, side: 1 });
    // of 2:3, all of it is taken, and its middle is a square
    expect(plainCrop({ width: 100, height: 150 }, { size: 32, height: 48 })).toEqual({ left: 0, top: 0.25, side: 1 });
    expect(plainCrop({ width: 200, height: 100 }, { size: 32, height: 64 })).toEqual({
      left: 0.75,
      top: 0.25,
      side: 0.5,
    });
  });
});

const data = new URL('../../../../../shared/data/', import.meta.url);
/** Up to `count` images of a folder, evenly spread over it. */
async function thumbnails(folder: string, count: number): Promise<GreyImage[]> {
  const names = readdirSync(new URL(folder, data)).sort();
  const step = Math.max(1, names.length / count);
  const chosen = Array.from({ length: Math.min(count, names.length) }, (_, i) => names[Math.floor(i * step)]);
  return Promise.all(
    chosen.map(async (name) => {
      const { data: bytes, info } = await sharp(new URL(`${folder}/${name}`, data).pathname)
        .flatten({ background: '#fff' })
        .resize(96, 96, { fit: 'inside', withoutEnlargement: true })
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, grey: Float32Array.from(bytes, (byte) => byte / 255) };
    }),
  );
}

/** Root mean square gradient of the mean of all crops between brows and mouth, at 64×64. */
function sharpness(images: GreyImage[], crops: Crop[]): number {
  const size = 64;
  const mean = new Float32Array(size * size);
  images.forEach((image, i) => {
    const short = Math.min(image.width, image.height);
    const { left, top, side } = crops[i];
    const pixels = resample(image, left * short, top * short, (side * short) / size, size, size);
    for (let k = 0; k < mean.length; k++) mean[k] += pixels[k] / images.length;
  });
  let sum = 0;
  let count = 0;
  for (let y = 20; y < 48; y++) {
    for (let x = 16; x < 48; x++, count++) {
      const at = y * size + x;
      sum += (mean[at + 1] - mean[at - 1]) ** 2 + (mean[at + size] - mean[at - size]) ** 2;
    }
  }
  return Math.sqrt(sum / count);
}

describe.skipIf(!existsSync(data))(
  'learnFaces on real images (skipped where ../shared is missing)',
  { timeout: 120_000 },
  () => {
    it('makes the mean of portraits more than twice as sharp', async () => {
      const images = await thumbnails('portraits', 120);
      const { crops, found } = await aligning(images);
      const plain = images.map((image) => plainCrop(image));
      expect(sharpness(images, crops) / sharpness(images, plain)).toBeGreaterThan(2);
      expect(found!.filter((each) => !each.found).length).toBeLessThan(0.02 * images.length);
    });

    it.each(['emoji-faces', 'pixel-faces'])('learns nothing of %s', async (folder) => {
      const images = await thumbnails(folder, 120);
      expect(await learnFaces(images)).toBeNull();
    });
  },
);
