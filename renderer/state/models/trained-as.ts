import type { ModelKind } from '../../../main/contract';

/** What notes of a model, or settings of a run, say of a discriminator: that there is one, or its share of the run. */
interface Described<K extends ModelKind> {
  kind: K;
  adversarial?: boolean;
  facts?: { adversarial?: number } | null;
  tuning?: { adversarial?: number };
}

/** A kind, or a VAE that was trained against a discriminator as well. */
export type TrainedAs<K extends ModelKind = ModelKind> = K | 'vae-gan';

export function trainedAs<K extends ModelKind>({ kind, adversarial, facts, tuning }: Described<K>): TrainedAs<K> {
  const isAgainst = adversarial || facts?.adversarial || tuning?.adversarial;
  return kind === 'vae' && isAgainst ? 'vae-gan' : kind;
}
