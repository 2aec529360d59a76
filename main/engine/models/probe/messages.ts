import type { DecoderLayout, Failure } from '../../../contract';

export interface ProbeRequest {
  file: string;
  layout?: Partial<DecoderLayout>;
}

/** Why the model cannot be opened; null: it can. */
export type ProbeAnswer = Failure | null;
