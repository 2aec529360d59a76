/** Tries the graphics card in a process of its own, which a bad driver may take down without harm. */
import { tryDevice } from '../../training/device';
import type { GraphicsCardAnswer } from './graphics-card';

/** ‖difference‖ / ‖result‖ between devices that round differently: a chain of sums in float32 stays far below it. */
const TOLERANCE = 1e-3;

function distance(a: Float32Array, b: Float32Array): number {
  const square = (sum: number, x: number) => sum + x * x;
  return Math.sqrt(a.map((x, i) => x - b[i]).reduce(square, 0) / b.reduce(square, 0));
}

/** Sides of matrices that even a device in software multiplies at once, and of such as fill a graphics card. */
const [SMALL, LARGE] = [256, 1024];
/** A device that is quicker than this with the small ones is worth the large ones. */
const QUICK_SECONDS = 0.05;

async function answer(): Promise<GraphicsCardAnswer> {
  const processor = await tryDevice('cpu', SMALL);
  try {
    const card = await tryDevice('gpu', SMALL);
    // Not the other way round: a result that is not a number is wrong, too.
    if (!(distance(card.result, processor.result) < TOLERANCE)) return { problem: 'wrong', detail: '' };
    if (card.seconds > QUICK_SECONDS) return { problem: null, speed: processor.seconds / card.seconds };
    const [ours, theirs] = [await tryDevice('cpu', LARGE), await tryDevice('gpu', LARGE)];
    return { problem: null, speed: ours.seconds / theirs.seconds };
  } catch (error) {
    const detail = (error as Error).message;
    return { problem: /adapter|not supported|not available/i.test(detail) ? 'none' : 'driver', detail };
  }
}

process.send!(await answer(), () => process.exit());
