/** The opening flight: two models of the same faces under one camera, out of the cloud of real faces and into the open. */
import type { Session } from '../flight/session.svelte';
import type { Twin } from './twin.svelte';

/** Milliseconds in which to see both at home before they leave: the way there included. */
const LOOK = 3500;

export class Tour {
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

  /** Whoever flies elsewhere meanwhile stays there. Under reduced motion the flights are jumps. */
  async start(): Promise<void> {
    const { partner } = this;
    if (!this.#twin.partner && partner) await this.#twin.start(partner);
    const beside = this.#twin.partner?.id;
    if (!beside) return;
    this.#session.home();
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const atHome = this.#session.position.every((coordinate) => coordinate === 0);
    if (atHome && this.#twin.partner?.id === beside) this.#session.flyOut();
  }
}
