/** Tries the graphics card in a process of its own, which a bad driver may take down without harm. */
import { tryDevice } from '../training/device';
import type { CardAnswer } from './card';

/** ‖difference‖ / ‖result‖ between devices that round differently: a chain of sums in float32 stays far below it. */
const TOLERANCE = 1e-3;

function distance(a: Float32Array, b: Float32Array): number {
  const square = (sum: number, x: number) => sum + x * x;
  return Math.sqrt(a.map((x, i) => x - b[i]).reduce(square, 0) / b.reduce(square, 0));
}

async function answer(): Promise<CardAnswer> {
  const processor = await tryDevice('cpu');
  try {
    const card = await tryDevice('gpu');
    // Not the other way round: a result that is no number is wrong, too.
    if (!(distance(card.result, processor.result) < TOLERANCE)) return { problem: 'wrong', detail: '' };
    return { problem: null, speed: processor.seconds / card.seconds };
  } catch (error) {
    const detail = (error as Error).message;
    return { problem: /adapter|not supported|not available/i.test(detail) ? 'none' : 'driver', detail };
  }
}

process.send!(await answer(), () => process.exit());
