/** Watching films of trainings: of one model, or of two side by side on one scrubber. */
import type { ModelCard, TrainingFilm } from '../../../main/contract';
import { aligned, procrustes } from '../../../main/engine/maths/procrustes';
import { t } from '../../i18n/index.svelte';
import { frameAt, positionsAt, radiusOf, samePlace } from './film-time';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import { close } from '../flight/model-opening.svelte';
import { Thumbnails } from '../flight/thumbnails';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Frames per second: a whole film takes about eight seconds. */
const FPS = 6;

/** A film with what is shown beside it. */
export interface Watched {
  card: ModelCard;
  film: TrainingFilm;
  thumbnails: Thumbnails;
  /** The film's sheet of pictures. */
  sheet: ImageBitmap;
  /** How far from the middle the faces come, scene units. */
  radius: number;
}

export class FilmTheatre {
  first = $state.raw<Watched | null>(null);
  second = $state.raw<Watched | null>(null);
  /** Path of the model whose film is being opened. */
  opening = $state<string | null>(null);
  /** Both follow the same faces, and the second one was turned onto the first. */
  turned = $state(false);
  /** Where one is in the first film, in frames from 0. */
  place = $state(0);
  playing = $state(false);

  readonly last = $derived(this.first ? this.first.film.steps.length - 1 : 0);
  /** Where one is in the second film: as large a share of its run is over. */
  readonly secondPlace = $derived(
    this.first && this.second ? samePlace(this.first.film, this.place, this.second.film) : 0,
  );

  /** A later opening, or closing, overtakes an earlier one. */
  readonly #turns = new Turns();
  readonly #engine: Engine;
  readonly #notices: Notices;
  /** Nothing is to move between frames. */
  readonly #still: () => boolean;

  constructor(engine: Engine, notices: Notices, still: () => boolean) {
    this.#engine = engine;
    this.#notices = notices;
    this.#still = still;
  }

  /** Opens the film of a model and, where things may move by themselves, plays it; a notice says why it cannot be. */
  async open(path: string): Promise<void> {
    const opened = await this.#load(path, async () => null);
    if (!opened) return;
    this.#show(opened.watched, null, false);
    this.place = 0;
    if (!this.#still()) this.play();
  }

  /** Shows the film of another model beside the first one. Of the same faces, it is turned so that they lie alike at the end. */
  async beside(path: string): Promise<void> {
    const { first } = this;
    if (!first) return;
    const opened = await this.#load(path, (id) => this.#engine.compare(id, [first.card.path]));
    if (!opened || first !== this.first) return;
    const same = opened.more?.[0].comparable ?? false;
    const film = same ? turnedOnto(opened.watched.film, first.film) : null;
    this.#show(first, film ? { ...opened.watched, film } : opened.watched, film !== null);
  }

  /** Back to one film. */
  alone(): void {
    this.#turns.end();
    this.opening = null;
    this.second?.sheet.close();
    this.second = null;
  }

  close(): void {
    this.alone();
    this.playing = false;
    this.first?.sheet.close();
    this.first = null;
  }

  /** Goes to a place, and stays there. */
  scrub(place: number): void {
    this.playing = false;
    this.place = Math.min(this.last, Math.max(0, place));
  }

  toggle(): void {
    if (this.playing) this.scrub(frameAt(this.place));
    else this.play();
  }

  /** From where one is to the end; from the end, from the start. */
  play(): void {
    if (this.playing || this.last === 0) return;
    const start = this.place >= this.last ? 0 : this.place;
    this.playing = true;
    let began: number | null = null;
    const step = (now: number) => {
      if (!this.playing || !this.first) return;
      began ??= now;
      const place = Math.min(this.last, start + (FPS * (now - began)) / 1000);
      this.place = this.#still() ? frameAt(place) : place;
      if (place < this.last) requestAnimationFrame(step);
      else this.playing = false;
    };
    requestAnimationFrame(step);
  }

  #show(first: Watched, second: Watched | null, turned: boolean): void {
    if (first !== this.first) this.first?.sheet.close();
    this.second?.sheet.close();
    this.first = first;
    this.second = second;
    this.turned = turned;
  }

  /** Opens a model for as long as it takes to read its film. Null when it cannot be, or was overtaken. */
  async #load<T>(path: string, more: (id: string) => Promise<T>): Promise<{ watched: Watched; more: T } | null> {
    const engine = this.#engine;
    const current = this.#turns.begin();
    this.opening = path;
    try {
      const { id, card } = await engine.openModel(path);
      try {
        const [film, cloud] = [await engine.trainingFilm(id), await engine.cloud(id)];
        const sheet = await createImageBitmap(new Blob([film.sheet as Uint8Array<ArrayBuffer>]));
        const watched = { card, film, thumbnails: new Thumbnails(cloud.thumbnails), sheet, radius: radiusOf(film) };
        const found = { watched, more: await more(id) };
        if (current()) return found;
        sheet.close();
        return null;
      } finally {
        close(engine, id);
      }
    } catch (error) {
      if (current()) this.#notices.failure(t('film.failed', { reason: sentence(error) }));
      return null;
    } finally {
      if (current()) this.opening = null;
    }
  }
}

/** A film turned, at all its steps alike, so that at its end the faces lie as near to where another one has them as they can. */
function turnedOnto(film: TrainingFilm, other: TrainingFilm): TrainingFilm | null {
  const common = [...film.faces].filter((face) => other.faces.includes(face));
  if (common.length < 4) return null;
  const last = (of: TrainingFilm) => {
    const positions = positionsAt(of, of.steps.length - 1);
    const rows = common.map((face) => of.faces.indexOf(face));
    return Float32Array.from(rows.flatMap((row) => [...positions.subarray(3 * row, 3 * row + 3)]));
  };
  return { ...film, positions: aligned(film.positions, procrustes(last(film), last(other), 3)) };
}
