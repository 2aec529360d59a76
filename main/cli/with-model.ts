import { type Model, openModel } from '../engine/models';
import { type LayoutOptions, layoutOf } from './layout';

/** Opens a model for the length of one piece of work. @param options how a decoder made elsewhere is to be read */
export async function withModel<T>(
  path: string,
  work: (model: Model) => Promise<T>,
  options: LayoutOptions = {},
): Promise<T> {
  const model = await openModel(path, layoutOf(options));
  try {
    return await work(model);
  } finally {
    await model.release();
  }
}
