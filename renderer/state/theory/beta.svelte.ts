/** What β changes: a family of small VAEs that differ in it alone, and where between them one looks. */
import type { BetaFamily } from '../../../main/contract';
import { faded, placeOf } from './between';
import { sentence } from '../../i18n/sentence';
import { Newest } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

export class Beta {
  /** Null: none ships. Undefined: not known yet. */
  family = $state.raw<BetaFamily | null | undefined>(undefined);
  failure = $state<string | null>(null);
  /** log₁₀ β of the place looked at. */
  exponent = $state(0);

  #seed = 1;
  readonly #families: Newest<number, BetaFamily | null>;

  /** Where that is among the members, and what is seen there. */
  readonly seen = $derived.by(() => {
    const members = this.family?.members;
    if (!members) return null;
    const place = placeOf(
      members.map(({ beta }) => beta),
      this.exponent,
    );
    const [lower, upper] = [members[place.lower], members[place.upper]];
    return {
      lower,
      upper,
      nearest: members[place.nearest],
      reconstructions: faded(lower.reconstructions, upper.reconstructions, place.share),
      samples: faded(lower.samples, upper.samples, place.share),
    };
  });

  constructor(engine: Engine) {
    this.#families = new Newest({
      ask: (seed) => engine.betaFamily(seed),
      done: (family) => {
        this.family = family;
        this.failure = null;
      },
      failed: (error) => (this.failure = sentence(error)),
    });
  }

  /** Called when the panel opens: asks for the family, once. */
  look(): void {
    if (this.family === undefined) this.#families.want(this.#seed);
  }

  /** Other noise for the draws from the prior. */
  redraw(): void {
    this.#families.want(++this.#seed);
  }
}
