/** Groups of faces people have made, kept in the app's data folder, as bookmarks are. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import { type FaceGroup, UserError } from '../../contract';
import type { Model } from '../models';
import { keep, readKept } from './kept';

const MOST = 100;
const LONGEST_NAME = 80;

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const groupSchema = v.object({
  name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(LONGEST_NAME)),
  colour: number,
  hidden: v.boolean(),
  faces: v.pipe(v.array(number), v.nonEmpty()),
});
const fileSchema = v.object({ model: v.string(), groups: v.pipe(v.array(groupSchema), v.maxLength(MOST)) });

export class FaceGroups {
  /** @param home the app's data folder */
  constructor(private readonly home: string) {}

  /**
   * Those of a model, in order; none where there are none, or another model has taken its path. Models of the same images
   * share them.
   */
  async of(model: Model): Promise<FaceGroup[]> {
    const count = countOf(model);
    const { groups } = (await readKept(this.fileOf(model), fileSchema)) ?? { groups: [] };
    if (groups.some(({ faces }) => faces.some((face) => face >= count))) return [];
    return groups.map((group) => ({ ...group, faces: Uint32Array.from(group.faces) }));
  }

  /** @throws UserError `bad-settings`, or as `save` */
  async keep(model: Model, groups: FaceGroup[]): Promise<void> {
    const count = countOf(model);
    const content = { model: model.card.path, groups: groups.map((g) => ({ ...g, faces: [...g.faces] })) };
    const checked = v.safeParse(fileSchema, content);
    if (!checked.success || groups.some(({ faces }) => faces.some((face) => face >= count))) {
      throw new UserError('bad-settings.face-groups', { name: model.card.name, most: MOST, longest: LONGEST_NAME });
    }
    await keep(this.fileOf(model), checked.output);
  }

  private fileOf({ source, card }: Model): string {
    const key = source?.manifest.dataset.identity ?? createHash('sha256').update(card.path).digest('hex');
    return path.join(this.home, 'groups', `${key.slice(0, 32)}.json`);
  }
}

/** Faces of the model's cloud; draws from the prior are the same each time, so they can be grouped too. */
function countOf({ codes, card }: Model): number {
  return codes ? codes.length / card.latentSize : Infinity;
}
