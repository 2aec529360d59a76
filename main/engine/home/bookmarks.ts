/** Places people have marked, kept in the app's data folder: a model's own folder may be read-only, or shared. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import { type Bookmark, changed, type ListChange, type ModelCard, UserError } from '../../contract';
import { KeptList } from './kept';
import { type FaceIsBack, withFace, withoutFace } from './without-face';

const MOST_BOOKMARKS = 1000;

const finite = v.pipe(v.number(), v.finite());
const bookmarkSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.maxLength(200)),
  code: v.array(finite),
  anchor: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  view: v.object({ yaw: finite, pitch: finite, reach: v.pipe(finite, v.gtValue(0)) }),
});
export class Bookmarks {
  readonly #home: string;
  readonly #lists = new Map<string, KeptList<Bookmark>>();

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#home = home;
  }

  /** Those of a model, in order; those that do not fit it (another model took its path) are left out. */
  async of(card: ModelCard): Promise<Bookmark[]> {
    return fitting(card, await this.#list(card).read());
  }

  /** @returns those of the model then @throws UserError `bad-settings`, or as `KeptList.change` */
  async change(card: ModelCard, change: ListChange<Bookmark>): Promise<Bookmark[]> {
    const checked = v.safeParse(v.array(bookmarkSchema), change.put);
    if (!checked.success || fitting(card, checked.output).length < change.put.length) throw refusal(card);
    const list = await this.#list(card).change((bookmarks) => {
      const after = changed(bookmarks, { ...change, put: checked.output });
      if (after.length > MOST_BOOKMARKS) throw refusal(card);
      return after;
    });
    return fitting(card, list);
  }

  /**
   * A face has gone, and those after it have moved up by one: whose hidden part a place has is still right.
   * @throws UserError as `change`, also what is returned
   */
  async withoutFace(card: ModelCard, face: number): Promise<FaceIsBack> {
    const list = this.#list(card);
    const named = new Set<string>();
    await list.change((bookmarks) =>
      bookmarks.map((bookmark) => {
        if (bookmark.anchor === null) return bookmark;
        if (bookmark.anchor === face) named.add(bookmark.id);
        return { ...bookmark, anchor: withoutFace([bookmark.anchor], face)[0] ?? null };
      }),
    );
    return async (back) => {
      await list.change((bookmarks) =>
        bookmarks.map((bookmark) => {
          const { anchor, id } = bookmark;
          if (anchor === null) return named.has(id) ? { ...bookmark, anchor: back } : bookmark;
          return { ...bookmark, anchor: withFace([anchor], back, false)[0] };
        }),
      );
    };
  }

  #list({ path: model }: ModelCard): KeptList<Bookmark> {
    const name = createHash('sha256').update(model).digest('hex').slice(0, 32);
    const file = path.join(this.#home, 'bookmarks', `${name}.json`);
    const list = this.#lists.get(file) ?? new KeptList(file, 'bookmarks', bookmarkSchema, { model });
    this.#lists.set(file, list);
    return list;
  }
}

const fitting = ({ latentSize }: ModelCard, bookmarks: readonly Bookmark[]): Bookmark[] =>
  bookmarks.filter(({ code }) => code.length === latentSize);

const refusal = ({ name }: ModelCard) => new UserError('bad-settings.bookmarks', { name, most: MOST_BOOKMARKS });
