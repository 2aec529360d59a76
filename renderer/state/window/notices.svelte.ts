/** Short messages that come up over the space, and go when they can have been read. */
export interface Notice {
  id: number;
  kind: 'success' | 'failure';
  text: string;
}

/** Milliseconds that a success stays, and the least for a failure. */
const SUCCESS = 5000;
const FAILURE = 10_000;
/** Milliseconds a character of a failure: slow readers get through it twice. */
const A_CHARACTER = 100;

/** A notice's time on the screen; held, it does not run out. */
interface Clock {
  left: number;
  since: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Notices {
  list = $state<Notice[]>([]);
  #next = 0;
  #held = false;
  // nothing is drawn from it
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #clocks = new Map<number, Clock>();

  success(text: string): void {
    this.#add('success', text, SUCCESS);
  }

  /** @param text a sentence fit for a person */
  failure(text: string): void {
    // the same failure again (a decode at display rate) must not pile up: it is the one that is there, as new
    const known = this.list.find((notice) => notice.text === text);
    const time = Math.max(FAILURE, A_CHARACTER * text.length);
    if (known) this.#start(known.id, time);
    else this.#add('failure', text, time);
  }

  dismiss(id: number): void {
    clearTimeout(this.#clocks.get(id)?.timer);
    this.#clocks.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** While somebody points at notices, or has the focus in one, none goes away. */
  hold(on: boolean): void {
    if (on === this.#held) return;
    this.#held = on;
    for (const [id, clock] of this.#clocks) {
      if (on) {
        clearTimeout(clock.timer);
        clock.left -= Date.now() - clock.since;
      } else this.#start(id, clock.left);
    }
  }

  #add(kind: Notice['kind'], text: string, time: number): void {
    const id = this.#next++;
    for (const { id: oldest } of this.list.slice(0, -2)) this.dismiss(oldest);
    this.list = [...this.list, { id, kind, text }];
    this.#start(id, time);
  }

  #start(id: number, left: number): void {
    clearTimeout(this.#clocks.get(id)?.timer);
    const timer = this.#held ? undefined : setTimeout(() => this.dismiss(id), left);
    this.#clocks.set(id, { left, since: Date.now(), timer });
  }
}
