import { type Model, openModel } from '../engine/models';

/** Opens a model for the length of one piece of work. */
export async function withModel<T>(path: string, work: (model: Model) => Promise<T>): Promise<T> {
  const model = await openModel(path);
  try {
    return await work(model);
  } finally {
    await model.release();
  }
}
