import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  bundleModel,
  checkDestination,
  describeModel,
  openModel,
  sourceOf,
  writeModel,
} from '../../../main/engine/models';
import { gridOf } from '../../../main/engine/models/files/thumbnails';
import { temporaryFolder } from '../temporary';
import { decoded, decoder, encoder } from './networks';
import { codesOf, contentOf, TINY, tinyFiles, tinyModel } from './tiny';

async function edit(folder: string, change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  change(manifest);
  await writeFile(file, JSON.stringify(manifest));
}

describe('a model that was written', () => {
  it('opens as what it was', async () => {
    const folder = await tinyModel();
    const model = await openModel(folder);
    expect(model.card).toEqual({
      path: folder,
      name: 'Tiny',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      kind: 'vae',
      motif: 'faces',
      latentSize: 3,
      imageSize: 8,
      channels: 3,
      canEncode: true,
      layout: {
        order: 'NCHW',
        width: 8,
        height: 8,
        channels: 3,
        alpha: false,
        colours: 'RGB',
        range: '0..1',
        input: 'z',
        output: 'image',
        extraInputs: {},
      },
      found: null,
      about: null,
      facts: {
        data: 'faces',
        images: 10,
        heldOut: 2,
        leftOut: 1,
        aligned: false,
        network: 'convolutional',
        width: 'small',
        residualBlocks: 1,
        parameters: 1_234_567,
        likelihood: 'gaussian',
        beta: 0.5,
        steps: 50,
        seconds: 3725,
        validationMse: 0.0123456,
      },
      history: [{ step: 50, epoch: 2, loss: 1.5, validationMse: 0.01, terms: { kl: 0.5 } }],
      film: false,
    });
    expect(model.codes).toEqual(codesOf(10, 3));
    expect(model.logVar).toEqual(codesOf(10, 3).map((value) => value - 3));
    const images = await model.decode(model.codes!);
    const last = decoded(TINY, model.codes!.subarray(27));
    last.forEach((value, i) => expect(images[9 * 192 + i]).toBeCloseTo(value, 5));
  });

  it('keeps what its makers say of it, in both languages', async () => {
    const folder = await tinyModel();
    const words = { en: 'Ten faces.', 'zh-CN': '十张脸。' };
    await describeModel(folder, { images: words, limits: [words] });
    expect((await openModel(folder)).card.about).toEqual({ images: words, limits: [words] });
    const unfinished = describeModel(folder, { images: { ...words, 'zh-CN': '' }, limits: [] });
    await expect(unfinished).rejects.toMatchObject({ code: 'bad-model', message: expect.stringContaining('zh-CN') });
    expect((await openModel(folder)).card.about).toEqual({ images: words, limits: [words] });
  });

  it('encodes in batches', async () => {
    const model = await openModel(await tinyModel());
    const images = Float32Array.from({ length: 40 * 192 }, (_, i) => (i % 193) / 192);
    const { mu, logVar } = await model.encode(images);
    expect(mu).toHaveLength(120);
    for (let n = 0; n < 40; n++) {
      for (let i = 0; i < 3; i++) {
        expect(mu[n * 3 + i]).toBeCloseTo(images[n * 192 + i], 6);
        expect(logVar![n * 3 + i]).toBe(-mu[n * 3 + i]);
      }
    }
  });

  it('has no log-variance where its encoder gives none', async () => {
    const folder = path.join(await temporaryFolder(), 'ae');
    await writeModel(folder, { ...tinyFiles(), encoder: encoder(3, 3, 8, false) });
    const { logVar } = await (await openModel(folder)).encode(new Float32Array(192));
    expect(logVar).toBeNull();
  });

  it('opens without the log-variances that older models lack', async () => {
    const folder = path.join(await temporaryFolder(), 'old');
    await writeModel(folder, { ...tinyFiles(), logVar: null });
    expect(await readdir(folder)).not.toContain('log-variances.npy');
    const model = await openModel(folder);
    expect(model.codes).toEqual(codesOf(10, 3));
    expect(model.logVar).toBeNull();
  });

  it('holds thumbnails that its decoder drew', async () => {
    const folder = await tinyModel();
    const { tile, columns } = gridOf(10, 8);
    const { data, info } = await sharp(path.join(folder, 'thumbnails.webp'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([4 * 8, 3 * 8]);
    const face = decoded(TINY, codesOf(10, 3).subarray(18, 21));
    const [left, top] = [(6 % columns) * tile, Math.floor(6 / columns) * tile];
    // WebP is lossy: the mean of a face survives it.
    let [seen, drawn] = [0, 0];
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        seen += data[((top + y) * info.width + left + x) * info.channels] / 64;
        drawn += (255 * face[y * 8 + x]) / 64;
      }
    }
    expect(Math.abs(seen - drawn)).toBeLessThan(6);
  });

  it.each(['', 'my model/'])('opens zipped, under "%s"', async (prefix) => {
    const folder = await tinyModel();
    const entries: Record<string, Uint8Array> = { 'notes.txt': Buffer.from('hello') };
    for (const name of await readdir(folder)) entries[prefix + name] = await readFile(path.join(folder, name));
    const file = path.join(await temporaryFolder(), 'tiny.zip');
    await writeFile(file, zipSync(entries));
    const model = await openModel(file);
    expect(model.card).toMatchObject({ path: file, name: 'Tiny', canEncode: true });
    expect(model.codes).toEqual(codesOf(10, 3));
    expect(await model.decode(codesOf(2, 3))).toEqual(await (await openModel(folder)).decode(codesOf(2, 3)));
  });
});

it('as one file is the same model, down to the last byte of each of its files', async () => {
  const folder = await tinyModel();
  const file = path.join(await temporaryFolder(), 'tiny.latentscape');
  await writeFile(file, await bundleModel((await sourceOf(folder))!));
  const [one, other] = [await openModel(file), await openModel(folder)];
  expect(one.card).toEqual({ ...other.card, path: file });
  expect(one.source!.manifest).toEqual(other.source!.manifest);
  const names = Object.keys(other.source!.manifest.files);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names)
    expect(await one.source!.read(name)).toEqual(new Uint8Array((await other.source!.read(name))!));
});

it('of which a file was changed is not passed on', async () => {
  const folder = await tinyModel();
  await writeFile(path.join(folder, 'decoder.onnx'), 'other');
  await expect(bundleModel((await sourceOf(folder))!)).rejects.toMatchObject({ code: 'bad-model' });
});

describe('writing over a model', () => {
  it('replaces it whole and leaves nothing else behind', async () => {
    const folder = await tinyModel();
    await writeModel(folder, tinyFiles({ name: 'Second', count: 4 }));
    expect((await openModel(folder)).card.name).toBe('Second');
    expect(await readdir(path.dirname(folder))).toEqual(['tiny']);
  });

  it('keeps it when the parts of the new one do not fit', async () => {
    const folder = await tinyModel();
    const before = await contentOf(folder);
    const wrong = { ...tinyFiles(), decoder: decoder({ ...TINY, latentSize: 2 }) };
    await expect(writeModel(folder, wrong)).rejects.toMatchObject({ code: 'bad-model' });
    expect(await contentOf(folder)).toEqual(before);
  });

  it('keeps it when the log-variances of the new one are of other codes', async () => {
    const folder = await tinyModel();
    const before = await contentOf(folder);
    await expect(writeModel(folder, { ...tinyFiles(), logVar: codesOf(9, 3) })).rejects.toMatchObject({
      code: 'bad-model',
      message: `"${folder}" contradicts itself: its log-variances.npy and its codes.npy differ in length. Copy the model again.`,
    });
    expect(await contentOf(folder)).toEqual(before);
  });

  it('refuses a folder that holds other things', async () => {
    const folder = await tinyModel();
    await writeFile(path.join(folder, 'thesis.txt'), 'years of work');
    const refusal = {
      code: 'bad-settings',
      message: `"${folder}" holds other things besides a model (thesis.txt), which would be lost. Choose an empty folder or another name.`,
    };
    await expect(checkDestination(folder)).rejects.toMatchObject(refusal);
    await expect(writeModel(folder, tinyFiles())).rejects.toMatchObject(refusal);
    expect(await readFile(path.join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('refuses a file', async () => {
    const file = path.join(await temporaryFolder(), 'a-file');
    await writeFile(file, '');
    await expect(checkDestination(file)).rejects.toMatchObject({
      message: `"${file}" is a file. Choose another name for the folder.`,
    });
  });

  it('takes an empty folder, and one whose parents do not exist yet', async () => {
    const empty = await temporaryFolder();
    await writeModel(empty, tinyFiles());
    expect((await openModel(empty)).card.name).toBe('Tiny');
    const deep = path.join(await temporaryFolder(), 'a', 'b');
    await writeModel(deep, tinyFiles());
    expect((await stat(deep)).isDirectory()).toBe(true);
  });
});

describe('what cannot be opened, and the sentence for it', () => {
  const table: [what: string, spoil: (folder: string) => Promise<unknown>, code: string, sentence: string][] = [
    [
      'nothing there',
      (folder) => rm(folder, { recursive: true }),
      'not-found',
      'There is nothing at "F". Check the path, or choose another one.',
    ],
    [
      'a folder without model.json',
      (folder) => rm(path.join(folder, 'model.json')),
      'bad-model',
      '"F" is not a model: it holds no model.json of Latentscape. Choose a model\'s folder, or an ONNX decoder itself.',
    ],
    [
      'a model.json that is not JSON',
      (folder) => writeFile(path.join(folder, 'model.json'), '{"format": 1,'),
      'bad-model',
      'The model.json of "F" is not valid JSON. Copy the model again.',
    ],
    [
      'a model.json of another kind',
      (folder) => writeFile(path.join(folder, 'model.json'), '[]'),
      'bad-model',
      '"F" is not a model: it holds no model.json of Latentscape. Choose a model\'s folder, or an ONNX decoder itself.',
    ],
    [
      'a newer format',
      (folder) => edit(folder, (manifest) => (manifest.format = 2)),
      'bad-model',
      '"F" was written by a newer Latentscape (format 2; this one reads 1). Update Latentscape.',
    ],
    [
      'no latent size',
      (folder) => edit(folder, (manifest) => delete (manifest as Partial<typeof manifest>).latentSize),
      'bad-model',
      'The model.json of "F" has no "latentSize". Copy the model again.',
    ],
    [
      'a nonsense latent size',
      (folder) => edit(folder, (manifest) => (manifest.latentSize = -3)),
      'bad-model',
      'The model.json of "F" has -3 for "latentSize", which cannot be. Copy the model again.',
    ],
    [
      'a file name that leads outside',
      (folder) => edit(folder, (manifest) => (manifest.files = { '../secret': '0'.repeat(64) })),
      'bad-model',
      'The model.json of "F" has "../secret" for "files.../secret", which cannot be. Copy the model again.',
    ],
    [
      'another latent size than the decoder',
      (folder) =>
        edit(folder, (manifest) => {
          manifest.latentSize = 4;
          delete (manifest.files as Record<string, string>)['codes.npy'];
          delete (manifest.files as Record<string, string>)['log-variances.npy'];
        }),
      'bad-model',
      '"F" contradicts itself: its model.json declares codes of 4 numbers and images of 3×8×8, but its decoder takes 3 and gives 3×8×8.',
    ],
    [
      'another image size than the decoder',
      (folder) => edit(folder, (manifest) => (manifest.image = { size: 16, channels: 1 })),
      'bad-model',
      '"F" contradicts itself: its model.json declares codes of 3 numbers and images of 1×16×16, but its decoder takes 3 and gives 3×8×8.',
    ],
    [
      'no decoder listed',
      (folder) => edit(folder, (manifest) => delete (manifest.files as Record<string, string>)['decoder.onnx']),
      'bad-model',
      '"F" lists no decoder.onnx in its model.json.',
    ],
    [
      'a missing file',
      (folder) => rm(path.join(folder, 'encoder.onnx')),
      'bad-model',
      '"F" is missing its file encoder.onnx. Copy the whole model again.',
    ],
    [
      'a changed file',
      async (folder) => {
        const file = path.join(folder, 'decoder.onnx');
        const bytes = await readFile(file);
        bytes[bytes.length - 200] ^= 1;
        await writeFile(file, bytes);
      },
      'bad-model',
      'The file decoder.onnx of "F" is not the one that was saved with the model: it has been changed or damaged. Copy the model again.',
    ],
    [
      'a cut-off file',
      async (folder) => {
        const file = path.join(folder, 'codes.npy');
        await writeFile(file, (await readFile(file)).subarray(0, 90));
      },
      'bad-model',
      'The file codes.npy of "F" is not the one that was saved with the model: it has been changed or damaged. Copy the model again.',
    ],
  ];

  it.each(table)('%s', async (_, spoil, code, sentence) => {
    const folder = await tinyModel();
    await spoil(folder);
    await expect(openModel(folder)).rejects.toMatchObject({ code, message: sentence.replace('"F"', `"${folder}"`) });
  });

  const { latentSize, channels, size } = TINY;
  const files: [what: string, bytes: Uint8Array, code: string, sentence: string | RegExp][] = [
    ['an empty file', new Uint8Array(0), 'not-onnx', '"F" is empty. Copy or download it again.'],
    [
      'a text file',
      Buffer.from('# Read me\n'),
      'not-onnx',
      '"F" is not an ONNX model, or it is broken. Choose an .onnx file, such as PyTorch, Keras and JAX export.',
    ],
    [
      'half an ONNX file',
      decoder(TINY).subarray(0, 700),
      'not-onnx',
      '"F" is not an ONNX model, or it is broken. Choose an .onnx file, such as PyTorch, Keras and JAX export.',
    ],
    [
      'a broken zip',
      Buffer.from('PK\x03\x04 and nothing more'),
      'bad-model',
      '"F" is a broken zip file. Copy or download it again.',
    ],
    [
      'a zip of something else',
      zipSync({ 'notes.txt': Buffer.from('hello') }),
      'bad-model',
      '"F" holds no model: there is no model.json in it.',
    ],
    [
      'an encoder',
      encoder(latentSize, channels, size),
      'bad-model',
      /^"F" takes pictures \("image" float32 \[N, 3, 8, 8\]\) .* an encoder, a classifier or the like\. Choose the decoder's file\.$/,
    ],
    [
      'a network without images',
      decoder({ latentSize: 2, channels: 1, size: 1, order: 'planar' }),
      'bad-model',
      '"F" gives "image" float32 [N, 1], which is no grey or RGB picture of a size that can be told. Choose the file of a decoder, or export this one so that it gives [N, 1 or 3, height, width].',
    ],
    [
      'codes of unknown size',
      decoder({ ...TINY, code: () => ['latent' as unknown as number] }),
      'bad-model',
      '"F" does not say how many numbers a code has (it takes "z" float32 [N, latent]). Export it with only the batch size left open.',
    ],
    [
      'a network that cannot compute its own inputs',
      decoder({ ...TINY, code: () => [5] }),
      'bad-model',
      /^"F" could not be run: .+$/,
    ],
  ];

  it.each(files)('%s', async (_, bytes, code, sentence) => {
    const file = path.join(await temporaryFolder(), 'model.onnx');
    await writeFile(file, bytes);
    const failure = await openModel(file).then(
      () => null,
      (error) => error,
    );
    expect(failure).toMatchObject({ name: 'UserError', code });
    const message = failure.message.replace(file, 'F');
    if (typeof sentence === 'string') expect(message).toBe(sentence);
    else expect(message).toMatch(sentence);
    expect(message).not.toContain('\n');
  });

  it('a layout for a model that says itself what it is', async () => {
    const folder = await tinyModel();
    const { layout } = (await openModel(folder)).card;
    await expect(openModel(folder, layout)).rejects.toMatchObject({
      code: 'bad-settings',
      message: `"${folder}" describes its own images: there is nothing to correct.`,
    });
  });

  it('a folder where codes go', async () => {
    const folder = await tinyModel();
    await rm(path.join(folder, 'codes.npy'));
    await mkdir(path.join(folder, 'codes.npy'));
    await expect(openModel(folder)).rejects.toMatchObject({ name: 'UserError', code: 'not-found' });
  });
});
