import {
  PerspectiveCamera,
  Scene,
  type BufferGeometry,
  type Mesh,
  type ShaderMaterial,
  type WebGLRenderer,
} from 'three';
import { beforeEach, describe, expect, it } from 'vitest';
import { measureCloud } from '../../../renderer/scene/cloud/cloud-scale';
import { Contents } from '../../../renderer/scene/contents';
import type { SceneCloud } from '../../../renderer/scene/flight-scene';
import { DARK_PALETTE } from '../../../renderer/scene/palette';
import { view } from './view';

/** Graphics that take sheets of any size and never get to see one: those of `cloudOf` are decoded forever. */
const renderer = { capabilities: { maxTextureSize: 4096 } } as unknown as WebGLRenderer;
const forever = () => new Promise<never>(() => undefined);

const cloudOf = (positions: number[]): SceneCloud => ({
  positions: Float32Array.from(positions),
  count: positions.length / 3,
  tile: 8,
  columns: 4,
  perSheet: 16,
  sheets: positions.length ? [{ decode: forever }] : [],
});
const three = [0, 0, -2, 1, 0, -3, -1, 0, -3];

describe('Contents', () => {
  let scene: Scene;
  let changes: number;
  let contents: Contents;
  const show = (cloud: SceneCloud) => contents.setCloud(cloud, measureCloud(cloud.positions));
  const step = () =>
    contents.step({
      seconds: 0.1,
      view,
      pose: { focus: [0, 0, -2], reach: 2, yaw: 0, pitch: 0 },
      camera: new PerspectiveCamera(),
      pixelRatio: 1,
      viewpoint: { speed: 0, reducedMotion: true },
    });

  beforeEach(() => {
    scene = new Scene();
    changes = 0;
    contents = new Contents(scene, renderer, false, DARK_PALETTE, { change: () => changes++, failed: () => undefined });
  });

  it('shows one cloud at a time', () => {
    show(cloudOf(three));
    const first = contents.cloud!;
    expect(scene.children).toContain(first.seen);
    show(cloudOf([0, 0, -2]));
    expect(scene.children).not.toContain(first.seen);
    expect(scene.children).toContain(contents.cloud!.seen);
    show(cloudOf([]));
    expect(contents.cloud).toBeNull();
    expect(contents.pickable).toEqual([]);
  });

  it('refuses a cloud whose numbers do not fit together, and keeps the one before', () => {
    show(cloudOf(three));
    const before = contents.cloud;
    const refused = [
      { ...cloudOf(three), count: 2 },
      { ...cloudOf(three), sheets: [] },
      { ...cloudOf(three), tile: 0.5 },
      cloudOf([0, NaN, 0]),
    ];
    for (const cloud of refused) expect(() => show(cloud)).toThrow('do not fit together');
    expect(contents.cloud).toBe(before);
  });

  it('makes the faces of the cloud small for a lattice, and large again after it', () => {
    show(cloudOf(three));
    const size = () => {
      step();
      const squares = contents.cloud!.seen.children[0] as Mesh<BufferGeometry, ShaderMaterial>;
      return squares.material.uniforms.faceSize.value as number;
    };
    const whole = size();
    contents.setLattice(forever);
    expect(size()).toBeLessThan(0.3 * whole);
    contents.setLattice(null);
    expect(size()).toBe(whole);
  });

  it('numbers the faces of the lattice after those of the cloud', () => {
    show(cloudOf(three));
    expect(contents.pickable).toEqual([contents.cloud!.pickable]);
    contents.setLattice(forever);
    const [, lattice] = contents.pickable as [unknown, { material: { uniforms: { firstId: { value: number } } } }];
    expect(lattice.material.uniforms.firstId.value).toBe(3);
  });

  it('ends the lattice when the faces move elsewhere', () => {
    show(cloudOf(three));
    contents.setLattice(forever);
    expect(contents.latticePosition(0)).not.toBeNull();
    const elsewhere = Float32Array.from(three, (x) => 2 * x);
    contents.moveTo(elsewhere, measureCloud(elsewhere));
    expect(contents.latticePosition(0)).toBeNull();
    expect(contents.positions).toBe(elsewhere);
  });

  it('asks for a frame whenever something else is to be seen', () => {
    show(cloudOf(three));
    contents.setHidden(Uint8Array.of(1, 0, 0));
    contents.setMarks(Uint8Array.of(0, 1, 2), ['#ff0000', '#00ff00']);
    contents.setLattice(forever);
    contents.renewLattice();
    contents.setFog(null);
    expect(changes).toBe(5);
  });
});
