/** A photo of one's own in the model's space: looked at, framed, projected, and kept among its faces. */
import { untrack } from 'svelte';
import type { KeptPhoto, ModelId, Photo, PhotoFrame, Projection } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { Turns } from '../../scheduling/newest';
import type { Explorer } from '../flight/explorer.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import { Removals } from '../window/removals.svelte';

/** Bytes of a photo's file. */
const LARGEST_FILE = 2 ** 26;
/** Milliseconds of rest before a frame that was moved is projected. */
const REST = 150;
/** Formats that browsers do not know as images. */
const ENDINGS = /\.(heic|heif|jp2|j2k|jpx|tga|pnm|ppm|pgm|tiff?)$/i;

/** Whether a file that was dropped, pasted or chosen may be a photo. */
export const isPhoto = (file: File): boolean => file.type.startsWith('image/') || ENDINGS.test(file.name);

/** How like the data a photo is to the model. */
export type Likeness = 'known' | 'unusual' | 'far';

/**
 * Error of the reconstruction in multiples of the usual one, above which a photo is unusual, and far from the data. With the
 * bundled portraits VAE no portrait of 49 was above 1.7; drawn heads and pictures of coloured shapes were at 5 in the middle.
 */
const UNUSUAL_ERROR = 1.75;
const FAR_ERROR = 3;

interface Looked extends Photo {
  name: string;
  bytes: Uint8Array;
}

interface Forgotten {
  id: string;
  name: string;
  /** Of the model in which it was. */
  path: string;
}

export class MyPhoto {
  /** The photo that is looked at; null: none. */
  photo = $state.raw<Looked | null>(null);
  frame = $state.raw<PhotoFrame>({ left: 0, top: 0, side: 1 });
  projection = $state.raw<Projection | null>(null);
  state = $state<'idle' | 'reading' | 'projecting'>('idle');
  /** Share of the search for a code that is done; null where there is none. */
  share = $state<number | null>(null);
  /** The photos among the model's faces. */
  kept = $state.raw<readonly KeptPhoto[]>([]);
  readonly #removals = new Removals<Forgotten>();
  /** Photos of this model's that were forgotten in this window, and not taken back: the newest first. */
  readonly forgotten = $derived.by(() =>
    this.#removals.all.filter(({ path }) => path === this.#explorer.flight?.card.path),
  );
  /** The photo looked at is one of those already. */
  readonly isKept = $derived.by(() => this.kept.some(({ id }) => id === this.#keptAs));
  /** What the photo looked at was kept as. */
  #keptAs = $state<KeptPhoto['id'] | null>(null);

  readonly #turns = new Turns();
  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #notices: Notices;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, explorer: Explorer, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#notices = notices;
    $effect.root(() => {
      // another frame is another flight object, but the same model
      const model = $derived(explorer.flight?.id);
      $effect(() => {
        if (model) untrack(() => this.#opened(model));
      });
    });
  }

  /** What one may expect of the model for this photo: by its place among the data, and by how well it is redrawn. */
  readonly likeness = $derived.by((): Likeness | null => {
    const { projection } = this;
    if (!projection) return null;
    const { mse, usualMse, typicality } = projection;
    const place = typicality.density?.place ?? 'inside';
    const error = usualMse ? mse / usualMse : 1;
    if (place === 'hole' || error > FAR_ERROR) return 'far';
    return place === 'edge' || error > UNUSUAL_ERROR ? 'unusual' : 'known';
  });

  // ---------------------------------------------------------------- looking

  /** Takes a file that was chosen, dropped or pasted: finds its face and flies there. */
  async take(file: File): Promise<void> {
    if (file.size > LARGEST_FILE) {
      this.#notices.failure(t('myPhoto.tooLarge', { name: file.name, most: LARGEST_FILE / 2 ** 20 }));
      return;
    }
    const name = file.name.replace(/\.[^.]*$/, '').slice(0, 80) || t('myPhoto.unnamed');
    await this.#look(new Uint8Array(await file.arrayBuffer()), name, file.name);
  }

  async #look(bytes: Uint8Array, name: string, fileName = name): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight) return;
    const current = this.#turns.begin();
    this.state = 'reading';
    try {
      const looked = await this.#engine.lookAtPhoto(flight.id, bytes, fileName.slice(0, 1000) || name);
      if (!current()) return;
      this.photo = { ...looked, name, bytes };
      this.frame = looked.frame;
      this.projection = null;
      this.#keptAs = null;
      await this.#project();
    } catch (error) {
      if (current()) this.#failed(error);
    }
  }

  /** Moves the frame; what is in it is projected once it rests. */
  nudge(frame: PhotoFrame): void {
    this.frame = frame;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#project(), REST);
  }

  async #project(): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || !this.photo) return;
    const current = this.#turns.begin();
    this.state = 'projecting';
    this.share = null;
    try {
      const projection = await this.#engine.projectPhoto(flight.id, this.frame);
      if (!current()) return;
      this.projection = projection;
      this.#keptAs = null;
      this.state = 'idle';
      this.share = null;
      this.goThere();
    } catch (error) {
      if (current()) this.#failed(error);
    }
  }

  progressed(id: ModelId, share: number): void {
    if (this.state === 'projecting' && this.#explorer.flight?.id === id) this.share = share;
  }

  /** Ends the search for a code. What was found before stays. */
  cancel(): void {
    const { flight } = this.#explorer;
    this.#turns.end();
    this.state = 'idle';
    this.share = null;
    // it may be over by now: then there is nothing to end
    if (flight) this.#engine.cancelPhoto(flight.id).catch(() => {});
  }

  /** Puts the photo away. */
  close(): void {
    this.cancel();
    clearTimeout(this.#timer);
    this.photo = null;
    this.projection = null;
  }

  goThere(): void {
    if (this.projection) this.#explorer.goTo(this.projection.code);
  }

  // ---------------------------------------------------------------- keeping

  /** Keeps the photo as one of the model's faces, and goes on looking at it there. */
  async keep(name: string): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || !this.projection || this.state !== 'idle') return;
    try {
      const kept = await this.#engine.keepPhoto(flight.id, name.trim().slice(0, 80) || t('myPhoto.unnamed'));
      await this.#explorer.reloadFaces();
      if (this.#explorer.flight?.id !== flight.id) return;
      this.#keptAs = kept.id;
      this.kept = [...this.kept, kept];
      this.#explorer.pick(kept.face);
    } catch (error) {
      this.#notices.failure(t('myPhoto.notKept', { reason: sentence(error) }));
    }
  }

  visit({ face }: KeptPhoto): void {
    this.#explorer.pick(face);
  }

  async forget({ id, name }: KeptPhoto): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight) return;
    try {
      await this.#engine.forgetPhoto(flight.id, id);
      this.#removals.note({ id, name, path: flight.card.path });
    } catch (error) {
      this.#notices.failure(t('myPhoto.notForgotten', { reason: sentence(error) }));
    }
    await this.#facesChanged(flight.id);
  }

  async takeBack(photo: Forgotten): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight) return;
    try {
      await this.#removals.takeBack(photo, () => this.#engine.takeBackPhoto(flight.id, photo.id));
    } catch (error) {
      this.#notices.failure(t('myPhoto.notTakenBack', { reason: sentence(error) }));
    }
    await this.#facesChanged(flight.id);
  }

  async #facesChanged(model: ModelId): Promise<void> {
    await this.#explorer.reloadFaces();
    await this.#list(model);
  }

  #opened(model: ModelId): void {
    this.cancel();
    void this.#list(model);
    // the photo that is looked at is found in this model as well
    if (this.photo) void this.#look(this.photo.bytes, this.photo.name);
  }

  async #list(model: ModelId): Promise<void> {
    this.kept = [];
    try {
      const kept = await this.#engine.photos(model);
      if (this.#explorer.flight?.id === model) this.kept = kept;
    } catch (error) {
      if (this.#explorer.flight?.id === model)
        this.#notices.failure(t('myPhoto.notListed', { reason: sentence(error) }));
    }
  }

  #failed(error: unknown): void {
    this.state = 'idle';
    this.share = null;
    this.#notices.failure(sentence(error));
  }
}
