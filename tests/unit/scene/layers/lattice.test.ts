import { Color } from 'three';
import { describe, expect, it } from 'vitest';
import type { ImageBatch } from '../../../../main/contract';
import { Lattice } from '../../../../renderer/scene/layers/lattice';
import { LatticeField } from '../../../../renderer/scene/layers/lattice-field';
import type { Vec3 } from '../../../../renderer/scene/camera/pose';

const cells = (lattice: Lattice) => [...lattice.sites].map((site) => site.cell.join()).sort();

describe('Lattice', () => {
  it('takes the places nearest by: a point, its 6 neighbours, the 12 edges', () => {
    const lattice = new Lattice(19, 0.5);
    expect(lattice.gather([5.1, -0.2, 0], 0)).toBe(true);
    const sites = [...lattice.sites];
    expect(sites).toHaveLength(19);
    for (const site of sites) {
      const [x, y, z] = lattice.positionOf(site);
      expect(Math.hypot(x - 5, y, z)).toBeLessThanOrEqual(0.5 * Math.SQRT2 + 1e-9);
    }
    expect(new Set(sites.map((site) => site.slot)).size).toBe(19);
  });

  it('does nothing until the nearest place is another one', () => {
    const lattice = new Lattice(7, 1);
    lattice.gather([0, 0, 0], 0);
    expect(lattice.gather([0.4, -0.4, 0.4], 0)).toBe(false);
    expect(lattice.gather([0.6, 0, 0], 0)).toBe(true);
  });

  it('asks for the nearest first, and for none twice', () => {
    const lattice = new Lattice(27, 1);
    lattice.gather([0, 0, 0], 0);
    const first = lattice.undecoded(7);
    expect(first[0].cell).toEqual([0, 0, 0]);
    expect(first.slice(1).every(({ cell }) => Math.hypot(...cell) === 1)).toBe(true);
    for (const site of first) site.decoded = true;
    expect(lattice.undecoded(100)).toHaveLength(20);
  });

  it('keeps what is still wanted and gives up the farthest', () => {
    const lattice = new Lattice(7, 1);
    lattice.gather([0, 0, 0], 0);
    for (const site of lattice.sites) site.decoded = true;
    const slotOf = (name: string) => [...lattice.sites].find(({ cell }) => cell.join() === name)?.slot;
    const kept = slotOf('1,0,0');
    lattice.gather([1, 0, 0], 0);
    expect(cells(lattice)).toEqual(['0,0,0', '1,-1,0', '1,0,-1', '1,0,0', '1,0,1', '1,1,0', '2,0,0'].sort());
    expect(slotOf('1,0,0')).toBe(kept);
    expect(lattice.undecoded(10).map(({ cell }) => cell.join())).not.toContain('1,0,0');
  });

  it('reaches twice as far in haste, with every second place', () => {
    const lattice = new Lattice(27, 1);
    lattice.gather([0.2, 0, 0], 10);
    const sites = [...lattice.sites];
    expect(sites.every(({ cell }) => cell.every((c) => c % 2 === 0))).toBe(true);
    expect(Math.max(...sites.map(({ cell }) => Math.hypot(...cell)))).toBeGreaterThanOrEqual(Math.hypot(2, 2, 2));
    expect(lattice.gather([0.2, 0, 0], 0)).toBe(true);
    expect(cells(lattice)).toContain('1,0,0');
  });

  it('knows a site that lost its slot while it was decoded', () => {
    const lattice = new Lattice(7, 1);
    lattice.gather([0, 0, 0], 0);
    const [site] = lattice.undecoded(1);
    lattice.gather([50, 0, 0], 0);
    expect(lattice.holds(site)).toBe(false);
    lattice.gather([0, 0, 0], 0);
    expect(lattice.holds(site)).toBe(false);
  });
});

describe('LatticeField', () => {
  const scale = { radius: 3, spacing: 0.2, faceSize: 0.2, closeUp: 1 };
  const palette = { space: new Color(), accent: new Color(), line: new Color() };
  const step = (field: LatticeField, centre: Vec3 = [0, 0, 0], seconds = 0.016) =>
    field.step(seconds, centre, 1, 0, 800, false);

  /** A decoder that answers when told, with images full of the number of the call. */
  function decoder() {
    const calls: { positions: Float32Array; answer(): Promise<void>; fail(): Promise<void> }[] = [];
    const decode = (positions: Float32Array) =>
      new Promise<ImageBatch>((resolve, reject) => {
        const count = positions.length / 3;
        const data = new Uint8ClampedArray(count * 4 * 4 * 4).fill(calls.length + 1);
        calls.push({
          positions,
          answer: () => (resolve({ count, width: 4, height: 4, data }), settled()),
          fail: () => (reject(new Error('the engine is gone')), settled()),
        });
      });
    return { calls, decode };
  }
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

  it('decodes nearest first, one batch at a time, until the field is full, then rests', async () => {
    const { calls, decode } = decoder();
    let woken = 0;
    const field = new LatticeField(scale, palette, 100, false, decode, () => woken++);
    step(field);
    step(field);
    expect(calls).toHaveLength(1);
    expect([...calls[0].positions.subarray(0, 3)]).toEqual([0, 0, 0]);
    let decoded = 0;
    for (let i = 0; i < calls.length && i < 1000; i++) {
      await calls[i].answer();
      expect(woken).toBe(i + 1);
      decoded += calls[i].positions.length / 3;
      step(field);
    }
    expect(decoded).toBe(216);
    // the last faces still grow, then nothing moves any more
    expect(step(field)).toBe(true);
    expect(step(field, [0, 0, 0], 1)).toBe(false);
    field.dispose();
  });

  it('says where a picked face is', async () => {
    const { calls, decode } = decoder();
    const field = new LatticeField(scale, palette, 100, false, decode, () => undefined);
    step(field, [2.6, 0, 0]);
    await calls[0].answer();
    const places = Array.from({ length: 216 }, (_, slot) => field.positionOf(slot));
    const [x, y, z] = calls[0].positions;
    expect(places.filter((place) => Math.hypot(place[0] - x, place[1] - y, place[2] - z) < 1e-6)).toHaveLength(1);
    field.dispose();
  });

  it('asks no more after a failure, nor after its end, and wakes nobody then', async () => {
    for (const end of ['fail', 'dispose'] as const) {
      const { calls, decode } = decoder();
      let woken = 0;
      const field = new LatticeField(scale, palette, 100, false, decode, () => woken++);
      step(field);
      if (end === 'fail') await calls[0].fail();
      else {
        field.dispose();
        await calls[0].answer();
      }
      step(field);
      expect(calls).toHaveLength(1);
      expect(woken).toBe(0);
    }
  });
});
