/** What crosses between the engine and a scoring process. */
import type { DecoderLayout, Failure, ScoreReport, ScoreStage } from '../../../contract';
import type { FittedMixture } from '../samples/mixture';

export interface ScoreRequest {
  /** The model's path, and how it was corrected. */
  model: string;
  layout?: Partial<DecoderLayout>;
  /** Everything there is to measure, on a folder of images or without; or only a mixture, fitted to its codes. */
  task: { measure: 'all'; folder: string | null } | { measure: 'mixture' };
}

export interface ScoreAnswer {
  /** Null where only a mixture was asked for. */
  report: ScoreReport | null;
  fitted: FittedMixture | null;
}

export type ScoreMessage =
  | { event: 'progress'; what: ScoreStage; done: number; total: number }
  | ({ event: 'done' } & ScoreAnswer)
  | ({ event: 'failed' } & Failure);
