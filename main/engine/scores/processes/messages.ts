/** What crosses between the engine and a scoring process. */
import type { DecoderLayout, Failure, ScoreStage } from '../../../contract';
import type { Scored } from '../score';

export interface ScoreRequest {
  /** The model's path, and how it was corrected. */
  model: string;
  layout?: Partial<DecoderLayout>;
  folder: string | null;
}

export type ScoreMessage =
  | { event: 'progress'; what: ScoreStage; done: number; total: number }
  | ({ event: 'done' } & Scored)
  | ({ event: 'failed' } & Failure);
