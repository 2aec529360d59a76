/** Places people have marked, kept in the app's data folder: a model's own folder may be read-only, or shared. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import { type Bookmark, type ModelCard, UserError } from '../../contract';
import { keep, readKept } from './kept';

const MOST = 1000;

const finite = v.pipe(v.number(), v.finite());
const bookmarkSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.maxLength(200)),
  code: v.array(finite),
  anchor: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  view: v.object({ yaw: finite, pitch: finite, reach: v.pipe(finite, v.gtValue(0)) }),
});
const fileSchema = v.object({ model: v.string(), bookmarks: v.array(bookmarkSchema) });

export class Bookmarks {
  /** @param home the app's data folder */
  constructor(private readonly home: string) {}

  /** Those of a model, in order; those that do not fit it (another model took its path) are left out. */
  async of(card: ModelCard): Promise<Bookmark[]> {
    const kept = await readKept(this.fileOf(card), fileSchema);
    return kept?.bookmarks.filter(({ code }) => code.length === card.latentSize) ?? [];
  }

  /** @throws UserError `bad-settings`, or as `save` */
  async keep(card: ModelCard, bookmarks: Bookmark[]): Promise<void> {
    const checked = v.safeParse(v.pipe(v.array(bookmarkSchema), v.maxLength(MOST)), bookmarks);
    if (!checked.success || checked.output.some(({ code }) => code.length !== card.latentSize)) {
      throw new UserError('bad-settings.bookmarks', { name: card.name, most: MOST });
    }
    await keep(this.fileOf(card), { model: card.path, bookmarks: checked.output });
  }

  private fileOf({ path: model }: ModelCard): string {
    const name = createHash('sha256').update(model).digest('hex').slice(0, 32);
    return path.join(this.home, 'bookmarks', `${name}.json`);
  }
}
