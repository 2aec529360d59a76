import { parse } from 'npyjs';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HoleMap, HoleMapArguments, LinearFrame } from '../../../main/contract';
import { holesCsv, holesNpy } from '../../../main/engine/exports/holes';
import { Holes } from '../../../main/engine/open-model/holes';
import { type Model, openModel, writeModel } from '../../../main/engine/models';
import { Priority } from '../../../main/engine/scheduling/priority';
import { CodeDensity } from '../../../main/engine/space/holes/code-density';
import { quantile } from '../../../main/engine/maths/quantile';
import { codesAt } from '../../../main/engine/space/frames/frame';
import { placesOf } from '../../../main/engine/space/holes/grid';
import { cli } from '../cli/terminal';
import { decoder, logit } from '../models/networks';
import { TINY, tinyFiles } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let folder: string;
let model: Model;
let holes: Holes;

/** A linear decoder, and an encoder that reads the first pixels: re-encoding a code is a formula. */
beforeEach(async () => {
  folder = path.join(await temporaryFolder(), 'linear');
  await writeModel(folder, { ...tinyFiles(), decoder: decoder({ ...TINY, activation: 'none' }) });
  model = await openModel(folder);
  holes = new Holes(model, new Priority());
});
afterEach(() => model.release());

const drift = (z: ArrayLike<number>) =>
  Math.hypot(...[0, 1, 2].map((i) => logit(z, 0, 0, i, TINY.size) - (z as number[])[i]));

const frame: LinearFrame = {
  kind: 'principal',
  origin: Float32Array.of(0.5, -1, 2),
  axes: Float32Array.of(1, 0.5, 0, 0, 2, 0, 0.25, 0, 1),
  variance: [1, 0, 0],
  omitted: 0,
};
const request: HoleMapArguments = { frame, centre: [1, 0, -1], radius: 3, side: 9 };

function expectRight({ side, centre, radius, drift: found }: HoleMap, hidden?: Float32Array): void {
  expect(found).toHaveLength(side ** 3);
  const places = placesOf(
    found!.map((_, n) => n),
    side,
    { centre, radius },
  );
  found!.forEach((value, n) =>
    expect(value).toBeCloseTo(drift(codesAt(frame, places.subarray(3 * n, 3 * n + 3), hidden)), 3),
  );
}

describe('a hole map', () => {
  it('holds the drift of the code at every point', async () => {
    expectRight(await holes.map(request));
  });

  it('measures codes with the hidden part asked for', async () => {
    const hidden = Float32Array.of(0.1, 0.2, -0.3);
    expectRight(await holes.map({ ...request, side: 3, hidden }), hidden);
  });

  it('comes coarse to fine, each grid right before the next begins, and progress never goes back', async () => {
    const grids: HoleMap[] = [];
    const progress: number[] = [];
    const last = await holes.map(request, {
      onProgress(done, total, map) {
        expect(total).toBe(9 ** 3);
        progress.push(done);
        if (!map) return;
        expect(done).toBe(map.side ** 3);
        grids.push(map);
      },
    });
    expect(grids.map(({ side }) => side)).toEqual([3, 5]);
    [...grids, last].forEach((grid) => expectRight(grid));
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('ends when it is cancelled, soon', async () => {
    const cancel = new AbortController();
    let after = 0;
    const running = holes.map(
      { ...request, side: 33 },
      {
        signal: cancel.signal,
        onProgress(_, __, map) {
          if (cancel.signal.aborted) after++;
          else if (map?.side === 5) cancel.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(after).toBe(0);
  });

  it('waits while somebody waits for a face', async () => {
    const priority = new Priority();
    let decoded = false;
    const face = priority.urgent(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      decoded = true;
    });
    const measured: boolean[] = [];
    const slow = new Holes(model, priority);
    await slow.map({ ...request, side: 3 }, { onProgress: () => measured.push(decoded) });
    await face;
    expect(measured.length).toBeGreaterThan(0);
    expect(measured).not.toContain(false);
  });

  it('is refused for grids that are none and cubes without a size', async () => {
    const wrong: Partial<HoleMapArguments>[] = [{ side: 4 }, { side: 129 }, { radius: 0 }, { radius: NaN }];
    for (const change of wrong) {
      await expect(holes.map({ ...request, ...change })).rejects.toMatchObject({ code: 'bad-settings' });
    }
  });
});

describe('the scale', () => {
  it('is what the codes of the data drift', async () => {
    const codes = model.codes!;
    const drifts = Float32Array.from({ length: codes.length / 3 }, (_, n) => drift(codes.subarray(3 * n, 3 * n + 3)));
    const scale = (await holes.scale()).drift!;
    expect(scale.low).toBeCloseTo(quantile(drifts, 0.05), 3);
    expect(scale.median).toBeCloseTo(quantile(drifts, 0.5), 3);
    expect(scale.high).toBeCloseTo(quantile(drifts, 0.95), 3);
  });

  it('can be had after a first attempt was cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(holes.scale(cancel.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect((await holes.scale()).drift).not.toBeNull();
  });
});

describe('density', () => {
  it('is that of the codes under their posteriors, everywhere in the map', async () => {
    const { codes, logVar } = model;
    const density = new CodeDensity(codes!, 3, logVar);
    const map = await holes.map({ ...request, side: 3 });
    const places = placesOf(
      map.density!.map((_, n) => n),
      3,
      request,
    );
    map.density!.forEach((value, n) =>
      expect(value).toBeCloseTo(density.logDensity(codesAt(frame, places.subarray(3 * n, 3 * n + 3))), 4),
    );
    expect((await holes.scale()).density!.median).toBeCloseTo(quantile(density.leaveOneOut(400), 0.5), 4);
  });
});

it('reads one code', async () => {
  const z = Float32Array.of(1, -2, 0.5);
  expect((await holes.at(z)).drift).toBeCloseTo(drift(z), 4);
});

describe('files', () => {
  const map: HoleMap = {
    centre: [1, 0, -1],
    radius: 3,
    side: 3,
    drift: Float32Array.from({ length: 27 }, (_, n) => Math.fround(n / 7)),
    density: null,
  };

  it('are tables of places and readings', () => {
    const [head, ...lines] = new TextDecoder().decode(holesCsv(map)).trimEnd().split('\n');
    expect(head).toBe('x,y,z,drift,log_density');
    expect(lines).toHaveLength(27);
    expect(lines[0]).toBe('-2,-3,-4,0,nan');
    expect(lines[5]).toBe(`4,0,-4,${0.71428573},nan`);
    lines.forEach((line, n) => expect(Math.fround(Number(line.split(',')[3]))).toBe(map.drift![n]));
  });

  it('are the same as .npy', () => {
    const { data, shape } = parse(new Uint8Array(holesNpy(map)).buffer);
    expect(shape).toEqual([27, 5]);
    expect([...(data as Float32Array).subarray(25, 30)]).toEqual([4, 0, -4, map.drift![5], NaN]);
  });

  it('come from the terminal', async () => {
    const out = path.join(path.dirname(folder), 'holes.csv');
    const { code, out: said } = await cli('holes', folder, '--side', '5', '--radius', '4', '--out', out);
    expect([code, said]).toEqual([0, expect.stringContaining('Wrote 5×5×5 points')]);
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(125);
    const [x, y, z] = lines[0].split(',').map(Number);
    const [x1] = lines[1].split(',').map(Number);
    expect(x1 - x).toBeCloseTo(2, 5);
    expect([y, z].every(Number.isFinite)).toBe(true);
  });

  it('need a name that says what they are', async () => {
    const { code, err } = await cli('holes', folder, '--out', 'holes.xyz');
    expect([code, err]).toEqual([1, expect.stringContaining('.csv or .npy')]);
  });
});
