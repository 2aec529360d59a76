import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageBatch } from '../../../../main/contract';
import { LiveFace } from '../../../../renderer/state/flight/live-face.svelte';
import { engineOf } from '../engine';

const code = (value: number) => new Float32Array([value]);
const settled = () => new Promise((resolve) => setTimeout(resolve));
/** Longer than it takes until one counts as resting. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 200));

let asked: [model: string, code: number][];
let answers: (() => void)[];
let coarse: boolean;
let live: LiveFace;

/** The engine answers by hand, with an image as wide as the code says, coarse ones half as wide; it fails at negative ones. */
beforeEach(() => {
  asked = [];
  answers = [];
  coarse = false;
  const image = (width: number): ImageBatch => ({ count: 1, width, height: 1, data: new Uint8ClampedArray() });
  const byHand = <T>(model: string, width: number, answer: T) => {
    asked.push([model, width]);
    return new Promise<T>((resolve, reject) =>
      answers.push(() => (width < 0 ? reject(new Error('no')) : resolve(answer))),
    );
  };
  live = new LiveFace(
    engineOf({
      decode: (model, [width]) => byHand(model, width, image(width)),
      decodeLive: (model, [width]) => byHand(model, width, { ...image(coarse ? width / 2 : width), coarse }),
    }),
  );
  live.use('a');
});

async function want(...values: number[]) {
  for (const value of values) live.want(code(value));
  await settled();
}

async function answer() {
  answers.shift()!();
  await settled();
}

const shown = () => [live.shown?.model, live.shown?.image.width, live.state];

it('has one decode in flight and then takes the newest code wanted', async () => {
  await want(1, 2, 3, 4);
  expect(asked).toEqual([['a', 1]]);
  await answer();
  expect(asked).toEqual([
    ['a', 1],
    ['a', 4],
  ]);
  expect(shown()).toEqual(['a', 1, 'moving']);
  await answer();
  expect(asked).toHaveLength(2);
  expect(shown()).toEqual(['a', 4, 'live']);
});

it('never shows what an earlier model answers, and keeps its face until the next one has one', async () => {
  await want(1);
  await answer();
  await want(2);
  live.use('b');
  await want(3);
  expect(shown()).toEqual(['a', 1, 'moving']);
  await answer();
  expect(shown()).toEqual(['a', 1, 'moving']);
  await answer();
  expect(shown()).toEqual(['b', 3, 'live']);
});

it('goes on after a failure', async () => {
  await want(-1);
  await answer();
  expect(shown()).toEqual([undefined, undefined, 'failed']);
  await want(5);
  await answer();
  expect(shown()).toEqual(['a', 5, 'live']);
});

it('asks nobody without a model, and shows no face', async () => {
  await want(1);
  await answer();
  live.clear();
  await want(2);
  expect(asked).toHaveLength(1);
  expect(shown()).toEqual([undefined, undefined, 'empty']);
});

it('says when nothing is in flight, though not for ever', async () => {
  await live.idle(10_000);
  await want(1);
  let idle = false;
  void live.idle(10_000).then(() => (idle = true));
  await settled();
  expect(idle).toBe(false);
  await answer();
  expect(idle).toBe(true);
  await want(2);
  await live.idle(5);
});

describe('where the decoder is slow', () => {
  beforeEach(() => {
    coarse = true;
  });

  it('shows a coarse face while one moves, and the whole one when one rests', async () => {
    await want(8);
    await answer();
    expect(shown()).toEqual(['a', 4, 'moving']);
    await want(10);
    await answer();
    expect(shown()).toEqual(['a', 5, 'moving']);
    await expect.poll(() => asked.length).toBe(3);
    await answer();
    expect(shown()).toEqual(['a', 10, 'live']);
    await rest();
    expect(asked).toHaveLength(3);
  });

  it('does not ask for the whole face of a place that one has left', async () => {
    await want(8);
    await answer();
    await want(10);
    await rest();
    expect(asked).toHaveLength(2);
    await answer();
    live.use('b');
    await rest();
    expect(asked).toHaveLength(2);
  });

  it('asks for a whole one at once where that is wanted', async () => {
    live.want(code(8), { whole: true });
    await settled();
    await answer();
    expect(shown()).toEqual(['a', 8, 'live']);
  });
});
