/** Has a coarse decoder made in a process of its own, with an end to its time and memory: flying goes on meanwhile. */
import { printable } from '../../../contract';
import { startBounded } from '../../scheduling/start';
import { LIMITS } from '../apart/apart';
import type { Model } from '../model';
import type { CoarseDecoder } from './coarse';
import type { Answer, Ask } from './messages';

const LONGEST_MS = 180_000;

/**
 * As `coarseDecoder`. Whatever goes wrong, there is none: the decoder itself is always there.
 * @param signal ends it
 */
export function prepareCoarse(
  { card, source }: Model,
  most: number,
  signal: AbortSignal,
): Promise<CoarseDecoder | null> {
  const { path: file, layout, fingerprint } = card;
  return new Promise((resolve) => {
    const child = startBounded(import.meta.url, 'process', LIMITS.bytes, () => {});
    const done = (coarse: CoarseDecoder | null, why?: string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      child.removeAllListeners('close').kill('SIGKILL');
      if (why !== undefined) console.warn(`"${printable(file)}" gets no coarse decoder: ${why}`);
      resolve(coarse);
    };
    const end = () => done(null);
    const timer = setTimeout(() => done(null, 'it takes too long'), LONGEST_MS);
    signal.addEventListener('abort', end);
    child.on('message', (answer: Answer) => ('failed' in answer ? done(null, answer.failed) : done(answer.coarse)));
    child.on('error', (error) => done(null, error.message));
    child.on('close', () => done(null, 'its process ended'));
    child.send({ file, layout: source ? undefined : layout, fingerprint, most } satisfies Ask, () => {});
  });
}
