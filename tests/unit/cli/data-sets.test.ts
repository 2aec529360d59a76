/** Data sets on the command line: kept, listed, used by name. */
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../temporary';
import { cli } from './terminal';

it(
  'a folder is kept by a name, what has changed is told, and the name stands for it',
  { timeout: 60_000 },
  async () => {
    const home = await temporaryFolder();
    vi.stubEnv('LATENTSCAPE_HOME', path.join(home, 'data'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const folder = path.join(home, 'faces');
    await mkdir(folder);
    const put = (name: string, level: number) =>
      sharp({ create: { width: 40, height: 60, channels: 3, background: { r: level, g: 20, b: 90 } } })
        .png()
        .toFile(path.join(folder, name));
    for (const [i, name] of ['a.png', 'b.png', 'c.png'].entries()) await put(name, 60 * i);

    expect((await cli('data-sets')).out).toBe('No data set is kept yet: import DIR --keep keeps one.\n');
    const first = await cli('import', folder, '--size', '32', '--height', '48', '--keep', 'Freunde é');
    expect(first.out).toMatch(/^3 images of 32×48 pixels.*\nKept as the data set Freunde é\.\n$/s);

    await put('d.png', 200);
    await rm(path.join(folder, 'a.png'));
    await utimes(path.join(folder, 'b.png'), 1, 1);
    const again = await cli('import', 'Freunde e\u0301', '--take', 'attention', '--keep', '--json');
    expect(again.events.at(-1)).toEqual({
      event: 'kept',
      name: 'Freunde é',
      folder,
      images: 3,
      changes: { added: 1, missing: 1, changed: 1 },
    });
    const listed = { event: 'data-set', name: 'Freunde é', folder, images: 3, leftOut: 0 };
    expect((await cli('data-sets', '--json')).events).toEqual([listed]);

    const list = path.join(home, 'out.txt');
    await writeFile(list, 'b.png\nc.png\n');
    const train = await cli('train', 'Freunde é', '--kind', 'ae', '--out', path.join(home, 'm'), '--leave-out', list);
    // one image is left, which is told before anything is trained
    expect([train.code, train.err]).toEqual([1, expect.stringContaining(folder)]);
    const prepared = path.join(home, 'prepared');
    const prepare = await cli('prepare', 'Freunde é', '--out', prepared, '--size', '32', '--leave-out', list);
    expect(prepare).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(path.join(prepared, 'dataset.json'), 'utf8')).files).toEqual(['d.png']);
    expect((await cli('import', 'Freunde', '--json')).events).toMatchObject([{ code: 'not-found' }]);
  },
);

it('a folder is found however its name is composed, and kept by its own name where none is given', async () => {
  const home = await temporaryFolder();
  vi.stubEnv('LATENTSCAPE_HOME', path.join(home, 'data'));
  onTestFinished(() => void vi.unstubAllEnvs());
  await mkdir(path.join(home, 'é', 'ü'), { recursive: true });
  const background = { r: 9, g: 20, b: 90 };
  await sharp({ create: { width: 40, height: 40, channels: 3, background } })
    .png()
    .toFile(path.join(home, 'é', 'ü', 'a.png'));
  const { out } = await cli('import', path.join(home, 'e\u0301', 'u\u0308'), '--size', '32', '--keep', '');
  expect(out).toMatch(/^1 image of .*\nKept as the data set ü\.\n$/);
});
