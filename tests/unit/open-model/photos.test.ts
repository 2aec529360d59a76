/** Photos of one's own among the faces of a model. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEngine, type Engine } from '../../../main/engine/engine';
import { openModel, writeModel } from '../../../main/engine/models';
import { findCode } from '../../../main/engine/open-model/photos/find-code';
import { silent } from '../hosts/silent';
import { decoder } from '../models/networks';
import { tinyFiles, tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

const PORTRAITS = path.join(import.meta.dirname, '../../../models');

let home: string;
let engine: Engine;
let api: ReturnType<Engine['connect']>;
const onPhotoProgress = vi.fn();

beforeEach(async () => {
  home = path.join(await temporaryFolder(), 'home');
  engine = createEngine({ models: await temporaryFolder(), home });
  api = engine.connect({ ...silent, onPhotoProgress });
});
afterEach(() => {
  api.dispose();
  engine.dispose();
});

/** A picture of smooth colours, `width × height`. */
const picture = (width = 40, height = 30): Promise<Uint8Array> =>
  sharp(
    Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 100 * Math.sin(i / (7 * width))),
    { raw: { width, height, channels: 3 } },
  )
    .png()
    .toBuffer()
    .then((png) => new Uint8Array(png));

async function keep(id: string, name: string, bytes?: Uint8Array) {
  const { frame } = await api.lookAtPhoto(id, bytes ?? (await picture()), `${name}.png`);
  const projection = await api.projectPhoto(id, frame);
  return { projection, kept: await api.keepPhoto(id, name) };
}

const lastRow = (values: Float32Array, size: number) => [...values.subarray(values.length - size)];

describe('a photo', () => {
  it('stands among faces with their labels, and has none itself', async () => {
    const labels = Array.from({ length: 10 }, (_, i) => (i % 3 ? [`group: ${i % 3}`] : []));
    const folder = path.join(await temporaryFolder(), 'labelled');
    await writeModel(folder, { ...tinyFiles(), labels });
    const { id } = await api.openModel(folder);
    expect((await api.cloud(id)).labels).toEqual(labels);
    await keep(id, 'me');
    expect((await api.cloud(id)).labels).toEqual([...labels, []]);
  });

  it('is framed in the middle where images were not aligned, and encoded as the encoder encodes what is in the frame', async () => {
    const { id } = await api.openModel(await tinyModel());
    const { frame, found } = await api.lookAtPhoto(id, await picture(), 'a.png');
    expect({ frame, found }).toEqual({
      frame: { left: expect.closeTo(1 / 6, 6) as number, top: 0, side: 1 },
      found: 'middle',
    });
    const { code, original, reconstruction, mse, typicality } = await api.projectPhoto(id, frame);
    const file = path.join(await temporaryFolder(), 'framed.png');
    const raw = { width: 8, height: 8, channels: 4 } as const;
    await sharp(Buffer.from(original.data), { raw }).removeAlpha().png().toFile(file);
    const byHand = await api.encodeFiles(id, [file]);
    byHand.codes.forEach((value, i) => expect(code[i]).toBeCloseTo(value, 4));
    expect(reconstruction).toEqual(await api.decode(id, code));
    const squares = original.data.reduce((sum, value, i) => sum + ((value - reconstruction.data[i]) / 255) ** 2, 0);
    expect(mse).toBeCloseTo(squares / (8 * 8 * 3), 3);
    expect(typicality).toMatchObject({ nearest: expect.any(Number) as number });
  });

  it('is found and framed as the faces of an aligned model, wherever it lies in the picture', async () => {
    const shared = path.join(import.meta.dirname, '../../../../shared/data/portraits');
    const [file] = await readdir(shared).catch(() => []);
    if (!file) return void console.warn('skipped: ../shared/data/portraits is missing');
    const { id } = await api.openModel(path.join(PORTRAITS, 'portraits-vae'));
    const bytes = await readFile(path.join(shared, file));
    const plain = await api.lookAtPhoto(id, new Uint8Array(bytes), file);
    const { width, height } = await sharp(bytes).metadata();
    const [right, down] = [Math.round(width / 4), Math.round(height / 5)];
    const moved = await sharp(bytes).extend({ left: right, top: down, extendWith: 'mirror' }).png().toBuffer();
    const found = await api.lookAtPhoto(id, new Uint8Array(moved), file);
    expect([plain.found, found.found]).toEqual(['face', 'face']);
    const pixels = (frame: typeof plain.frame, short: number) =>
      [frame.left, frame.top, frame.side].map((x) => x * short);
    const [a, b] = [
      pixels(plain.frame, Math.min(width, height)),
      pixels(found.frame, Math.min(width + right, height + down)),
    ];
    expect(Math.abs(b[0] - right - a[0])).toBeLessThan(0.08 * a[2]);
    expect(Math.abs(b[1] - down - a[1])).toBeLessThan(0.08 * a[2]);
    expect(b[2] / a[2]).toBeCloseTo(1, 0);
    const { mse, usualMse } = await api.projectPhoto(id, found.frame);
    expect(mse).toBeLessThan(3 * usualMse!);
  });

  it('that is none is refused in a sentence with its name', async () => {
    const { id } = await api.openModel(await tinyModel());
    await expect(api.lookAtPhoto(id, new TextEncoder().encode('no picture'), 'notes.txt')).rejects.toMatchObject({
      code: 'bad-image',
      message: expect.stringContaining('notes.txt') as string,
    });
    await expect(api.projectPhoto(id, { left: 0, top: 0, side: 1 })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a photo that is kept', () => {
  it('is a face like the others, over restarts, and of no influence on frame and density', async () => {
    const folder = await tinyModel();
    const { id } = await api.openModel(folder);
    const before = await api.cloud(id);
    const density = await api.typicality(id, new Float32Array(3));
    const { projection, kept } = await keep(id, 'Ada');
    expect(kept).toMatchObject({ name: 'Ada', face: 10 });
    const again = createEngine({ models: home, home }).connect(silent);
    const { id: other } = await again.openModel(folder);
    const cloud = await again.cloud(other);
    expect(cloud).toMatchObject({
      count: 11,
      photos: [expect.any(String)],
      frame: before.frame,
      hidden: before.hidden,
    });
    expect(lastRow(cloud.codes, 3)).toEqual([...projection.code]);
    expect(cloud.logVar).toHaveLength(33);
    expect(cloud.positions).toHaveLength(33);
    expect([...cloud.positions.subarray(0, 30)]).toEqual([...before.positions]);
    expect((await again.typicality(other, new Float32Array(3))).density).toEqual(density.density);
    expect(await again.typicality(other, projection.code)).toMatchObject({ nearest: 10, distance: 0 });
    expect([...(await again.neighbours(other, projection.code, 1)).faces]).toEqual([10]);
    const faces = { kind: 'faces', faces: [10, 1, 2, 3] } as const;
    const { positions } = await again.frame(other, { ...faces, faces: [...faces.faces] });
    expect(lastRow(positions, 3).every((value) => Math.abs(value) < 1e-4)).toBe(true);
    expect((await again.photos(other)).map(({ name, face }) => [name, face])).toEqual([['Ada', 10]]);
    again.dispose();
  });

  it('has its picture on the sheets, and leaves those before as they were to the eye', async () => {
    const { id } = await api.openModel(await tinyModel({ count: 16 }));
    const before = await api.cloud(id);
    for (const name of ['a', 'b']) await keep(id, name);
    const { thumbnails, codes } = await api.cloud(id);
    expect([before.thumbnails.sheets.length, thumbnails.sheets.length]).toEqual([1, 2]);
    expect(thumbnails.sheets[0]).toEqual(before.thumbnails.sheets[0]);
    const { data } = await sharp(thumbnails.sheets[1]).raw().toBuffer({ resolveWithObject: true });
    const drawn = await api.decode(id, codes.slice(-3));
    // the second tile of the first row; WebP is not exact
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++) {
        expect(Math.abs(data[(y * 32 + 8 + x) * 3 + 1] - drawn.data[(y * 8 + x) * 4 + 1])).toBeLessThan(40);
      }
  });

  it('is a face of every model of the same images, with the code that model gives it', async () => {
    const [first, second] = [await tinyModel(), await tinyModel()];
    for (const folder of [first, second]) {
      const file = path.join(folder, 'model.json');
      const manifest = JSON.parse(await readFile(file, 'utf8'));
      manifest.dataset.identity = 'a'.repeat(64);
      await writeFile(file, JSON.stringify(manifest));
    }
    const { id } = await api.openModel(first);
    const { projection } = await keep(id, 'Ada');
    const { id: other } = await api.openModel(second);
    const cloud = await api.cloud(other);
    expect(cloud).toMatchObject({ count: 11, photos: [expect.any(String)] });
    lastRow(cloud.codes, 3).forEach((value, i) => expect(value).toBeCloseTo(projection.code[i], 4));
  });

  it('can be forgotten: groups lose it, and faces after it move up', async () => {
    const { id } = await api.openModel(await tinyModel());
    const [a, b] = [await keep(id, 'a'), await keep(id, 'b')];
    await api.cloud(id);
    const group = { id: 'g', name: 'g', colour: 0, hidden: false, faces: Uint32Array.of(2, a.kept.face, b.kept.face) };
    await api.changeFaceGroups(id, { put: [group], remove: [], order: [] });
    await api.forgetPhoto(id, a.kept.id);
    expect(await api.cloud(id)).toMatchObject({ count: 11, photos: [expect.any(String)] });
    expect([...(await api.faceGroups(id))[0].faces]).toEqual([2, 10]);
    expect((await api.photos(id)).map(({ name, face }) => [name, face])).toEqual([['b', 10]]);
    const folders = await readdir(path.join(home, 'photos'));
    expect(
      (await readdir(path.join(home, 'photos', folders[0]))).filter((name) => name.endsWith('.webp')),
    ).toHaveLength(1);
  });

  it('that was forgotten can be taken back, with the groups, traits and places that named it', async () => {
    const { id } = await api.openModel(await tinyModel());
    const [a, b] = [await keep(id, 'a'), await keep(id, 'b')];
    const [face, after] = [a.kept.face, b.kept.face];
    await api.cloud(id);
    const group = (name: string, ...faces: number[]) => ({
      ...{ id: name, name, colour: 0, hidden: false, faces: Uint32Array.from(faces) },
    });
    const trait = { id: 't', name: 't', withIt: Uint32Array.of(face), without: Uint32Array.of(1, after) };
    const view = { yaw: 0, pitch: 0, reach: 1 };
    const place = { id: 'p', name: 'p', code: [0, 0, 0], anchor: face, view };
    const nothing = { remove: [], order: [] };
    await api.changeFaceGroups(id, { put: [group('both', 2, face, after), group('alone', face)], ...nothing });
    await api.changeTraits(id, { put: [trait], ...nothing });
    await api.changeBookmarks(id, { put: [place, { ...place, id: 'q', anchor: after }], ...nothing });
    const named = async () => [await api.faceGroups(id), await api.traits(id), await api.bookmarks(id)];
    const before = await named();

    await api.forgetPhoto(id, a.kept.id);
    expect(await api.traits(id)).toEqual([]);
    await api.takeBackPhoto(id, a.kept.id);
    expect(await api.cloud(id)).toMatchObject({ count: 12, photos: [a.kept.id, expect.any(String)] });
    expect(await api.photos(id)).toEqual([a.kept, b.kept]);
    expect(await named()).toEqual(before);
    await expect(api.takeBackPhoto(id, a.kept.id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('without an encoder', () => {
  const shape = { latentSize: 4, channels: 3, size: 16 } as const;
  const foreign = async () => {
    const file = path.join(await temporaryFolder(), 'decoder.onnx');
    await writeFile(file, decoder(shape));
    return file;
  };

  it('the code of a picture is found by what the decoder makes of codes', async () => {
    const model = await openModel(await foreign());
    const code = Float32Array.of(0.8, -0.5, 0.3, 1.1);
    const found = await findCode(
      model,
      await model.decode(code),
      new Float32Array(4 * 40).map((_, i) => Math.sin(i * i)),
    );
    const [wanted, drawn] = [await model.decode(code), await model.decode(found)];
    const mse = wanted.reduce((sum, value, i) => sum + (value - drawn[i]) ** 2, 0) / wanted.length;
    expect(mse).toBeLessThan(1e-4);
    await model.release();
  });

  it('finds codes as good as those of the encoder, on a real decoder', async () => {
    const model = await openModel(path.join(PORTRAITS, 'portraits-vae'));
    const { codes } = model;
    const target = await model.decode(codes!.slice(0, 32));
    const others = codes!.subarray(32, 32 + 32 * 128);
    const found = await model.decode(await findCode(model, target, others));
    const again = await model.decode((await model.encode(target)).mu);
    const error = (image: Float32Array) => image.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0);
    expect(error(found)).toBeLessThan(error(again));
    await model.release();
  });

  it('tells its progress, can be cancelled, and a kept one is there again', async () => {
    const file = await foreign();
    const { id } = await api.openModel(file);
    const { frame } = await api.lookAtPhoto(id, await picture(), 'a.png');
    const cancelled = expect(api.projectPhoto(id, frame)).rejects.toMatchObject({ code: 'cancelled' });
    await api.cancelPhoto(id);
    await cancelled;
    const { projection } = await keep(id, 'Ada');
    expect(onPhotoProgress).toHaveBeenLastCalledWith(id, 1);
    const { id: other } = await api.openModel(file);
    const cloud = await api.cloud(other);
    expect(cloud).toMatchObject({ count: 513, photos: [expect.any(String)], source: 'prior' });
    expect(lastRow(cloud.codes, 4)).toEqual([...projection.code]);
  });
});
