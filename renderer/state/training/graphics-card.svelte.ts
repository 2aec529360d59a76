/** The computer's graphics card, as the engine finds it when somebody wants to know. */
import type { GraphicsCard } from '../../../main/contract';
import type { Engine } from '../window/engine-client';

export class GraphicsCardProbe {
  /** Null until the engine has answered. */
  found = $state.raw<GraphicsCard | null>(null);

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Has the engine try the card, once: that takes a moment of everything the computer has. */
  async look(): Promise<void> {
    if (this.found && this.found.problem !== 'silent') return;
    try {
      this.found = await this.#engine.graphicsCard();
    } catch {
      this.found = null; // the engine has gone, which the connection says; the next look asks again
    }
  }
}
