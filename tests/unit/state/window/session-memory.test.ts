import { beforeEach, expect, it, vi } from 'vitest';
import { keep, read, recalled, type SessionMemory, written } from '../../../../renderer/state/window/session-memory';

let room = Infinity;
let kept: Map<string, string>;
beforeEach(() => {
  room = Infinity;
  kept = new Map();
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem(name: string, value: string) {
      if (value.length > room) throw new Error('no room');
      kept.set(name, value);
    },
  });
  return () => vi.unstubAllGlobals();
});

const view = { yaw: 0.1, pitch: -0.2, reach: 3 };
const flightOf = (name: string, moments: number) => ({
  name,
  samples: Array.from({ length: moments }, (_, n) => ({ time: n / 30, code: new Float32Array([n, Math.PI]), view })),
});
const memory: SessionMemory = {
  model: '/models/faces',
  latentSize: 2,
  count: 10,
  place: { code: new Float32Array([1 / 3, -1e-20]), anchor: 4, face: null, view, radius: 7 },
  frame: { kind: 'latents', latents: [0, 1, 1], faces: [1, 2, 3, 4], attributes: [] },
  stops: [{ face: 3, code: new Float32Array([5, 6]) }],
  flights: [flightOf('Flight 1', 300), flightOf('Flight 2', 3)],
  lost: 0,
  panel: 'paths',
  coloured: { column: 'table age' },
  table: { name: 'ages.csv', text: 'face,age\n0,7\n' },
};

it('is the same to the last bit afterwards', () => {
  expect(recalled()).toBeNull();
  expect(keep(memory)).toBe(true);
  expect(recalled()).toEqual(memory);
  expect(read(written(memory))).toEqual(memory);
});

it('gives up the oldest flights where there is no room, and knows how many', () => {
  room = 3000;
  expect(keep(memory)).toBe(true);
  expect(recalled()).toEqual({ ...memory, flights: [memory.flights[1]], lost: 1 });
  room = 10;
  expect(keep(memory)).toBe(false);
});

it('is nothing where it cannot be read', () => {
  kept.set('latentscape-session', '{"model":');
  expect(recalled()).toBeNull();
});
