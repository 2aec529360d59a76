/** What people keep of their flights: places with names, and flights as they were flown. */
import { type Bookmark, changed, changeOf, type ImageBatch, type ListChange } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import type { Notices } from '../window/notices.svelte';
import type { Sample } from './player.svelte';
import { sentence } from '../../i18n/sentence';
import type { Flight } from '../flight/flight';
import type { Explorer } from '../flight/explorer.svelte';
import type { Undo } from '../window/undo.svelte';
import type { Engine } from '../window/engine-client';

/** Moments recorded a second. */
const RECORDED = 30;
/** Longer flights make films that nobody can open. */
const LONGEST_SECONDS = 120;

export interface RecordedFlight {
  id: string;
  name: string;
  samples: Sample[];
}

export class Journal {
  bookmarks = $state.raw<readonly Bookmark[]>([]);
  /** The face at each bookmark, by its id. */
  faces = $state.raw<Readonly<Record<string, ImageBatch>>>({});
  flights = $state.raw<readonly RecordedFlight[]>([]);
  /** Seconds recorded so far; null while nothing is. */
  recording = $state<number | null>(null);

  readonly #explorer: Explorer;
  readonly #undo: Undo;
  readonly #notices: Notices;
  readonly #engine: Engine;
  #samples: Sample[] = [];
  #numbers = 0;

  constructor(engine: Engine, explorer: Explorer, undo: Undo, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#undo = undo;
    this.#notices = notices;
  }

  /**
   * Another model is flown: its own bookmarks, and no flights yet.
   * @param again it is the same one, opened once more
   */
  async open(flight: Flight, again = false): Promise<void> {
    this.recording = null;
    if (!again) this.flights = [];
    this.bookmarks = [];
    try {
      const bookmarks = await this.#engine.bookmarks(flight.id);
      if (this.#explorer.flight?.id === flight.id) this.#show(bookmarks);
    } catch (error) {
      this.#notices.failure(t('journal.notRead', { reason: sentence(error) }));
    }
  }

  /** The flights that were left in the same model. @param lost how many there was no room for */
  resume(flights: readonly Omit<RecordedFlight, 'id'>[], lost: number): void {
    this.flights = flights.map((flight) => ({ ...flight, id: crypto.randomUUID() }));
    this.#numbers = flights.length + lost;
    if (lost > 0) this.#notices.failure(t('journal.lost', { count: lost }));
  }

  // ---------------------------------------------------------------- bookmarks

  /** Marks the place where one is. */
  mark(): void {
    const { flight, scene, hidden } = this.#explorer;
    if (!flight) return;
    const { yaw, pitch, reach } = scene.viewpoint.pose;
    const taken = this.bookmarks.map(({ name }) => name);
    let number = this.bookmarks.length + 1;
    while (taken.includes(t('journal.place', { number }))) number++;
    this.#add(t('journal.place', { number }), this.#explorer.code, hidden.anchor, { yaw, pitch, reach });
  }

  /** Marks the place of a code that one may never have been at; looked at as one looks now. */
  keep(code: Float32Array, name: string): void {
    const { flight, scene } = this.#explorer;
    if (!flight) return;
    const { yaw, pitch, reach } = scene.viewpoint.pose;
    this.#add(name, code, null, { yaw, pitch, reach });
  }

  #add(name: string, code: Float32Array, anchor: number | null, view: Bookmark['view']): void {
    this.#change([...this.bookmarks, { id: crypto.randomUUID(), name, code: [...code], anchor, view }]);
  }

  rename(bookmark: Bookmark, name: string): void {
    const trimmed = name.trim().slice(0, 200);
    if (!trimmed || trimmed === bookmark.name) return;
    this.#change(this.bookmarks.map((other) => (other.id === bookmark.id ? { ...other, name: trimmed } : other)));
  }

  remove(bookmark: Bookmark): void {
    this.#change(this.bookmarks.filter(({ id }) => id !== bookmark.id));
  }

  visit({ code, anchor, view }: Bookmark): void {
    const { flight } = this.#explorer;
    const known = anchor !== null && flight !== null && anchor < flight.cloud.count;
    this.#explorer.goTo(Float32Array.from(code), known ? anchor : null, view);
  }

  #change(bookmarks: readonly Bookmark[]): void {
    const [there, back] = [changeOf(this.bookmarks, bookmarks), changeOf(bookmarks, this.bookmarks)];
    this.#undo.make({
      what: 'places',
      redo: () => this.#keep(there),
      undo: () => this.#keep(back),
    });
  }

  #keep(change: ListChange<Bookmark>): void {
    const shown = changed(this.bookmarks, change);
    this.#show(shown);
    const { id } = this.#explorer.flight!;
    // at once, even while an earlier one is under way: a page that is closed sends nothing more
    this.#engine.changeBookmarks(id, change).then(
      (kept) => {
        // what another window has added is seen as well, unless there is more to be kept here
        if (this.bookmarks === shown && this.#explorer.flight?.id === id) this.#show(kept);
      },
      (error: unknown) => this.#notices.failure(t('journal.notKept', { reason: sentence(error) })),
    );
  }

  #show(bookmarks: readonly Bookmark[]): void {
    this.bookmarks = bookmarks;
    const missing = bookmarks.filter(({ id }) => !(id in this.faces));
    const { flight } = this.#explorer;
    if (missing.length === 0 || !flight) return;
    const codes = Float32Array.from(missing.flatMap(({ code }) => code));
    this.#engine.decode(flight.id, codes).then(
      ({ width, height, data }) => {
        const size = width * height * 4;
        const drawn = missing.map(
          ({ id }, n) => [id, { count: 1, width, height, data: data.slice(n * size, (n + 1) * size) }] as const,
        );
        this.faces = { ...this.faces, ...Object.fromEntries(drawn) };
      },
      (error: unknown) => this.#notices.failure(t('journal.notRead', { reason: sentence(error) })),
    );
  }

  // ---------------------------------------------------------------- flights

  /** Starts to record what is flown, or ends it. */
  toggleRecording(): void {
    if (this.recording !== null) return this.#endRecording();
    const { flight } = this.#explorer;
    if (!flight) return;
    this.#samples = [];
    this.recording = 0;
    const start = performance.now();
    const step = () => {
      if (this.recording === null) return;
      if (this.#explorer.flight?.id !== flight.id) return (this.recording = null);
      const time = (performance.now() - start) / 1000;
      if (time >= (this.#samples.length > 0 ? this.#samples.at(-1)!.time + 1 / RECORDED : 0)) this.#record(time);
      if (time >= LONGEST_SECONDS) this.#endRecording();
      else requestAnimationFrame(step);
    };
    step();
  }

  #record(time: number): void {
    const { scene, code } = this.#explorer;
    const { yaw, pitch, reach } = scene.viewpoint.pose;
    this.#samples.push({ time, code, view: { yaw, pitch, reach } });
    this.recording = time;
  }

  #endRecording(): void {
    this.recording = null;
    const samples = this.#samples;
    if (samples.length < 2) return;
    const number = ++this.#numbers;
    const flight = { id: crypto.randomUUID(), name: t('journal.flight', { number }), samples };
    this.#changeFlights([...this.flights, flight]);
  }

  removeFlight(flight: RecordedFlight): void {
    this.#changeFlights(this.flights.filter((other) => other !== flight));
  }

  #changeFlights(flights: readonly RecordedFlight[]): void {
    const before = this.flights;
    this.#undo.make({
      what: 'flights',
      redo: () => (this.flights = flights),
      undo: () => (this.flights = before),
    });
  }
}
