import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { parse } from 'npyjs';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CodeUse, TrainingEvent, TrainingSettings } from '../../../../main/contract';
import { trainingFilm } from '../../../../main/engine/open-model/training-film';
import { movingTrainingFilm } from '../../../../main/engine/exports/training-film';
import { toImageBatch } from '../../../../main/engine/images';
import { drawFace } from '../../../../main/engine/images/synthetic/draw';
import { drawFactors } from '../../../../main/engine/images/synthetic/factors';
import { writeFaces } from '../../../../main/engine/images/synthetic/write';
import { encodeFilm, type Film } from '../../../../main/engine/models/files/training-film';
import { openModel, type Model } from '../../../../main/engine/models';
import { resumeTraining, RunControl, train } from '../../../../main/engine/runs';
import { frameSteps } from '../../../../main/engine/runs/film/recorder';
import { toScene } from '../../../../main/engine/space/frames/frame';
import { principalFrame } from '../../../../main/engine/space/frames/principal';
import { normals, random } from '../../../../main/engine/maths/random';
import { sharedFolder } from '../../temporary';
import { tinyModel } from '../../models/tiny';
import { smallRun } from '../small-run';

const folder = sharedFolder();
let images: string;
beforeAll(async () => {
  images = path.join(folder, 'images');
  await writeFaces(images, { count: 48, seed: 2, size: 32 });
});

const settings = (out: string, more: Partial<TrainingSettings> = {}): TrainingSettings =>
  smallRun({
    images,
    out: path.join(folder, out),
    latentSize: 8,
    epochs: 2,
    batchSize: 8,
    learningRate: 2e-3,
    seed: 3,
    ...more,
    tuning: { checkpointSteps: 4, ...more.tuning },
  });

async function run(wanted: TrainingSettings, control = new RunControl(), onEvent?: (event: TrainingEvent) => void) {
  const uses: CodeUse[] = [];
  await train(wanted, {
    control,
    onEvent: (event) => {
      if (event.event === 'use') {
        const { event: _, ...use } = event;
        uses.push(use);
      }
      onEvent?.(event);
    },
  });
  return uses;
}

const filmOf = async (model: Model) => trainingFilm(model, principalFrame(model.codes!, model.card.latentSize));

test('frames are dense at first, and never two of one step', () => {
  const steps = frameSteps(22_090);
  expect(steps).toHaveLength(48);
  expect([steps[0], steps[1], steps[2], steps[46], steps[47]]).toEqual([0, 10, 40, 21160, 22090]);
  expect(frameSteps(3)).toEqual([0, 1, 2, 3]);
  expect(frameSteps(1)).toEqual([0, 1]);
});

describe('the film of a run', () => {
  test('ends where the model is, and its pictures are what that decodes', async () => {
    // as long as draws take to differ from one another
    const uses = await run(settings('vae', { epochs: 16, tuning: { whiten: false } }));
    const model = await openModel(path.join(folder, 'vae'));
    expect(model.card.film).toBe(true);
    const film = await filmOf(model);
    const { steps, faces, positions, use, sigma, tile } = film;
    expect(steps).toEqual(frameSteps(86));
    expect(faces).toHaveLength(43);
    expect(use).toEqual(uses);

    const d = 8;
    const frame = principalFrame(model.codes!, d);
    const last = positions.subarray(-3 * faces.length);
    const expected = toScene(model.codes!, frame);
    last.forEach((value, i) => expect(value).toBeCloseTo(expected[3 * faces[Math.floor(i / 3)] + (i % 3)], 1));

    const kl = new Float64Array(d);
    const spread = new Float64Array(d);
    model.codes!.forEach((mu, i) => {
      const logVar = model.logVar![i];
      kl[i % d] += (mu ** 2 + Math.exp(logVar) - logVar - 1) / 2 / 43;
      spread[i % d] += Math.exp(logVar / 2) / 43;
    });
    use!.at(-1)!.klPerUnit.forEach((value, i) => expect(value).toBeCloseTo(kl[i], 4));
    sigma!.subarray(-d).forEach((value, i) => expect(value).toBeCloseTo(spread[i], 5));

    // the draws from the prior, decoded by the model that was written
    const samples = await model.decodePixels(normals(6 * d, random(3, 'pictures')));
    const { data, info } = await sharp(film.sheet).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([(film.reconstructions + 6) * tile, steps.length * tile]);
    // so early in a run they are coloured noise, of which WebP keeps the brightness rather than the colours
    const luma = (pixels: Uint8Array | Uint8ClampedArray, at: number) =>
      0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
    const distance = (shown: number, decoded: number) => {
      let off = 0;
      for (let y = 0; y < tile; y++) {
        for (let x = 0; x < tile; x++) {
          const at = ((info.height - tile + y) * info.width + (film.reconstructions + shown) * tile + x) * 3;
          off += Math.abs(luma(data, at) - luma(samples.data, ((decoded * tile + y) * tile + x) * 4));
        }
      }
      return off / tile ** 2;
    };
    for (let n = 0; n < 6; n++) {
      expect(distance(n, n)).toBeLessThan(6); // noisy pictures lose about five levels to WebP
      expect(distance(n, n)).toBeLessThan(distance(n, (n + 1) % 6) / 2);
    }
    await model.release();
  });

  test('is brought into the space that a VAE is kept in', async () => {
    const uses = await run(settings('white', { epochs: 16 }));
    const model = await openModel(path.join(folder, 'white'));
    const { faces, positions, use, sigma } = await filmOf(model);
    const d = 8;
    const expected = toScene(model.codes!, principalFrame(model.codes!, d));
    const last = positions.subarray(-3 * faces.length);
    last.forEach((value, i) => expect(value).toBeCloseTo(expected[3 * faces[Math.floor(i / 3)] + (i % 3)], 1));
    const spread = new Float64Array(d);
    model.logVar!.forEach((value, i) => (spread[i % d] += Math.exp(value / 2) / faces.length));
    sigma!.subarray(-d).forEach((value, i) => expect(value).toBeCloseTo(spread[i], 2));
    // a random encoder gives all faces about the same code, which is not the prior's mean
    const nats = ({ klPerUnit }: CodeUse) => klPerUnit.reduce((a, b) => a + b, 0);
    expect(nats(use!.at(-1)!)).toBeLessThan(nats(uses.at(-1)!));
    await model.release();
  });

  test('of an AE is turned frame onto frame, which changes no distance', async () => {
    await run(settings('ae', { kind: 'ae' }));
    const model = await openModel(path.join(folder, 'ae'));
    const film = await filmOf(model);
    expect([film.use, film.sigma]).toEqual([null, null]);
    // neighbouring frames are no farther apart than the pictures of the same codes left as they were could ever be
    const n = film.faces.length;
    const step = (k: number) =>
      Math.hypot(
        ...film.positions
          .subarray(3 * n * k, 3 * n * (k + 1))
          .map((value, i) => value - film.positions[3 * n * (k + 1) + i]),
      );
    const size = Math.hypot(...film.positions.subarray(-3 * n));
    for (let k = 0; k < film.steps.length - 1; k++) expect(step(k)).toBeLessThan(size);
    await model.release();
  });

  test('goes on after an interruption as if there had been none, bit for bit', async () => {
    for (const kind of ['vae', 'ae'] as const) {
      await run(settings(`${kind}-whole`, { kind }));
      const interrupt = (event: TrainingEvent) => {
        if (event.event === 'progress' && event.step >= 6) throw new Error('as if killed');
      };
      const parts = settings(`${kind}-parts`, { kind });
      await expect(run(parts, new RunControl(), interrupt)).rejects.toThrow('killed');
      await resumeTraining(parts.out!, { control: new RunControl(), onEvent: () => {} });
      const files = (await readdir(parts.out!)).filter((name) => name.startsWith('film'));
      expect(files).toHaveLength(kind === 'vae' ? 4 : 3);
      for (const file of files) {
        const [whole, other] = await Promise.all(
          ['whole', 'parts'].map((name) => readFile(path.join(folder, `${kind}-${name}`, file))),
        );
        expect(other.equals(whole), file).toBe(true);
      }
    }
  });

  test('of a run that is stopped, or whose best weights are earlier ones, ends there', async () => {
    const control = new RunControl();
    const stopped = settings('stopped', { epochs: 100 });
    await run(stopped, control, (event) => event.event === 'progress' && event.step >= 20 && control.stop());
    const model = await openModel(stopped.out!);
    const { steps } = await filmOf(model);
    expect(steps.at(-1)).toBe(model.card.facts!.steps);
    expect(steps.at(-1)).toBeLessThan(100);
    await model.release();

    const patient = settings('patient', { epochs: 60, learningRate: 0.05, tuning: { patience: 2 } });
    await run(patient);
    const best = await openModel(patient.out!);
    const history = best.card.history.map(({ validationMse }) => validationMse);
    const kept = best.card.history[history.indexOf(Math.min(...history))].step;
    expect((await filmOf(best)).steps.at(-1)).toBe(kept);
    expect(kept).toBeLessThan(best.card.history.at(-1)!.step);
    await best.release();
  });

  test('moves as WebP and GIF', async () => {
    const model = await openModel(path.join(folder, 'vae'));
    const film = await filmOf(model);
    for (const format of ['webp', 'gif'] as const) {
      const meta = await sharp(await movingTrainingFilm(film, format, 10), { animated: true }).metadata();
      expect([meta.width, meta.pageHeight]).toEqual([6 * 32, 64]);
      expect(meta.delay!.at(-1)).toBe(2100);
    }
    await expect(movingTrainingFilm(film, 'gif', 0)).rejects.toMatchObject({ code: 'bad-settings' });
    await model.release();
  });

  test('can be seen of a zipped model', async () => {
    const source = path.join(folder, 'vae');
    const files = await Promise.all(
      (await readdir(source)).map(async (name) => [name, new Uint8Array(await readFile(path.join(source, name)))]),
    );
    const zip = path.join(folder, 'vae.zip');
    await writeFile(zip, zipSync(Object.fromEntries(files)));
    const [zipped, plain] = await Promise.all([zip, source].map((place) => openModel(place)));
    expect(await filmOf(zipped)).toEqual(await filmOf(plain));
    await Promise.all([zipped.release(), plain.release()]);
  });

  test('that is missing or broken is told so', async () => {
    const old = await openModel(await tinyModel());
    await expect(filmOf(old)).rejects.toMatchObject({ code: 'not-found' });
    await old.release();
    const place = path.join(folder, 'broken');
    await run(settings('broken', { kind: 'ae' }));
    const model = await openModel(place);
    await writeFile(path.join(place, 'film-codes.npy'), 'no numbers');
    await expect(filmOf(model)).rejects.toMatchObject({ code: 'bad-model' });
    await model.release();
  });
});

test(
  'a film of 64 latents and 64 pixels stays below 1.5 MB, though its faces are sharp',
  { timeout: 60_000 },
  async () => {
    const frames = 48;
    const latentSize = 64;
    const planes = new Uint8Array(frames * 12 * 3 * 64 * 64);
    const faces = Array.from({ length: 24 }, (_, n) => drawFace(drawFactors(1, n), 64));
    for (let n = 0; n < 12 * frames; n++) {
      faces[n % 24].forEach((value, i) => (planes[(3 * n + (i % 3)) * 4096 + Math.floor(i / 3)] = value));
    }
    const film: Film = {
      steps: frameSteps(100_000),
      planned: 100_000,
      warmUp: 0,
      faces: Array.from({ length: 128 }, (_, i) => 7 * i),
      tile: 64,
      reconstructions: 6,
      samples: 6,
      codes: normals(frames * 128 * latentSize, random(1, 'codes')),
      posteriors: normals(frames * 2 * latentSize, random(1, 'posteriors')),
      pictures: toImageBatch(planes, { count: 12 * frames, channels: 3, height: 64, width: 64 }),
    };
    const files = await encodeFilm(film, latentSize);
    const bytes = Object.values(files).reduce((total, { length }) => total + length, 0);
    console.log(
      `A film of 48 frames: ${Object.entries(files)
        .map(([name, { length }]) => `${name} ${length}`)
        .join(', ')} bytes`,
    );
    expect(bytes).toBeLessThan(1.5e6);
  },
);

test('codes farther away than half precision reaches are kept as far away as it reaches', async () => {
  const film: Film = {
    ...{ steps: [1], planned: 1, warmUp: 0, faces: [0], tile: 8, reconstructions: 1, samples: 0 },
    codes: Float32Array.of(1e9, -1e9, 1.5),
    posteriors: null,
    pictures: toImageBatch(new Uint8Array(3 * 64), { count: 1, channels: 3, height: 8, width: 8 }),
  };
  const file = (await encodeFilm(film, 3))['film-codes.npy'];
  expect(Array.from(parse(new Uint8Array(file).buffer).data as Float32Array)).toEqual([65504, -65504, 1.5]);
});

describe('posterior collapse', () => {
  test('is told of a VAE whose β is absurd, and not of a healthy one', { timeout: 120_000 }, async () => {
    const epochs = 100;
    const collapsed = await run(settings('collapsed', { beta: 1000, epochs }));
    const steps = frameSteps(538);
    expect(collapsed.map(({ step }) => step)).toEqual(steps);
    expect(collapsed.filter(({ step }) => step < 500).every(({ collapse }) => collapse === 'none')).toBe(true);
    expect(collapsed.at(-1)).toMatchObject({ active: 0, collapse: 'all' });

    const healthy = await run(settings('healthy', { beta: 0.2, epochs }));
    expect(healthy.map(({ collapse }) => collapse)).toEqual(steps.map(() => 'none'));
    expect(healthy.at(-1)!.active).toBeGreaterThanOrEqual(4);
  });
});

test('the files are what NumPy reads', async () => {
  const place = path.join(folder, 'vae');
  const bytes = new Uint8Array(await readFile(path.join(place, 'film-codes.npy')));
  expect(parse(bytes.buffer)).toMatchObject({
    dtype: 'f2',
    shape: [frameSteps(86).length, 43, 8],
    fortranOrder: false,
  });
  expect((await stat(path.join(place, 'film.webp'))).size).toBeGreaterThan(1000);
});
