/** The computer's graphics card, as the engine finds it when somebody wants to know. */
import type { EngineApi, GraphicsCard } from '../../../main/contract';

export class Card {
  /** Null until the engine has answered. */
  found = $state.raw<GraphicsCard | null>(null);
  #engine: EngineApi | null = null;

  connected(engine: EngineApi): void {
    this.#engine = engine;
  }

  /** Has the engine try the card, once: that takes a moment of everything the computer has. */
  async look(): Promise<void> {
    if (this.found && this.found.problem !== 'silent') return;
    try {
      this.found = (await this.#engine?.graphicsCard()) ?? null;
    } catch {
      this.found = null; // the engine has gone, which the connection says; the next look asks again
    }
  }
}
