/** Photos that people have brought, kept in the app's data folder. Models of the same images share them. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { type PhotoFrame, UserError } from '../../contract';
import { makeFolder, readFailure, readWhole, save } from '../files';
import type { Model } from '../models';
import type { PhotoStore, StoredCode, StoredPhoto } from '../open-model/photos/stored';
import { KeptList } from './kept';

const MOST_PHOTOS = 200;

const finite = v.pipe(v.number(), v.finite());
const numbers = v.array(finite);
const photoSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/)),
  name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(80)),
  frame: v.object({ left: finite, top: finite, side: v.pipe(finite, v.gtValue(0)) }),
  aligned: v.boolean(),
  codes: v.record(v.string(), v.object({ mu: numbers, logVar: v.nullable(numbers) })),
}) satisfies v.GenericSchema<unknown, StoredPhoto>;

/** What a photo shows lies in a file beside the list. */
export class Photos implements PhotoStore {
  readonly #home: string;
  readonly #lists = new Map<string, KeptList<StoredPhoto>>();

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#home = home;
  }

  /** Those of a model's images, in the order in which they were brought. @throws UserError as `KeptList.read` */
  async of(model: Model): Promise<StoredPhoto[]> {
    return this.#list(model).read();
  }

  /** The file of a photo, as `openPhoto` made it. @throws UserError `not-found` | `no-access` */
  async file(model: Model, { id }: StoredPhoto): Promise<Uint8Array> {
    const file = this.#fileOf(model, id);
    return readWhole(file).catch((error: unknown) => {
      throw readFailure(error, file);
    });
  }

  /** @param frame where the face is; see `StoredPhoto` @throws UserError `bad-settings` when there are too many, `no-space` */
  async add(
    model: Model,
    file: Uint8Array,
    photo: { name: string; frame: PhotoFrame; code: StoredCode },
  ): Promise<StoredPhoto> {
    const { name, frame, code } = photo;
    const id = randomUUID();
    const entry = { id, name, frame, aligned: model.faces !== null, codes: { [model.card.fingerprint]: code } };
    const place = this.#fileOf(model, id);
    await makeFolder(path.dirname(place));
    // the picture first: an entry never stands without one
    await save(place, file);
    try {
      await this.#list(model).change((photos) => {
        if (photos.length >= MOST_PHOTOS) throw new UserError('bad-settings.photos', { most: MOST_PHOTOS });
        return [...photos, entry];
      });
    } catch (error) {
      await rm(place, { force: true });
      throw error;
    }
    return entry;
  }

  /** Keeps the codes that another model gives photos, by their ids. @throws UserError as `KeptList.change` */
  async keepCodes(model: Model, codes: ReadonlyMap<string, StoredCode>): Promise<void> {
    const { fingerprint } = model.card;
    await this.#list(model).change((photos) =>
      photos.map((photo) => {
        const code = codes.get(photo.id);
        return code ? { ...photo, codes: { ...photo.codes, [fingerprint]: code } } : photo;
      }),
    );
  }

  /**
   * Nothing of it is left on the disk.
   * @returns puts it back where it was among the others
   * @throws UserError as `file` and `KeptList.change`; what is returned as `add`
   */
  async forget(model: Model, photo: StoredPhoto): Promise<() => Promise<void>> {
    const { id } = photo;
    const file = await this.file(model, photo);
    let before: StoredPhoto[] = [];
    await this.#list(model).change((photos) => {
      before = photos.slice(
        0,
        photos.findIndex((entry) => entry.id === id),
      );
      return photos.filter((entry) => entry.id !== id);
    });
    await rm(this.#fileOf(model, id), { force: true });
    return async () => {
      await save(this.#fileOf(model, id), file);
      await this.#list(model).change((photos) => {
        const place = photos.findLastIndex((entry) => before.some((other) => other.id === entry.id)) + 1;
        return photos.toSpliced(place, 0, photo);
      });
    };
  }

  #fileOf(model: Model, id: string): string {
    return path.join(this.#folder(model), `${id}.webp`);
  }

  #list(model: Model): KeptList<StoredPhoto> {
    const file = path.join(this.#folder(model), 'photos.json');
    const list = this.#lists.get(file) ?? new KeptList(file, 'photos', photoSchema, { model: model.card.path });
    this.#lists.set(file, list);
    return list;
  }

  /** A foreign decoder is known by itself, wherever it lies. */
  #folder({ source, card }: Model): string {
    return path.join(this.#home, 'photos', (source?.manifest.dataset.identity ?? card.fingerprint).slice(0, 32));
  }
}
