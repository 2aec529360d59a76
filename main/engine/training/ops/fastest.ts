import { blockSize } from '../runtime';
import { blocked } from './blocked';
import type { Convolutions } from './convolution';
import { plain } from './plain';

/** The fastest convolutions on this processor: blocked ones where the runtime has them and all `channels` fill its blocks. */
export async function fastestConvolutions(channels: readonly number[]): Promise<Convolutions> {
  const block = await blockSize();
  return block > 0 && channels.every((n) => n % block === 0) ? blocked(block) : plain;
}
