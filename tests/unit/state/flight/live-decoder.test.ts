import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageBatch } from '../../../../main/contract';
import { LiveDecoder } from '../../../../renderer/state/flight/live-decoder';

const code = (value: number) => new Float32Array([value]);
const imageOf = (c: Float32Array): ImageBatch => ({ count: 1, width: c[0], height: 1, data: new Uint8ClampedArray() });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A decoder whose answers are given by hand. */
class Engine {
  readonly asked: number[] = [];
  #answer: (() => void)[] = [];
  decode = (c: Float32Array) =>
    new Promise<ImageBatch | null>((resolve, reject) => {
      this.asked.push(c[0]);
      this.#answer.push(() => (c[0] < 0 ? reject(new Error('no')) : resolve(imageOf(c))));
    });
  async answer() {
    this.#answer.shift()!();
    await settled();
  }
}

describe('LiveDecoder', () => {
  let shown: [number, boolean][];
  let failures: number;
  let decoder: LiveDecoder;
  let engine: Engine;

  beforeEach(() => {
    shown = [];
    failures = 0;
    engine = new Engine();
    decoder = new LiveDecoder(
      (face, newest) => shown.push([face.image.width, newest]),
      () => failures++,
    );
    decoder.use(engine.decode);
  });

  it('has one decode in flight and then takes the newest code wanted', async () => {
    for (const value of [1, 2, 3, 4]) decoder.want(code(value));
    expect(engine.asked).toEqual([1]);
    await engine.answer();
    expect(engine.asked).toEqual([1, 4]);
    await engine.answer();
    expect(engine.asked).toEqual([1, 4]);
    expect(shown).toEqual([
      [1, false],
      [4, true],
    ]);
  });

  it('never shows what an earlier model answers', async () => {
    decoder.want(code(1));
    const next = new Engine();
    decoder.use(next.decode);
    decoder.want(code(2));
    await engine.answer();
    expect(shown).toEqual([]);
    await next.answer();
    expect(shown).toEqual([[2, true]]);
  });

  it('goes on after a failure', async () => {
    decoder.want(code(-1));
    await engine.answer();
    expect(failures).toBe(1);
    decoder.want(code(5));
    await engine.answer();
    expect(shown).toEqual([[5, true]]);
  });

  it('asks again when the engine dropped the request', async () => {
    let drops = 2;
    const asked: number[] = [];
    decoder.use(async (c) => {
      asked.push(c[0]);
      return drops-- > 0 ? null : imageOf(c);
    });
    decoder.want(code(3));
    await settled();
    expect(asked).toEqual([3, 3, 3]);
    expect(shown).toEqual([[3, true]]);
  });

  it('asks nobody without a model', async () => {
    decoder.use(null);
    decoder.want(code(1));
    await settled();
    expect(engine.asked).toEqual([]);
  });
});
