/** Groups of faces people have made, kept in the app's data folder, as bookmarks are. */
import path from 'node:path';
import * as v from 'valibot';
import { changed, type FaceGroup, type ListChange, UserError } from '../../contract';
import { sha256 } from '../files';
import type { Model } from '../models';
import { KeptList } from './kept';
import { type FaceIsBack, withFace, withoutFace } from './without-face';

const MOST_GROUPS = 100;
const LONGEST_NAME = 80;

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const groupSchema = v.pipe(
  v.object({
    id: v.optional(v.pipe(v.string(), v.nonEmpty())),
    name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(LONGEST_NAME)),
    colour: number,
    hidden: v.boolean(),
    faces: v.pipe(v.array(number), v.nonEmpty()),
  }),
  // those of earlier versions had none: the same group gets the same one
  v.transform((group) => ({ ...group, id: group.id ?? sha256(Buffer.from(JSON.stringify(group))).slice(0, 32) })),
);
type Kept = v.InferOutput<typeof groupSchema>;

/** A model and the codes of its faces. */
export interface ModelFaces {
  model: Model;
  faceCodes: Float32Array;
}

export class FaceGroups {
  readonly #home: string;
  readonly #lists = new Map<string, KeptList<Kept>>();

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#home = home;
  }

  /**
   * Those of a model, in order; those with faces it has not (another model took its path) are left out. Models of the same
   * images share them.
   */
  async of(faces: ModelFaces): Promise<FaceGroup[]> {
    return fitting(faces, await this.#list(faces.model).read());
  }

  /** @returns those of the model then @throws UserError `bad-settings`, or as `KeptList.change` */
  async change(faces: ModelFaces, change: ListChange<FaceGroup>): Promise<FaceGroup[]> {
    const { model } = faces;
    const put = change.put.map((group) => ({ ...group, faces: [...group.faces] }));
    const checked = v.safeParse(v.array(groupSchema), put);
    if (!checked.success || fitting(faces, checked.output).length < put.length) throw refusal(model);
    const list = await this.#list(model).change((groups) => {
      const after = changed(groups, { ...change, put: checked.output });
      if (after.length > MOST_GROUPS) throw refusal(model);
      return after;
    });
    return fitting(faces, list);
  }

  /**
   * A face has gone: it is in no group any more, and those after it have moved up by one.
   * @throws UserError as `change`, also what is returned
   */
  async withoutFace({ model }: ModelFaces, face: number): Promise<FaceIsBack> {
    const list = this.#list(model);
    let named: Kept[] = [];
    await list.change((groups) => {
      named = groups.filter(({ faces }) => faces.includes(face));
      return groups
        .map((group) => ({ ...group, faces: withoutFace(group.faces, face) }))
        .filter(({ faces }) => faces.length > 0);
    });
    return async (back) => {
      await list.change((groups) => {
        const had = new Map(named.map((group) => [group.id, group]));
        const after = groups.map((group) => ({
          ...group,
          faces: withFace(group.faces, back, had.delete(group.id)),
        }));
        const alone = [...had.values()].filter(({ faces }) => faces.length === 1);
        return [...after, ...alone.map((group) => ({ ...group, faces: [back] }))];
      });
    };
  }

  #list({ source, card }: Model): KeptList<Kept> {
    const key = source?.manifest.dataset.identity ?? sha256(Buffer.from(card.path));
    const file = path.join(this.#home, 'groups', `${key.slice(0, 32)}.json`);
    const list = this.#lists.get(file) ?? new KeptList(file, 'groups', groupSchema, { model: card.path });
    this.#lists.set(file, list);
    return list;
  }
}

/** Draws from the prior are the same each time, so they can be grouped too. */
function fitting({ model, faceCodes }: ModelFaces, groups: readonly Kept[]): FaceGroup[] {
  const count = faceCodes.length / model.latentSize;
  return groups
    .filter(({ faces }) => faces.every((face) => face < count))
    .map((group) => ({ ...group, faces: Uint32Array.from(group.faces) }));
}

const refusal = ({ card }: Model) =>
  new UserError('bad-settings.face-groups', { name: card.name, most: MOST_GROUPS, longest: LONGEST_NAME });
