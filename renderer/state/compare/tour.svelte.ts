/** The opening flight: two models of the same faces under one camera, out of the cloud of real faces and into the open. */
import type { ModelId } from '../../../main/contract';
import type { Session } from '../flight/session.svelte';
import type { Twin } from './twin.svelte';

/** Milliseconds in which to see both at home before they leave: the way there included. */
const LOOK = 3500;

export class Tour {
  /** What to look at, and beside which model it flies. */
  #seen = $state.raw<{ stage: 'home' | 'out'; beside: ModelId } | null>(null);
  readonly #session: Session;
  readonly #twin: Twin;

  constructor(session: Session, twin: Twin) {
    this.#session = session;
    this.#twin = twin;
  }

  /** Path of the model that differs from the open one in being an AE or a VAE, else null: there is no tour. */
  get partner(): string | null {
    const { counterparts, flight } = this.#session;
    const other = flight?.card.kind === 'vae' ? 'ae' : 'vae';
    return counterparts.find(({ kind, path }) => kind === other && path !== flight?.card.path)?.path ?? null;
  }

  /** Both at home, or on their way out of the cloud and there; null without a tour, or once it was left. */
  get stage(): 'home' | 'out' | null {
    return this.#seen?.beside === this.#twin.partner?.id ? (this.#seen?.stage ?? null) : null;
  }

  /** Whoever flies elsewhere meanwhile stays there. Under reduced motion the flights are jumps. */
  async start(): Promise<void> {
    const { partner } = this;
    if (!this.#twin.partner && partner) await this.#twin.start(partner);
    const beside = this.#twin.partner?.id;
    if (!beside) return;
    const home = { stage: 'home', beside } as const;
    this.#seen = home;
    this.#session.home();
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    if (this.#seen !== home) return;
    const atHome = this.#session.position.every((coordinate) => coordinate === 0);
    if (!atHome || this.#twin.partner?.id !== beside) return this.leave();
    this.#seen = { stage: 'out', beside };
    this.#session.flyOut();
  }

  /** To be called when somebody flies: what is seen from then on is theirs. */
  leave(): void {
    this.#seen = null;
  }
}
