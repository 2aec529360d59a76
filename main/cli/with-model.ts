import { type Model, openApart, openModel, sourceOf } from '../engine/models';
import { type LayoutOptions, layoutOf } from './layout';

/** Opens a model for the length of one piece of work. @param options how a decoder made elsewhere is to be read */
export async function withModel<T>(
  path: string,
  work: (model: Model) => Promise<T>,
  options: LayoutOptions = {},
): Promise<T> {
  const layout = layoutOf(options);
  // where it cannot even be looked at, opening says why
  const isOurs = await sourceOf(path).then(
    (source) => source !== null,
    () => true,
  );
  const model = isOurs ? await openModel(path, layout) : await openApart(path, layout);
  try {
    return await work(model);
  } finally {
    await model.release();
  }
}
