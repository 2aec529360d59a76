/** The models that ship with the app, as they lie in the repository. */
import { existsSync, readdirSync } from 'node:fs';
import { cp, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFamily, type FamilyFile } from '../../../main/engine/beta-family/file';
import { type Images, loadDataset, pickImages, splitRows, toUnitRange } from '../../../main/engine/images';
import { drawImages } from '../../../main/engine/images/synthetic/images';
import { folderSource, type Model, openModel } from '../../../main/engine/models';
import { labelsOf } from '../../../main/engine/open-model/cloud';
import { normals, random } from '../../../main/engine/maths/random';
import { root } from '../../../scripts/root.mjs';
import { sharedFolder } from '../temporary';

const MODELS = path.join(root, 'models');
/** The folders of photographs that a model was trained on together, by the name that its manifest gives them. */
const PHOTOGRAPHS: Record<string, string[]> = {
  Portraits: ['portraits', 'parliament-portraits'],
  portraits: ['portraits'],
};
const FAMILY = 'beta-family';
const names = readdirSync(MODELS).filter((name) => name !== FAMILY && !name.startsWith('digits'));
const digits = ['digits-iwae', 'digits-vae'];
const MEGABYTE = 1e6;

async function bytesOf(folder: string): Promise<number> {
  const files = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = files.filter((file) => file.isFile()).map((file) => stat(path.join(file.parentPath, file.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

it('together they take less than 60 MB', async () => {
  expect(await bytesOf(MODELS)).toBeLessThan(60 * MEGABYTE);
});

describe.each(names)('%s', (name) => {
  const folder = path.join(MODELS, name);

  it('is small, has a card and scores, and says nothing of the machine it was made on', async () => {
    expect(await bytesOf(folder)).toBeLessThan(12 * MEGABYTE);
    const { manifest } = await folderSource(folder);
    const { about, scores } = manifest;
    expect(about!.images.en).toContain(String(manifest.dataset.images));
    expect(about!.images['zh-CN']).toContain(String(manifest.dataset.images));
    expect(about!.limits.length).toBeGreaterThan(1);
    const report = scores.report!;
    expect(report.data).toMatchObject({ split: 'training', heldOutImages: manifest.dataset.validationImages });
    expect(report.reconstruction!.model.mse.value).toBeCloseTo(scores.validationMse!, 6);
    const [low, high] = report.reconstruction!.pca.mse.interval!;
    expect(low).toBeLessThan(high);
    for (const set of ['real', 'prior', 'mixture']) expect(report.sampling!.sets[set].frechet.interval).not.toBeNull();
    expect(report.bound === null).toBe(manifest.kind !== 'vae');
    expect(await readFile(path.join(folder, 'model.json'), 'utf8')).not.toMatch(/"(\/|[A-Za-z]:\\)|home|tmp/);
  });

  it('reproduces the error it was saved with', async (context) => {
    const { manifest } = await folderSource(folder);
    const model = await openModel(folder);
    const images = await heldOut(model, manifest);
    const saved = manifest.scores.validationMse!;
    if (images) {
      // drawn faces are the same to the bit; photographs are cropped by a part of a pixel otherwise than when it was made
      const apart = Math.abs((await errorOf(model, images)) - saved);
      expect(apart).toBeLessThan(model.faces ? 0.02 * saved : 5e-7);
    }
    await model.release();
    if (!images) context.skip('the photographs are not here (../shared/data/portraits and parliament-portraits)');
  }, 180_000);
});

type Manifest = Awaited<ReturnType<typeof folderSource>>['manifest'];

/** The images that were held out; null where the photographs are not here. */
async function heldOut({ faces }: Model, { training, dataset, image }: Manifest): Promise<Images | null> {
  const count = dataset.images + dataset.validationImages;
  const rows = splitRows(count, training.seed!, training.validation!).heldOut;
  if (!training.align) {
    const drawn = Array.from(rows, (first) => drawImages({ seed: 1, first, count: 1 }, image.size).pixels);
    return { count: drawn.length, channels: 3, size: image.size, pixels: Buffer.concat(drawn) };
  }
  const folders = PHOTOGRAPHS[dataset.name].map((each) => path.join(root, '../shared/data', each));
  if (!folders.every((folder) => existsSync(folder))) return null;
  const like = { channels: 3, faces } as const;
  return pickImages(await loadDataset(await together(folders), { size: image.size, align: true, like }), rows);
}

const place = sharedFolder();

async function together(folders: string[]): Promise<string> {
  const all = path.join(place, folders.map((folder) => path.basename(folder)).join('+'));
  for (const folder of folders) await cp(folder, all, { recursive: true });
  return all;
}

/** Mean squared error per value of images decoded from their means. */
async function errorOf(model: Model, images: Images): Promise<number> {
  const x = toUnitRange(images.pixels);
  const decoded = await model.decode((await model.encode(x)).mu);
  return decoded.reduce((sum, value, i) => sum + (value - x[i]) ** 2, 0) / x.length;
}

describe.each(digits)('%s', (name) => {
  const folder = path.join(MODELS, name);

  it('is small, shows digits with their labels, and tells its likelihood beside the published one', async () => {
    expect(await bytesOf(folder)).toBeLessThan(3 * MEGABYTE);
    expect(await readFile(path.join(folder, 'model.json'), 'utf8')).not.toMatch(/"(\/|[A-Za-z]:\\)|home|tmp/);
    const model = await openModel(folder);
    const { card, codes, source } = model;
    expect(card).toMatchObject({ kind: 'vae', motif: 'digits', latentSize: 50, imageSize: 28, channels: 1 });
    expect(codes!.length).toBe(2000 * 50);
    const labels = (await labelsOf(model))!.flat();
    expect([...new Set(labels)].sort()).toEqual([...'0123456789']);
    const bound = source!.manifest.scores.report!.bound!;
    expect(bound.likelihood).toMatchObject({ kind: 'bernoulli', binarised: true, beta: 1 });
    expect(bound).toMatchObject({ samples: 5000, iwae: { count: 10_000 } });
    expect(card.about!.limits[0].en).toContain(`: ${(-bound.iwae.value).toFixed(2)} nats`);
    await model.release();
  });

  it('has the same images as the other, so that they can be flown together', async () => {
    const [one, other] = await Promise.all(digits.map((each) => folderSource(path.join(MODELS, each))));
    expect(one.manifest.dataset).toEqual(other.manifest.dataset);
  });
});

describe('the family of β', () => {
  const folder = path.join(MODELS, FAMILY);

  it('is small', async () => {
    const { members } = (await readFamily(folder))!;
    expect(await bytesOf(folder)).toBeLessThan(6 * MEGABYTE);
    for (const member of members) {
      expect(await bytesOf(path.join(folder, member.folder))).toBeLessThan(MEGABYTE);
      expect(await readFile(path.join(folder, member.folder, 'model.json'), 'utf8')).not.toMatch(/"\/|home|tmp/);
    }
  });

  it('differs in β alone', async () => {
    const { members, faces } = (await readFamily(folder))!;
    const settings = await Promise.all(
      members.map(async (member) => {
        const { manifest } = await folderSource(path.join(folder, member.folder));
        const { beta, seconds: _, imagesPerSecond: __, ...rest } = manifest.training;
        expect(beta).toBe(member.beta);
        expect(faces.first).toBeGreaterThanOrEqual(manifest.dataset.images + manifest.dataset.validationImages);
        return { ...rest, latentSize: manifest.latentSize, image: manifest.image, dataset: manifest.dataset };
      }),
    );
    for (const each of settings) expect(each).toEqual(settings[0]);
  });

  it('gives up rate for distortion as β rises, until nothing is left', async () => {
    const { members, realDistance } = (await readFamily(folder))!;
    for (let i = 1; i < members.length; i++) {
      const [before, after] = [members[i - 1], members[i]];
      expect(after.rate.value).toBeLessThan(before.rate.value);
      expect(after.distortion.value).toBeGreaterThan(before.distortion.value);
      expect(after.activeUnits.value).toBeLessThanOrEqual(before.activeUnits.value);
    }
    expect(members[0].activeUnits.value).toBe(members[0].klPerDimension.length);
    expect(members.at(-1)!.activeUnits.value).toBe(0);
    // both ends break: in between, draws are nearest to faces
    const distances = members.map(({ sampleDistance }) => sampleDistance.value);
    const best = distances.indexOf(Math.min(...distances));
    expect(best).toBeGreaterThan(0);
    expect(best).toBeLessThan(members.length - 1);
    expect(Math.min(...distances)).toBeGreaterThan(realDistance.value);
  });

  it('has the rates and distortions that its networks give', async () => {
    const { members, faces } = (await readFamily(folder))!;
    for (const member of members) await checkNumbers(folder, member, faces);
  }, 300_000);
});

/** Rate by its formula, exactly; distortion with noise of its own. */
async function checkNumbers(folder: string, member: FamilyFile['members'][number], faces: FamilyFile['faces']) {
  const model = await openModel(path.join(folder, member.folder));
  const d = model.card.latentSize;
  const x = toUnitRange(drawImages(faces, model.card.imageSize).pixels);
  const { mu, logVar } = await model.encode(x);
  const kl = new Float64Array(d);
  mu.forEach((m, i) => (kl[i % d] += (m * m + Math.exp(logVar![i]) - logVar![i] - 1) / 2 / faces.count));
  kl.forEach((value, i) => expect(Math.abs(value - member.klPerDimension[i])).toBeLessThan(1e-4 * (1 + value)));
  const rate = kl.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(rate - member.rate.value)).toBeLessThan(1e-4 * (1 + rate));

  const noise = normals(mu.length, random(7, 'other noise'));
  const z = mu.map((m, i) => m + Math.exp(logVar![i] / 2) * noise[i]);
  const decoded = await model.decode(z);
  const distortion = decoded.reduce((sum, value, i) => sum + (value - x[i]) ** 2, 0) / faces.count;
  expect(Math.abs(distortion / member.distortion.value - 1)).toBeLessThan(0.02);
  await model.release();
}
