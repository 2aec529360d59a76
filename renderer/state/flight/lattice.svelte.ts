/** The lattice: faces decoded all around, at places where no face of the cloud is. */
import type { ImageBatch } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import { recall, remember } from '../../platform/preferences';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Explorer } from './explorer.svelte';

export class Lattice {
  on = $state(recall('lattice') === 'on');
  /** Faces decoded for it since it was switched on. */
  decoded = $state(0);
  readonly #explorer: Explorer;
  readonly #notices: Notices;

  constructor(explorer: Explorer, notices: Notices) {
    this.#explorer = explorer;
    this.#notices = notices;
  }

  toggle(): void {
    this.on = !this.on;
    this.decoded = 0;
    remember('lattice', this.on ? 'on' : 'off');
  }

  /** For the scene. A failure switches the lattice off and says why; one of a model left meanwhile is nobody's concern. */
  readonly decode = async (positions: Float32Array): Promise<ImageBatch> => {
    const { flight } = this.#explorer;
    try {
      const faces = await this.#explorer.decodePlaces(positions);
      this.decoded += faces.count;
      return faces;
    } catch (error) {
      if (flight === this.#explorer.flight) {
        this.on = false;
        this.#notices.failure(t('lattice.failed', { reason: sentence(error) }));
      }
      throw error;
    }
  };
}
