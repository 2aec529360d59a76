/** Synthetic faces to train on: how many, which, and how far drawing them has come. */

import { sentence } from '../../i18n/sentence';
import type { Training } from './training.svelte';
import type { Engine } from '../window/engine-client';

const LIMITS = { fewest: 4, most: 100_000, largestSeed: 2 ** 31 - 1 };

export class SyntheticFaces {
  count = $state(2000);
  seed = $state(1);
  /** Null when nothing is drawn. */
  progress = $state.raw<{ done: number; total: number } | null>(null);
  failure = $state<string | null>(null);

  readonly countFits = $derived(
    Number.isInteger(this.count) && this.count >= LIMITS.fewest && this.count <= LIMITS.most,
  );
  readonly seedFits = $derived(Number.isInteger(this.seed) && this.seed >= 0 && this.seed <= LIMITS.largestSeed);

  readonly #engine: Engine;
  readonly #training: Training;

  constructor(engine: Engine, training: Training) {
    this.#engine = engine;
    this.#training = training;
    engine.onConnected(() => (this.progress = null));
  }

  /** Draws the faces, as large as training wants them, and chooses them to train on. */
  async draw(): Promise<void> {
    if (this.progress || !this.countFits || !this.seedFits) return;
    this.failure = null;
    this.progress = { done: 0, total: this.count };
    try {
      const { imageSize } = this.#training.choices;
      const folder = await this.#engine.syntheticFaces(this.count, this.seed, imageSize);
      void this.#training.chooseFolder(folder, true);
    } catch (error) {
      if ((error as { code?: string }).code !== 'cancelled') this.failure = sentence(error);
    } finally {
      this.progress = null;
    }
  }

  cancel(): void {
    void this.#engine.cancelSyntheticFaces();
  }

  progressed(done: number, total: number): void {
    if (this.progress) this.progress = { done, total };
  }
}
