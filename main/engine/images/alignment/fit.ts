/** Fits of faces, found in threads: they take longer than decoding the images. */
import { Pool } from '../../scheduling/pool';
import type { GreyImage } from './features';
import { FACE, type Fit, HEAD, type Prior, searchAround, searchEverywhere } from './search';
import type { Template } from './template';

/** What a folder has taught about its faces. */
export interface FaceFinder {
  head: Template;
  face: Template;
  /** Where they usually are. */
  prior: Prior;
  /** The change of size that keeps their crops inside their images, in octaves. */
  shrink: number;
  /** How well a face fits near the usual place that need not be looked for elsewhere; 1 where that is not known. */
  sure: number;
}

/** What is looked for: the head anywhere in an image, the face near a fit of before, or one after the other. */
export type How =
  | { do: 'head'; head: Template; prior: Prior; sure: number }
  | { do: 'face'; face: Template; prior: Prior; margin: number; steps: number[] }
  | { do: 'both'; finder: Omit<FaceFinder, 'shrink'> };

export interface FitJob {
  images: readonly GreyImage[];
  how: How;
  before?: readonly Fit[];
}

/** Searches around a fit, coarse to fine: cells to every side, sizes in octaves. */
export const NEAR = { margin: 3, steps: [-0.3, 0, 0.3] };
export const NEARER = { margin: 2, steps: [-0.15, 0, 0.15] };
const NEAREST = { margin: 1, steps: [-0.06, 0, 0.06] };

const threads = new Pool<FitJob, Fit[]>(import.meta.url, 'worker');

/** One fit an image. */
export async function fitInThread(job: FitJob): Promise<Fit[]> {
  const answer = await threads.run(job);
  if ('refused' in answer) throw new Error('a thread refused to look for faces');
  return answer.result;
}

/** As `fitInThread`, in this thread. */
export const fit = ({ images, how, before }: FitJob): Fit[] =>
  images.map((image, i) => fitOne(image, how, before?.[i]));

function fitOne(image: GreyImage, how: How, before?: Fit): Fit {
  switch (how.do) {
    case 'head':
      return searchEverywhere(image, HEAD, how.head, how.prior, how.sure);
    case 'face':
      return searchAround(image, before!, FACE, how.face, how.prior, how.margin, how.steps);
    case 'both': {
      const { head, face, prior, sure } = how.finder;
      let found = searchEverywhere(image, HEAD, head, prior, sure);
      for (const { margin, steps } of [NEAR, NEARER, NEAREST]) {
        found = searchAround(image, found, FACE, face, prior, margin, steps);
      }
      return found;
    }
  }
}
