/** Looking through a folder of images: which are used, and what is taken of each. */
import { SvelteSet } from 'svelte/reactivity';
import type { CuratedImage, Curation, FolderContents, ImageCrop, ImageMark } from '../../../main/contract';
import { sentence } from '../../i18n/sentence';
import { Turns } from '../../scheduling/newest';
import { Thumbnails } from '../flight/thumbnails';
import { counted } from './counted';
import type { Engine } from '../window/engine-client';

/** Which images are shown. */
export type Filter = 'all' | 'left-out' | ImageMark;

/** How faces and other things are put into squares. */
export type Cropping = 'face' | Curation['crop'];

export class Curating {
  readonly path: string;
  readonly imageSize: number;
  readonly imageHeight: number;
  cropping = $state<Cropping>('face');
  contents = $state.raw<FolderContents | null>(null);
  thumbnails = $state.raw<Thumbnails | null>(null);
  failure = $state<string | null>(null);
  /** 0..1 while the folder is looked through; null when nobody does. */
  looking = $state<number | null>(null);
  filter = $state<Filter>('all');
  label = $state<string | null>(null);
  /** The image looked at, by its place in the list. */
  selected = $state<number | null>(null);
  readonly leftOut = new SvelteSet<string>();
  crops = $state.raw<Record<string, ImageCrop>>({});

  /** Places in the list of those that are shown. */
  readonly shown = $derived.by(() => {
    const images = this.contents?.images ?? [];
    return Uint32Array.from(images.keys()).filter((i) => this.#isShown(images[i]));
  });
  /** The labels there are, and how many images have each. */
  readonly labels = $derived(
    counted((this.contents?.images ?? []).flatMap(({ labels }) => labels)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  /** The marks there are, and how many images have each. */
  readonly marks = $derived(counted((this.contents?.images ?? []).flatMap(({ marks }) => marks)));

  readonly #engine: Engine;
  readonly #turns = new Turns();

  constructor(
    engine: Engine,
    folder: { path: string; imageSize: number; imageHeight?: number; align: boolean; curation?: Curation },
  ) {
    this.#engine = engine;
    this.path = folder.path;
    this.imageSize = folder.imageSize;
    this.imageHeight = folder.imageHeight ?? folder.imageSize;
    const { leaveOut = [], crop = 'centre', crops = {} } = folder.curation ?? {};
    this.cropping = folder.align ? 'face' : crop;
    for (const file of leaveOut) this.leftOut.add(file);
    this.crops = crops;
  }

  /** Looks through the folder; a later call overtakes an earlier one. */
  async look(): Promise<void> {
    const current = this.#turns.begin();
    this.looking = 0;
    this.failure = null;
    try {
      const { cropping } = this;
      const crop = cropping === 'face' ? 'centre' : cropping;
      const { path, imageSize, imageHeight } = this;
      const contents = await this.#engine.curateFolder(path, imageSize, cropping === 'face', crop, imageHeight);
      if (!current()) return;
      this.contents = contents;
      this.thumbnails = new Thumbnails(contents.thumbnails);
    } catch (error) {
      if (current()) this.failure = sentence(error);
    } finally {
      if (current()) this.looking = null;
    }
  }

  progress(done: number, total: number): void {
    if (this.looking !== null) this.looking = done / total;
  }

  close(): void {
    this.#turns.end();
    this.#engine.cancelCuration().catch(() => {}); // without an engine there is nothing to end
  }

  choose(cropping: Cropping): void {
    this.cropping = cropping;
    void this.look();
  }

  toggle(i: number): void {
    const { file } = this.contents!.images[i];
    if (!this.leftOut.delete(file)) this.leftOut.add(file);
  }

  /** Leaves out all that are shown, or takes them back. */
  leaveOutShown(out: boolean): void {
    for (const i of this.shown) {
      const { file } = this.contents!.images[i];
      if (out) this.leftOut.add(file);
      else this.leftOut.delete(file);
    }
  }

  /** What is taken of an image. */
  cropOf(i: number): ImageCrop {
    const { images, crops } = this.contents!;
    const [left, top, side] = crops.subarray(3 * i, 3 * i + 3);
    return this.crops[images[i].file] ?? { left, top, side };
  }

  /** @param crop null: as it was found */
  setCrop(i: number, crop: ImageCrop | null): void {
    const { file } = this.contents!.images[i];
    const { [file]: _, ...others } = this.crops;
    this.crops = crop ? { ...others, [file]: crop } : others;
  }

  /** What was decided; undefined where nothing differs from what is done anyway. */
  get decided(): Curation | undefined {
    const crop = this.cropping === 'attention' ? 'attention' : 'centre';
    const leaveOut = [...this.leftOut].sort();
    const nothing = leaveOut.length === 0 && crop === 'centre' && Object.keys(this.crops).length === 0;
    return nothing ? undefined : { leaveOut, crop, crops: this.crops };
  }

  #isShown({ file, marks, labels }: CuratedImage): boolean {
    if (this.label !== null && !labels.includes(this.label)) return false;
    if (this.filter === 'all') return true;
    return this.filter === 'left-out' ? this.leftOut.has(file) : marks.includes(this.filter);
  }
}
