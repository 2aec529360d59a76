/** `model.json`: what a model folder says about itself. */
import * as v from 'valibot';
import { MOTIFS, UserError } from '../../../contract';
import { curationSchema } from '../../images/curation/curation';
import { scoreReport } from './score-report';

/** Raised when a reader of today's files would misread tomorrow's. */
export const FORMAT = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Facts a trainer may leave out are optional, and it may add its own: they are kept. */
const training = v.looseObject({
  network: v.optional(v.picklist(['convolutional', 'perceptron'])),
  width: v.optional(v.picklist(['small', 'standard', 'large'])),
  residualBlocks: v.optional(amount),
  parameters: v.optional(count),
  steps: v.optional(amount),
  seconds: v.optional(amount),
  imagesPerSecond: v.optional(amount),
  epochs: v.optional(amount),
  batchSize: v.optional(count),
  beta: v.optional(amount),
  adversarial: v.optional(amount),
  linearStart: v.optional(amount),
  learningRate: v.optional(amount),
  seed: v.optional(finite),
  align: v.optional(v.boolean()),
  motif: v.optional(v.picklist(MOTIFS)),
  curation: v.optional(curationSchema),
  /** Share of the images held out. */
  validation: v.optional(amount),
});

export const historyPoint = v.object({
  step: amount,
  epoch: amount,
  loss: finite,
  validationMse: amount,
  terms: v.record(v.string(), finite),
});

const text = v.pipe(v.string(), v.nonEmpty());
const words = v.object({ en: text, 'zh-CN': text });

const manifestSchema = v.object({
  format: v.literal(FORMAT),
  name: v.pipe(v.string(), v.nonEmpty()),
  /** What its makers say of it. */
  about: v.optional(v.object({ name: v.optional(words), images: words, limits: v.array(words) })),
  kind: v.picklist(['ae', 'vae', 'rae']),
  latentSize: count,
  /** `size` pixels across, and as many down unless `height` says otherwise. */
  image: v.object({ size: count, height: v.optional(count), channels: v.picklist([1, 3]) }),
  /** Which numbers of the decoder's output mean black and white. */
  range: v.strictTuple([v.literal(0), v.literal(1)]),
  likelihood: v.optional(v.string()),
  training,
  history: v.array(historyPoint),
  dataset: v.object({
    images: amount,
    validationImages: amount,
    skipped: amount,
    name: v.string(),
    /** Which images the codes are of, in their order: see `identityOf` in `images/identity.ts`. */
    identity: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  }),
  scores: v.object({
    validationMse: v.optional(amount),
    /** What `score` measured; written by it alone. Whatever is wrong with it, the model opens. */
    report: v.fallback(v.optional(scoreReport), undefined),
  }),
  /** SHA-256 of every other file of the model, hexadecimal, by file name. */
  files: v.record(v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/)), v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;

/**
 * The manifest in `text`.
 * @param where the model's path, for the sentence
 * @throws UserError `bad-model`
 */
export function parseManifest(text: string, where: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError('bad-model.manifest-not-json', { where });
  }
  const format = (json as { format?: unknown } | null)?.format;
  // TensorFlow.js, among others, calls its files so too
  if (typeof format !== 'number') throw new UserError('bad-model.not-a-model', { where });
  if (format > FORMAT) {
    throw new UserError('bad-model.manifest-newer', { where, format, readable: FORMAT });
  }
  const result = v.safeParse(manifestSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const at = v.getDotPath(issue) ?? '.';
  if (issue.received === 'undefined') throw new UserError('bad-model.manifest-incomplete', { where, at });
  throw new UserError('bad-model.manifest-invalid', { where, at, found: issue.received });
}
