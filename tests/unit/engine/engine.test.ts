import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LinearFrame, message, type WindowApi } from '../../../main/contract';
import { createEngine, type Engine } from '../../../main/engine/engine';
import { openModel } from '../../../main/engine/models';
import { decoder } from '../models/networks';
import { codesOf, TINY, tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let home: string;
let bundled: string;
let engine: Engine;
let window: { [K in keyof WindowApi]: ReturnType<typeof vi.fn<WindowApi[K]>> };
let api: ReturnType<Engine['connect']>;

beforeEach(async () => {
  home = path.join(await temporaryFolder(), 'home');
  bundled = await temporaryFolder();
  await cp(await tinyModel({ name: 'Shipped' }), path.join(bundled, 'shipped'), { recursive: true });
  engine = createEngine({ models: bundled, home });
  window = {
    onTraining: vi.fn(),
    onCloudProgress: vi.fn(),
    onFrameProgress: vi.fn(),
    onHoles: vi.fn<WindowApi['onHoles']>(),
    onPathProgress: vi.fn(),
    onPhotoProgress: vi.fn(),
    onExportProgress: vi.fn(),
    onFolderProgress: vi.fn(),
    onFacesProgress: vi.fn(),
    onScoreProgress: vi.fn(),
    onModelsChanged: vi.fn(),
  };
  api = engine.connect(window);
});
afterEach(() => {
  api.dispose();
  engine.dispose();
  vi.restoreAllMocks();
});

async function onnx(name = 'face.onnx', shape = TINY as Parameters<typeof decoder>[0]): Promise<string> {
  const file = path.join(await temporaryFolder(), name);
  await writeFile(file, decoder(shape));
  return file;
}

describe('the family of β', () => {
  const shipped = path.join(import.meta.dirname, '../../../models/beta-family');

  it('is none where none ships', async () => {
    expect(await api.betaFamily(1)).toBeNull();
  });

  it('is decoded for the noise asked for, and is no model to open', async () => {
    await cp(shipped, path.join(bundled, 'beta-family'), { recursive: true });
    expect((await api.listModels()).map(({ name }) => name)).toEqual(['Shipped']);
    const [first, other, again] = [await api.betaFamily(1), await api.betaFamily(2), await api.betaFamily(1)];
    expect(again).toEqual(first);
    const [a, b] = [first!.members[1], other!.members[1]];
    expect(b.samples).not.toEqual(a.samples);
    expect(b.reconstructions).toEqual(a.reconstructions);
    expect(a.reconstructions).toMatchObject({ count: first!.faces.count, width: 32, height: 32 });
    expect(a).not.toHaveProperty('folder');
  });

  it('says what is wrong with a damaged one, and opens it once it is whole', async () => {
    await cp(shipped, path.join(bundled, 'beta-family'), { recursive: true });
    const file = path.join(bundled, 'beta-family/family.json');
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.slice(0, -20));
    await expect(api.betaFamily(1)).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringContaining(file),
    });
    await writeFile(file, whole);
    expect((await api.betaFamily(1))!.members.length).toBeGreaterThan(1);
  });
});

describe('the list of models', () => {
  it('has what ships, what was trained, the latest first, and what was opened, the latest first', async () => {
    const trained = path.join(home, 'models');
    await mkdir(trained, { recursive: true });
    for (const name of ['Older', 'Newer']) {
      await cp(await tinyModel({ name }), path.join(trained, name), { recursive: true });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [first, second] = [await onnx('first.onnx'), await onnx('second.onnx')];
    for (const file of [first, second, path.join(bundled, 'shipped'), path.join(trained, 'Older')]) {
      await api.openModel(file);
    }
    const size = { latentSize: 3, imageSize: 8, film: false };
    const cost = { images: 10, seconds: 3725, validationMse: 0.0123456 };
    const unknown = { images: null, seconds: null, validationMse: null };
    const model = { kind: 'vae', motif: 'faces', ...size, ...cost };
    const decoder = { kind: 'decoder', motif: 'images', origin: 'recent', ...size, ...unknown };
    expect(await api.listModels()).toEqual([
      { path: path.join(bundled, 'shipped'), name: 'Shipped', origin: 'bundled', ...model },
      { path: path.join(trained, 'Newer'), name: 'Newer', origin: 'library', ...model },
      { path: path.join(trained, 'Older'), name: 'Older', origin: 'library', ...model },
      { path: second, name: 'second', ...decoder },
      { path: first, name: 'first', ...decoder },
    ]);
    expect(window.onModelsChanged).toHaveBeenCalledTimes(2);
    await rm(second);
    expect((await api.listModels()).map(({ name }) => name)).not.toContain('second');
  });

  it('leaves out what is broken or not finished, and says so on the terminal', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const trained = path.join(home, 'models');
    await mkdir(path.join(trained, 'broken'), { recursive: true });
    await writeFile(path.join(trained, 'broken', 'model.json'), '{');
    await cp(await tinyModel(), path.join(trained, 'half.writing-0b5c6b1e-3c1f-4d0e-9a52-0f6d1c2b3a49'), {
      recursive: true,
    });
    await writeFile(path.join(home, 'recent.json'), 'not json');
    expect((await api.listModels()).map(({ name }) => name)).toEqual(['Shipped']);
    expect(warn).toHaveBeenCalledTimes(2);
    // The broken list of recent models is replaced by the next one opened.
    await api.openModel(await onnx());
    expect((await api.listModels()).map(({ name }) => name)).toEqual(['Shipped', 'face']);
  });
});

describe('an open model', () => {
  it('decodes what the model decodes', async () => {
    const { id, card } = await api.openModel(path.join(bundled, 'shipped'));
    expect(card.name).toBe('Shipped');
    const codes = codesOf(5, 3);
    const expected = await (await openModel(path.join(bundled, 'shipped'))).decodePixels(codes);
    expect(await api.decode(id, codes)).toEqual(expected);
    const one = await api.decode(id, codes.slice(6, 9));
    expect(one.data).toEqual(expected.data.slice(2 * 256, 3 * 256));
  });

  it('saves the face as a PNG with exactly its pixels', async () => {
    const { id } = await api.openModel(path.join(bundled, 'shipped'));
    const code = Float32Array.of(0.2, -1, 0.5);
    const file = await sharp(await api.picture(id, code, { format: 'png', size: 8 }, {}))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(file.info).toMatchObject({ width: 8, height: 8 });
    expect([...file.data]).toEqual([...(await api.decode(id, code)).data]);
    const large = await api.picture(id, code, { format: 'png', size: 256 }, { seed: 3 });
    expect(await sharp(large).metadata()).toMatchObject({ width: 256, format: 'png' });
    const found = await api.provenance(large);
    expect(found).toMatchObject({ path: path.join(bundled, 'shipped'), made: { seed: 3, codes: code } });
    expect(await api.provenance(Uint8Array.of(1, 2, 3))).toBeNull();
  });

  it('encodes image files and names those it cannot read', async () => {
    const { id } = await api.openModel(path.join(bundled, 'shipped'));
    const folder = await temporaryFolder();
    const [good, bad] = [path.join(folder, 'good.png'), path.join(folder, 'bad.png')];
    // The tiny encoder's code is the first pixels of the red plane.
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff8000' } })
      .png()
      .toFile(good);
    await writeFile(bad, 'x');
    const { codes, skipped } = await api.encodeFiles(id, [bad, good]);
    expect([...codes]).toEqual([1, 1, 1]);
    expect(skipped).toEqual([{ file: bad, reason: message('unreadable.no-image') }]);
  });

  it('refuses what it cannot do, in a sentence', async () => {
    const { id } = await api.openModel(await onnx());
    await expect(api.encodeFiles(id, ['x.png'])).rejects.toMatchObject({ code: 'bad-model' });
    await expect(api.decode(id, new Float32Array(3 * 4097))).rejects.toMatchObject({
      code: 'bad-settings',
      message: '"face" takes 1 to 4096 codes of 3 numbers at a time, not 12291 numbers.',
    });
    await expect(api.picture(id, new Float32Array(3), { format: 'png', size: 5 }, {})).rejects.toMatchObject({
      code: 'bad-settings',
    });
    await api.closeModel(id);
    const gone = { code: 'not-found', key: 'not-found.model-closed' };
    await expect(api.decode(id, new Float32Array(3))).rejects.toMatchObject(gone);
    await expect(api.decode(id, new Float32Array(3))).rejects.toMatchObject(gone);
    await expect(api.closeModel(id)).rejects.toMatchObject(gone);
  });

  it('opens even where it cannot be remembered', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await writeFile(home, 'a file where the data folder should be');
    const { card } = await api.openModel(await onnx());
    expect(card.name).toBe('face');
    expect(warn).toHaveBeenLastCalledWith(expect.stringContaining('could not be remembered'));
  });
});

describe('the cloud', () => {
  it('shows the codes in their principal components, with the stored thumbnails', async () => {
    const { id } = await api.openModel(path.join(bundled, 'shipped'));
    const cloud = await api.cloud(id);
    expect(cloud).toMatchObject({ count: 10, source: 'codes', codes: codesOf(10, 3) });
    expect(cloud.thumbnails).toMatchObject({ tile: 8, columns: 4, perSheet: 16 });
    expect(Buffer.from(cloud.thumbnails.sheets[0])).toEqual(
      await readFile(path.join(bundled, 'shipped/thumbnails.webp')),
    );
    // Three components are all there is of three latents: the frame gives the codes back.
    const { origin, axes } = cloud.frame as LinearFrame;
    for (let n = 0; n < 10; n++) {
      for (let i = 0; i < 3; i++) {
        let value = origin[i];
        for (let k = 0; k < 3; k++) value += axes[k * 3 + i] * cloud.positions[n * 3 + k];
        expect(value).toBeCloseTo(cloud.codes[n * 3 + i], 4);
      }
    }
    expect(window.onCloudProgress).not.toHaveBeenCalled();
  });

  it('draws missing thumbnails, tells its progress, and keeps them with the model', async () => {
    const folder = path.join(bundled, 'shipped');
    const written = await readFile(path.join(folder, 'thumbnails.webp'));
    const manifest = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8'));
    delete manifest.files['thumbnails.webp'];
    await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest));
    await rm(path.join(folder, 'thumbnails.webp'));

    const { id } = await api.openModel(folder);
    expect(Buffer.from((await api.cloud(id)).thumbnails.sheets[0])).toEqual(written);
    expect(window.onCloudProgress).toHaveBeenLastCalledWith(id, 10, 10);
    expect(await readFile(path.join(folder, 'thumbnails.webp'))).toEqual(written);

    window.onCloudProgress.mockClear();
    await api.cloud((await api.openModel(folder)).id);
    expect(window.onCloudProgress).not.toHaveBeenCalled();
  });

  it('of a decoder without codes shows the same 512 draws from the prior every time', async () => {
    const file = await onnx();
    const clouds = [];
    for (let i = 0; i < 2; i++) clouds.push(await api.cloud((await api.openModel(file)).id));
    expect(clouds[0]).toMatchObject({ count: 512, source: 'prior' });
    expect(clouds[0].thumbnails).toMatchObject({ tile: 8, columns: 23, perSheet: 529 });
    expect(clouds[1]).toEqual(clouds[0]);
    const mean = clouds[0].codes.reduce((a, b) => a + b, 0) / clouds[0].codes.length;
    const variance = clouds[0].codes.reduce((a, b) => a + b * b, 0) / clouds[0].codes.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  });

  it('fills several sheets, none larger than a texture may be', async () => {
    const folder = await tinyModel({ count: 1800, shape: { latentSize: 2, channels: 1, size: 64 } });
    const { id } = await api.openModel(folder);
    const { thumbnails } = await api.cloud(id);
    expect(thumbnails).toMatchObject({ tile: 48, columns: 42, perSheet: 1764 });
    const sizes = await Promise.all(thumbnails.sheets.map((sheet) => sharp(sheet).metadata()));
    expect(sizes.map(({ width, height }) => [width, height])).toEqual([
      [2016, 2016],
      [2016, 48],
    ]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.webp'))).toEqual([
      'thumbnails-2.webp',
      'thumbnails.webp',
    ]);
  });

  it('ends when its model is closed', async () => {
    const { id } = await api.openModel(await onnx());
    const cloud = api.cloud(id);
    await api.closeModel(id);
    await expect(cloud).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('folders', () => {
  it('are listed one level at a time', async () => {
    const folder = await temporaryFolder();
    for (const name of ['b', 'a10', 'a9', '.hidden']) await mkdir(path.join(folder, name));
    for (const name of ['f10.jpg', 'f9.PNG', 'net.onnx', 'model.zip', 'notes.txt', '.x.png']) {
      await writeFile(path.join(folder, name), '');
    }
    await symlink(path.join(folder, 'b'), path.join(folder, 'link'));
    const listing = await api.listFolder(folder);
    expect(listing).toMatchObject({
      path: folder,
      parent: path.dirname(folder),
      fileCount: 4,
      imageCount: 2,
      isModel: false,
    });
    expect(listing.folders.map(({ name }) => name)).toEqual(['a9', 'a10', 'b', 'link']);
    expect(listing.files.map(({ name }) => name)).toEqual(['f9.PNG', 'f10.jpg', 'model.zip', 'net.onnx']);
    expect((await api.listFolder('/')).parent).toBeNull();
    expect((await api.listFolder(path.join(bundled, 'shipped'))).isModel).toBe(true);
    const home = (await import('node:os')).homedir();
    expect((await api.listFolder()).path).toBe(home);
    expect((await api.listFolder('~')).path).toBe(home);
    expect((await api.listFolder('~/')).path).toBe(home);
    await expect(api.listFolder('~/no-such-folder')).rejects.toMatchObject({
      message: expect.stringContaining(home) as string,
    });
    await expect(api.openModel('~/no-such.onnx')).rejects.toMatchObject({
      message: expect.stringContaining(home) as string,
    });
  });

  it('list at most 200 files and count all', async () => {
    const folder = await temporaryFolder();
    for (let i = 0; i < 230; i++) await writeFile(path.join(folder, `${i}.png`), '');
    const { files, fileCount } = await api.listFolder(folder);
    expect([files.length, fileCount]).toEqual([200, 230]);
  });

  it('that are not there give a sentence', async () => {
    await expect(api.listFolder('/no/such/place')).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is nothing at "/no/such/place". Check the path, or choose another one.',
    });
  });

  it('are inspected, the newest request alone', async () => {
    const folder = await temporaryFolder();
    for (let i = 0; i < 30; i++) {
      await sharp({ create: { width: 9, height: 9, channels: 3, background: '#808080' } })
        .png()
        .toFile(path.join(folder, `${i}.png`));
    }
    const older = api.inspectFolder(folder, 32, false);
    const newer = api.inspectFolder(folder, 16, false);
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    expect(await newer).toMatchObject({ imageCount: 30, preview: { width: 16 } });
    expect(window.onFolderProgress).toHaveBeenLastCalledWith(folder, 30, 30);
  });
});

describe('synthetic faces', () => {
  it('are drawn once, and kept', async () => {
    const folder = await api.syntheticFaces(40, 3, 32);
    expect(path.dirname(folder)).toBe(path.join(home, 'datasets'));
    expect(await readdir(folder)).toHaveLength(42);
    expect(window.onFacesProgress).toHaveBeenLastCalledWith(40, 40);
    vi.mocked(window.onFacesProgress).mockClear();
    expect(await api.syntheticFaces(40, 3, 32)).toBe(folder);
    expect(window.onFacesProgress).not.toHaveBeenCalled();
    expect(await api.inspectFolder(folder, 32, false)).toMatchObject({ imageCount: 40, skipped: [], smallestSide: 32 });
  });

  it('leave nothing behind when cancelled, or when they cannot be drawn', async () => {
    const drawing = api.syntheticFaces(100_000, 4, 32);
    await vi.waitFor(() => expect(window.onFacesProgress).toHaveBeenCalled(), 10_000);
    await api.cancelSyntheticFaces();
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    await expect(api.syntheticFaces(0, 1, 32)).rejects.toMatchObject({
      code: 'bad-settings',
      message: 'The number of faces must be a whole number from 1 to 1000000, not 0.',
    });
    expect((await readdir(path.join(home, 'datasets'))).filter((name) => name.includes('100000'))).toEqual([]);
  });
});

it('refuses training settings that make no sense, in a sentence', async () => {
  const settings = {
    kind: 'vae',
    images: bundled,
    name: 'x',
    imageSize: 33,
    latentSize: 8,
    epochs: 1,
    batchSize: 8,
    beta: 1,
    learningRate: 0.001,
    seed: 1,
    align: false,
  } as const;
  await expect(api.startTraining(settings)).rejects.toMatchObject({
    code: 'bad-settings',
    message: 'Image size must be a multiple of 16 from 32 to 320 pixels.',
  });
  await expect(api.pauseTraining('none')).rejects.toMatchObject({ code: 'not-found' });
  expect(await api.runs()).toEqual([]);
});

it('a window has an end of open models, and what opens after it has gone is closed', async () => {
  const folder = path.join(bundled, 'shipped');
  const many = await Promise.allSettled(Array.from({ length: 40 }, () => api.openModel(folder)));
  const opened = many.filter((one) => one.status === 'fulfilled').map(({ value }) => value.id);
  expect(opened).toHaveLength(16);
  for (const one of many) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'busy' });
  await api.closeModel(opened[0]);
  await api.openModel(folder);
  const late = engine.connect(window);
  const opening = late.openModel(folder);
  late.dispose();
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
});
