/** Does a device compute, and how fast? A chain of matrix products, the work that training mostly consists of. */
import * as ort from '../onnxruntime';
import { Graph, type Val } from './graph';
import { random } from '../maths/random';
import { createSession, type Device } from './runtime';

const PRODUCTS = 4;
const ROUNDS = 3;
/** No more rounds after this long: the device is slow, which one has shown. */
const ENOUGH_SECONDS = 0.5;

export interface DeviceTrial {
  /** Of one chain, without the first, which sets the device up. */
  seconds: number;
  /** The same on every device that computes correctly, up to rounding. */
  result: Float32Array;
}

/**
 * @param side of the matrices: small ones suffice to see that a device computes, large ones show what it can do
 * @throws what the runtime says when there is no such device, or it cannot compute
 */
export async function tryDevice(device: Device, side: number): Promise<DeviceTrial> {
  const g = new Graph();
  const shape = [side, side];
  const b = g.input('b', shape);
  let product: Val = g.input('a', shape);
  for (let i = 0; i < PRODUCTS; i++) product = g.matmul(product, b);
  g.output('c', product);
  const session = await createSession(g.encode(), device);
  const { uniform } = random(1, 'device');
  // Columns that sum to about one keep the values of a chain where they are.
  const values = (scale: number) => Float32Array.from({ length: side * side }, () => scale * uniform());
  const feeds = {
    a: new ort.Tensor('float32', values(1), shape),
    b: new ort.Tensor('float32', values(2 / side), shape),
  };
  const run = async () => (await session.run(feeds)).c.data as Float32Array;
  try {
    const result = await run();
    let seconds = Infinity;
    for (let round = 0; round < ROUNDS && !(seconds > ENOUGH_SECONDS && round > 0); round++) {
      const start = performance.now();
      await run();
      seconds = Math.min(seconds, (performance.now() - start) / 1000);
    }
    return { seconds, result };
  } finally {
    await session.release();
  }
}
