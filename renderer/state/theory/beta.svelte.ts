/** What β changes: a family of small VAEs that differ in it alone, and where between them one looks. */
import type { BetaFamily, EngineApi } from '../../../main/contract';
import { faded, placeOf } from './between';
import { sentence } from '../../i18n/sentence';

export class Beta {
  /** Null: none ships. Undefined: not known yet. */
  family = $state.raw<BetaFamily | null | undefined>(undefined);
  failure = $state<string | null>(null);
  /** log₁₀ β of the place looked at. */
  exponent = $state(0);

  #engine: EngineApi | null = null;
  #seed = 1;
  #asking = false;

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

  connected(engine: EngineApi): void {
    this.#engine = engine;
  }

  /** Called when the panel opens: asks for the family, once. */
  look(): void {
    if (this.family === undefined) void this.#ask();
  }

  /** Other noise for the draws from the prior. */
  redraw(): void {
    this.#seed++;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.#asking || !this.#engine) return;
    this.#asking = true;
    try {
      let seed: number;
      do {
        seed = this.#seed;
        this.family = await this.#engine.betaFamily(seed);
        this.failure = null;
      } while (seed !== this.#seed);
    } catch (error) {
      this.failure = sentence(error);
    } finally {
      this.#asking = false;
    }
  }
}
