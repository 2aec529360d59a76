import { afterEach, describe, expect, it } from 'vitest';
import type { FrameChoice } from '../../../../main/contract';
import { Geometry } from '../../../../main/engine/open-model/geometry';
import { random } from '../../../../main/engine/maths/random';

const open: Geometry[] = [];
afterEach(() => open.splice(0).forEach((geometry) => geometry.dispose()));

function geometryOf(count: number, latentSize: number, data = true): Geometry {
  const draws = random(4, 'geometry test');
  const codes = Float32Array.from({ length: count * latentSize }, () => draws.normal());
  const geometry = new Geometry({ codes, logVar: null, latentSize, data });
  open.push(geometry);
  return geometry;
}

describe('frames', () => {
  it.each<[FrameChoice, number]>([
    [{ kind: 'principal' }, 3],
    [{ kind: 'latents', latents: [4, 2, 0] }, 3],
    [{ kind: 'faces', faces: [7, 1, 2, 3] }, 3],
    // one axis is no space: principal components are the other two
    [{ kind: 'attributes', directions: [Float32Array.of(1, 1, 0, 0, 0, 0)] }, 3],
  ])('of every kind: %j', async (choice, hidden) => {
    const { frame, positions, hidden: found } = await geometryOf(30, 6).frame(choice);
    expect(frame.kind).toBe(choice.kind);
    expect(positions).toHaveLength(90);
    expect(found.weights).toHaveLength(hidden);
  });

  it('lay out in a thread, with progress, and once only', async () => {
    const geometry = geometryOf(300, 6);
    const shares: number[] = [];
    const found = await geometry.frame({ kind: 'layout' }, (share) => shares.push(share));
    expect(found.frame).toMatchObject({ kind: 'layout' });
    expect(found.positions).toHaveLength(900);
    expect(shares.length).toBeGreaterThan(0);
    expect(await geometry.frame({ kind: 'layout' })).toBe(found);
  });

  it('give way to the one chosen last', async () => {
    const geometry = geometryOf(2000, 6);
    const layout = geometry.frame({ kind: 'layout' });
    const latents = geometry.frame({ kind: 'latents', latents: [0, 1, 2] });
    await expect(layout).rejects.toMatchObject({ code: 'cancelled' });
    expect((await latents).frame.kind).toBe('latents');
  });

  it('end with the model', async () => {
    const geometry = geometryOf(2000, 6);
    const layout = geometry.frame({ kind: 'layout' });
    geometry.dispose();
    await expect(layout).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each<[FrameChoice, string]>([
    [{ kind: 'latents', latents: [0, 0, 1] }, 'A frame needs three different latents out of the 6 of this model.'],
    [{ kind: 'latents', latents: [0, 1, 6] }, 'A frame needs three different latents out of the 6 of this model.'],
    [{ kind: 'faces', faces: [0, 1, 2, 30] }, 'A frame needs four different faces out of the 30 in this cloud.'],
    [
      { kind: 'attributes', directions: [new Float32Array(6)] },
      'A frame needs one to three directions of 6 numbers each, none of them all zeros.',
    ],
  ])('cannot be had of %j', async (choice, message) => {
    await expect(geometryOf(30, 6).frame(choice)).rejects.toMatchObject({ code: 'bad-settings', message });
  });
});

describe('the typicality of a code', () => {
  it('is found in a thread', async () => {
    const geometry = geometryOf(400, 3);
    const [near, far] = await Promise.all([
      geometry.typicality(new Float32Array(3)),
      geometry.typicality(Float32Array.of(30, 0, 0)),
    ]);
    expect(near.density).toMatchObject({ place: 'inside' });
    expect(far.density).toMatchObject({ place: 'hole', percentile: 0 });
    expect(far.distance).toBeGreaterThan(20);
  });

  it('ends with the model', async () => {
    const geometry = geometryOf(400, 3);
    const typicality = geometry.typicality(new Float32Array(3));
    geometry.dispose();
    await expect(typicality).rejects.toMatchObject({ code: 'cancelled' });
  });
});
