/** Models with something odd in them: refused in a sentence, or shown with what is readable; nothing is made worse. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { info } from '../../../main/cli/info';
import { Output } from '../../../main/cli/output';
import { addFiles } from '../../../main/engine/models/write';
import { openModel } from '../../../main/engine/models';
import { cloudOf } from '../../../main/engine/open-model/cloud';
import { Geometry } from '../../../main/engine/open-model/geometry';
import { noPhotos } from '../../../main/engine/open-model/photos/own-photos';
import { sha256 } from '../../../main/engine/files';
import { tinyModel } from './tiny';

interface Odd {
  [key: string]: unknown;
  name: string;
  history: Record<string, unknown>[];
  files: Record<string, string>;
  scores: Record<string, unknown>;
}

/** A model whose files were changed by somebody who also changed their sums. */
async function oddModel(
  files: Record<string, (bytes: Buffer) => Uint8Array>,
  alter: (manifest: Odd) => void = () => {},
) {
  const folder = await tinyModel();
  const manifest = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as Odd;
  for (const [name, change] of Object.entries(files)) {
    const bytes = change(await readFile(path.join(folder, name)));
    await writeFile(path.join(folder, name), bytes);
    manifest.files[name] = sha256(bytes);
  }
  alter(manifest);
  // what JSON can say and JavaScript cannot
  await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest).replaceAll('"1e999"', '1e999'));
  return folder;
}

const header = (from: RegExp, to: string) => (bytes: Buffer) => {
  const text = bytes.toString('latin1');
  return Buffer.from(
    text.replace(from, (found) => to.padEnd(found.length)),
    'latin1',
  );
};
const number = (value: number) => (bytes: Buffer) => {
  bytes.writeFloatLE(value, bytes.length - 4);
  return bytes;
};

it.each<[string, Parameters<typeof oddModel>]>([
  ['a loss without an end', [{}, ({ history }) => (history[0].loss = '1e999')]],
  ['half a code', [{ 'codes.npy': header(/\(10, ?3\)/, '(2.5, 3)') }]],
  ['less than no codes', [{ 'codes.npy': header(/\(10, ?3\)/, '(-1, 3)') }]],
  ['codes out of all range', [{ 'codes.npy': number(3e38) }]],
  ['spreads out of all range', [{ 'log-variances.npy': number(3e38) }]],
])('%s is refused in a sentence', async (_, odd) => {
  const folder = await oddModel(...odd);
  const before = await readFile(path.join(folder, 'model.json'));
  await expect(openModel(folder)).rejects.toMatchObject({ name: 'UserError', code: 'bad-model' });
  expect(await readFile(path.join(folder, 'model.json'))).toEqual(before);
});

it.each<[string, (bytes: Buffer) => Uint8Array]>([
  ['cut', (bytes) => bytes.subarray(0, bytes.length / 2)],
  ['no picture at all', () => Buffer.from('a note')],
  ['a drawing', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="32" height="24"/>')],
])('thumbnails that are %s are decoded anew', async (_, damage) => {
  const model = await openModel(await oddModel({ 'thumbnails.webp': damage }));
  const { latentSize, codes, logVar } = model;
  const geometry = new Geometry({ codes: codes!, logVar, latentSize, data: true });
  const { thumbnails } = await cloudOf(model, geometry, noPhotos());
  geometry.dispose();
  expect(Buffer.from(thumbnails.sheets[0]).toString('latin1', 8, 12)).toBe('WEBP');
});

it('scores that make no sense are left out, each part alone, and stay in the file', async () => {
  const estimate = { value: 1, interval: null, count: 3 };
  const odd = {
    measuredAt: '2026',
    seconds: 1,
    drift: { real: estimate, prior: estimate, mixture: null },
    reconstruction: { model: 'the best' },
    sampling: { sets: [1, 2] },
  };
  const folder = await oddModel({}, (manifest) => Object.assign(manifest, { scores: { report: odd }, mine: 'kept' }));
  const { report } = (await openModel(folder)).source!.manifest.scores;
  expect(report).toMatchObject({ drift: odd.drift, reconstruction: null, sampling: null, bound: null });
  await addFiles(folder, { 'thumbnails-2.webp': Buffer.from('RIFF') });
  const after = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as Odd;
  expect(after).toMatchObject({ scores: { report: odd }, mine: 'kept' });

  const without = await oddModel({}, (manifest) => (manifest.scores = { report: 'good' }));
  expect((await openModel(without)).source!.manifest.scores.report).toBeUndefined();
});

it('names that would steer a terminal are spelled out', async () => {
  const folder = await oddModel({}, (manifest) => (manifest.name = '\x1b[2J\u202eTiny\x9b1m'));
  const write = vi.fn((_: string) => true);
  const stream = { write } as unknown as NodeJS.WritableStream;
  await info(folder, {}, new Output({ stdout: stream, stderr: stream }, false));
  const said = write.mock.calls.join('');
  expect(said).toContain('\\u{1b}[2J\\u{202e}Tiny\\u{9b}1m');
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  await expect(openModel(`${folder}/\x1b[31m`)).rejects.toMatchObject({
    message: expect.stringContaining('\\u{1b}[31m') as string,
  });
});
