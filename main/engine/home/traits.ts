/** Traits that people keep, in the app's data folder, as groups of faces are. Models of the same images share them. */
import path from 'node:path';
import * as v from 'valibot';
import { changed, type ListChange, type Trait, UserError } from '../../contract';
import { sha256 } from '../files';
import type { Model } from '../models';
import type { ModelFaces } from './face-groups';
import { KeptList } from './kept';
import { type FaceIsBack, withFace, withoutFace } from './without-face';

const MOST_TRAITS = 100;

const faces = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));
const traitSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(80)),
  withIt: v.pipe(faces, v.nonEmpty()),
  without: faces,
});
type Kept = v.InferOutput<typeof traitSchema>;

export class Traits {
  readonly #home: string;
  readonly #lists = new Map<string, KeptList<Kept>>();

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#home = home;
  }

  /** Those of a model, in order; those with faces it has not are left out. */
  async of(faces: ModelFaces): Promise<Trait[]> {
    return fitting(faces, await this.#list(faces.model).read());
  }

  /** @returns those of the model then @throws UserError `bad-settings`, or as `KeptList.change` */
  async change(faces: ModelFaces, change: ListChange<Trait>): Promise<Trait[]> {
    const put = change.put.map((trait) => ({ ...trait, withIt: [...trait.withIt], without: [...trait.without] }));
    if (fitting(faces, put).length < put.length) throw refusal(faces.model);
    const list = await this.#list(faces.model).change((traits) => {
      const after = changed(traits, { ...change, put });
      if (after.length > MOST_TRAITS) throw refusal(faces.model);
      return after;
    });
    return fitting(faces, list);
  }

  /**
   * A face has gone: no trait names it any more, and those after it have moved up by one.
   * @throws UserError as `change`, also what is returned
   */
  async withoutFace({ model }: ModelFaces, face: number): Promise<FaceIsBack> {
    const list = this.#list(model);
    let before: Kept[] = [];
    await list.change((traits) => {
      before = traits;
      return traits
        .map((trait) => ({
          ...trait,
          withIt: withoutFace(trait.withIt, face),
          without: withoutFace(trait.without, face),
        }))
        .filter(({ withIt }) => withIt.length > 0);
    });
    return async (back) => {
      await list.change((traits) => {
        const known = new Map(before.map((trait) => [trait.id, trait]));
        const after = traits.map((trait) => {
          const named = (side: 'withIt' | 'without') => known.get(trait.id)?.[side].includes(face) ?? false;
          return {
            ...trait,
            withIt: withFace(trait.withIt, back, named('withIt')),
            without: withFace(trait.without, back, named('without')),
          };
        });
        const alone = before.filter(
          ({ id, withIt }) => withIt.every((one) => one === face) && !after.some((trait) => trait.id === id),
        );
        const restored = alone.map((trait) => ({
          ...trait,
          withIt: [back],
          without: withFace(withoutFace(trait.without, face), back, false),
        }));
        return [...after, ...restored];
      });
    };
  }

  #list({ source, card }: Model): KeptList<Kept> {
    const key = source?.manifest.dataset.identity ?? sha256(Buffer.from(card.path));
    const file = path.join(this.#home, 'traits', `${key.slice(0, 32)}.json`);
    const list = this.#lists.get(file) ?? new KeptList(file, 'traits', traitSchema, { model: card.path });
    this.#lists.set(file, list);
    return list;
  }
}

function fitting({ model, faceCodes }: ModelFaces, traits: readonly Kept[]): Trait[] {
  const count = faceCodes.length / model.latentSize;
  return traits
    .filter(({ withIt, without }) => [...withIt, ...without].every((face) => face < count))
    .map((trait) => ({
      ...trait,
      withIt: Uint32Array.from(trait.withIt),
      without: Uint32Array.from(trait.without),
    }));
}

const refusal = ({ card }: Model) => new UserError('bad-settings.traits', { name: card.name, most: MOST_TRAITS });
