import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawFace } from '../../../main/engine/images/synthetic/draw';
import {
  between,
  drawFactors,
  FACTOR_NAMES,
  FACTORS,
  type FactorName,
  type Factors,
  FACTORS_FILE,
  toCsv,
} from '../../../main/engine/images/synthetic/factors';
import { readFactors } from '../../../main/engine/scores/codes/factors';
import { cli } from '../cli/terminal';
import { temporaryFolder } from '../temporary';

const SIZE = 64;
/** A face in the middle of every range, without what hides others. */
const PLAIN: Factors = { ...between(extreme('least'), extreme('most'), 0.5), glasses: 0, beard: 0, fringe: 0 };

function extreme(which: 'least' | 'most'): Factors {
  return Object.fromEntries(FACTOR_NAMES.map((name) => [name, FACTORS[name][which]])) as Factors;
}

/** Mean absolute difference of two pictures, 0..255, over the places where `where` holds (x, y: −1..1). */
function difference(a: Uint8Array, b: Uint8Array, where: (x: number, y: number) => boolean = () => true): number {
  let sum = 0;
  let values = 0;
  for (let i = 0; i < a.length; i++) {
    const pixel = Math.floor(i / 3);
    if (!where(((pixel % SIZE) + 0.5) / (SIZE / 2) - 1, (Math.floor(pixel / SIZE) + 0.5) / (SIZE / 2) - 1)) continue;
    sum += Math.abs(a[i] - b[i]);
    values++;
  }
  return values ? sum / values : 0;
}

describe('factors', () => {
  it('are the same for a seed and an index, other for others, and in their ranges', () => {
    expect(drawFactors(7, 3)).toEqual(drawFactors(7, 3));
    expect(drawFactors(7, 3)).not.toEqual(drawFactors(7, 4));
    expect(drawFactors(8, 3)).not.toEqual(drawFactors(7, 3));
    const faces = Array.from({ length: 500 }, (_, i) => drawFactors(1, i));
    for (const name of FACTOR_NAMES) {
      const { least, most } = FACTORS[name];
      const values = faces.map((face) => face[name]);
      expect(Math.min(...values), name).toBeGreaterThanOrEqual(least);
      expect(Math.max(...values), name).toBeLessThanOrEqual(most);
      // Most of the range comes up.
      expect(Math.max(...values) - Math.min(...values), name).toBeGreaterThan(0.7 * (most - least));
    }
  });

  it('are drawn independently of one another', () => {
    const faces = Array.from({ length: 2000 }, (_, i) => drawFactors(1, i));
    const standard = FACTOR_NAMES.map((name) => {
      const values = faces.map((face) => face[name]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
      return values.map((v) => (v - mean) / deviation);
    });
    for (let a = 0; a < standard.length; a++) {
      for (let b = 0; b < a; b++) {
        const correlation = standard[a].reduce((sum, v, i) => sum + v * standard[b][i], 0) / faces.length;
        // 4.5 standard errors of 2000 pairs; 406 pairs of factors
        expect(Math.abs(correlation), `${FACTOR_NAMES[a]}, ${FACTOR_NAMES[b]}`).toBeLessThan(0.1);
      }
    }
  });

  it('lie between two others', () => {
    const [a, b] = [drawFactors(1, 0), drawFactors(1, 1)];
    expect(between(a, b, 0)).toEqual(a);
    expect(between(a, b, 0.25).jaw).toBeCloseTo(0.75 * a.jaw + 0.25 * b.jaw);
  });

  it('become a CSV file, and are read from it without loss', async () => {
    const folder = await temporaryFolder();
    const faces = [0, 1, 2].map((i) => ({ file: `${i}.png`, factors: drawFactors(5, i) }));
    for (const end of ['\n', '\r\n']) {
      await writeFile(path.join(folder, FACTORS_FILE), toCsv(faces).replaceAll('\n', end));
      const { names, byFile } = (await readFactors(folder))!;
      expect(names).toEqual(FACTOR_NAMES);
      expect([...byFile]).toEqual(faces.map(({ file, factors }) => [file, Object.values(factors)]));
    }
  });
});

describe('pictures', () => {
  it('are the same for the same factors', () => {
    expect(drawFace(drawFactors(1, 5), SIZE)).toEqual(drawFace(drawFactors(1, 5), SIZE));
  });

  it.each([16, 32, 64, 128, 256])('show the same face at %i pixels', async (size) => {
    const factors = drawFactors(1, 2);
    const raw = { width: size, height: size, channels: 3 as const };
    const small = await sharp(drawFace(factors, size), { raw }).resize(16, 16, { kernel: 'linear' }).raw().toBuffer();
    const reference = drawFace(factors, 16);
    const error = small.reduce((sum, value, i) => sum + Math.abs(value - reference[i]), 0) / small.length;
    expect(error).toBeLessThan(9);
  });

  it('change little with a small change of any factor, everywhere in its range', { timeout: 120_000 }, () => {
    for (const name of FACTOR_NAMES) {
      const { least, most } = FACTORS[name];
      const whole = most - least;
      for (const share of [0, 0.11, 0.33, 0.5, 0.72, 0.999]) {
        const at = (value: number) => drawFace({ ...drawFactors(2, 1), [name]: value }, SIZE);
        const from = least + share * whole;
        const change = difference(at(from), at(from + 1e-3 * whole));
        expect(change, `${name} at ${from}`).toBeLessThan(0.4);
      }
    }
  });

  const box = (left: number, top: number, right: number, bottom: number) => (x: number, y: number) =>
    x > left && x < right && y > top && y < bottom;
  const eyes = box(-0.5, -0.25, 0.5, 0.15);
  const lower = box(-0.65, 0, 0.65, 0.85);
  const hair = (x: number, y: number) => y < -0.1 || Math.abs(x) > 0.4;
  const anywhere = () => true;
  const REGIONS: Record<FactorName, (x: number, y: number) => boolean> = {
    jaw: (_, y) => y > 0,
    width: anywhere,
    eyeSize: box(-0.5, -0.4, 0.5, 0.15),
    eyeSpacing: box(-0.55, -0.4, 0.55, 0.3),
    eyeTilt: eyes,
    eyeColour: eyes,
    browThickness: box(-0.5, -0.45, 0.5, -0.05),
    browHeight: box(-0.5, -0.45, 0.5, 0),
    browTilt: box(-0.5, -0.45, 0.5, -0.05),
    noseWidth: box(-0.35, -0.15, 0.35, 0.5),
    noseLength: box(-0.5, -0.1, 0.5, 0.75),
    mouthWidth: box(-0.5, 0.2, 0.5, 0.7),
    lips: box(-0.4, 0.25, 0.4, 0.7),
    smile: (_, y) => y > -0.3, // eyes smile too
    hairLength: anywhere,
    hairVolume: hair,
    fringe: box(-0.7, -0.8, 0.7, 0.05),
    parting: (x, y) => y < 0.1 || Math.abs(x) > 0.3,
    curl: hair,
    hairColour: anywhere,
    skin: anywhere,
    glasses: box(-0.75, -0.3, 0.75, 0.25),
    beard: lower,
    age: anywhere,
    light: anywhere,
    yaw: anywhere,
    pitch: anywhere,
    clothes: (_, y) => y > 0.7,
    background: anywhere,
  };

  it.each(FACTOR_NAMES)('show %s where it belongs', (name) => {
    const inside = REGIONS[name];
    const { least, most } = FACTORS[name];
    // The hues are circles: their ends are the same colour.
    const end = name === 'clothes' || name === 'background' ? (least + most) / 2 : most;
    const [a, b] = [least, end].map((value) => drawFace({ ...PLAIN, [name]: value }, SIZE));
    expect(difference(a, b, inside)).toBeGreaterThan(0.5);
    expect(difference(a, b, (x, y) => !inside(x, y))).toBeLessThan(0.05);
  });

  it('take time in proportion to their pixels', () => {
    const time = (size: number, count: number) => {
      const before = process.cpuUsage().user;
      for (let i = 0; i < count; i++) drawFace(drawFactors(3, i), size);
      return (process.cpuUsage().user - before) / count;
    };
    time(64, 20); // compiles
    const ratio = time(128, 20) / time(64, 40);
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThan(6);
  });
});

describe('faces', () => {
  it('are written as PNG files with their factors, the same ones again for the same seed', async () => {
    const out = path.join(await temporaryFolder(), 'faces');
    const args = ['faces', '--count', '20', '--seed', '9', '--size', '32', '--out', out];
    const { code, err, events } = await cli(...args, '--json');
    expect([code, err]).toEqual([0, '']);
    expect(events.at(-1)).toEqual({ event: 'done', out, count: 20, seed: 9, size: 32 });
    expect(events[0]).toEqual({ event: 'progress', done: 16, total: 20 });
    const names = await readdir(out);
    expect(names).toHaveLength(22); // with their factors and their sums
    const { byFile } = (await readFactors(out))!;
    const files = [...byFile.keys()];
    expect(files).toEqual(names.filter((name) => name.endsWith('.png')));
    const fourth = drawFactors(9, 4);
    expect(byFile.get(files[4])).toEqual(Object.values(fourth));
    const pixels = await sharp(path.join(out, files[4])).raw().toBuffer();
    expect(new Uint8Array(pixels)).toEqual(drawFace(fourth, 32));
    expect(await cli(...args.with(2, '3'))).toMatchObject({ code: 0, out: expect.stringContaining('Wrote 3 faces') });
    expect(await readdir(out)).toHaveLength(5);
  });

  it.each([
    [['--count', '0'], 'The number of faces must be a whole number from 1 to 1000000, not 0.'],
    [['--count', '1.5', '--size', '8'], 'not 1.5. The size must be a whole number from 16 to 1024, not 8.'],
    [['--seed', '-1'], 'The seed must be a whole number from 0 to 2147483647, not -1.'],
  ])('refuse %j', async (args, sentence) => {
    const { code, err } = await cli('faces', ...args, '--out', path.join(await temporaryFolder(), 'faces'));
    expect(code).toBe(1);
    expect(err).toContain(sentence);
  });

  it('do not replace other things, and leave nothing when cancelled', async () => {
    const folder = await temporaryFolder();
    const out = path.join(folder, 'photos');
    await mkdir(out);
    await writeFile(path.join(out, 'holiday.jpg'), 'x');
    const { err } = await cli('faces', '--count', '1', '--out', out);
    expect(err).toContain('holds other things besides synthetic faces (holiday.jpg)');
    const running = cli('faces', '--count', '100000', '--out', path.join(folder, 'many'));
    setTimeout(() => process.emit('SIGINT', 'SIGINT'), 300);
    expect(await running).toMatchObject({ code: 130, err: 'Cancelled: nothing was kept.\n' });
    expect(await readdir(folder)).toEqual(['photos']);
  });
});
