/** The one photo that a window looks at. */
import { type Photo, type PhotoFrame, type Projection, UserError } from '../../../contract';
import type { StoredCode } from './stored';
import { UnreadableImage } from '../../images';
import { plainCrop } from '../../images/alignment/align';
import { lookForFace } from '../../images/faces';
import { type OpenPhoto, openPhoto, shownPhoto } from '../../images/photo';
import type { Model } from '../../models';
import { throwIfCancelled, type Watch } from '../../scheduling/watch';
import { cloudCodes } from '../cloud';
import { batchOf, encodePhoto, imageOf } from './encode';
import { findCode } from './find-code';

/** A photo that is looked at, and its code once it has one. */
export interface LookedAt {
  photo: OpenPhoto;
  projected: { frame: PhotoFrame; code: StoredCode } | null;
}

/** @throws UserError `bad-image` */
export async function lookAt(
  model: Model,
  bytes: Uint8Array,
  name: string,
): Promise<{ looked: LookedAt; shown: Photo }> {
  return refusing(name, async () => {
    const photo = await openPhoto(bytes, name);
    const { crop: frame, found } = model.faces
      ? await lookForFace(model.faces, photo.image)
      : { crop: plainCrop(photo.image), found: null };
    const how = found === null ? 'middle' : found ? 'face' : 'usual-place';
    return { looked: { photo, projected: null }, shown: { picture: await shownPhoto(photo), frame, found: how } };
  });
}

/**
 * Gives a photo its code.
 * @throws UserError `bad-image`, `cancelled`, and as `Model.encode` and `Model.decode`
 */
export async function project(
  model: Model,
  looked: LookedAt,
  frame: PhotoFrame,
  watch: Watch,
): Promise<Omit<Projection, 'typicality'>> {
  return refusing('', async () => {
    const target = await imageOf(model, looked.photo, frame);
    const code = model.card.canEncode
      ? await encodePhoto(model, looked.photo, frame)
      : { mu: Array.from(await findCode(model, target, cloudCodes(model), watch)), logVar: null };
    throwIfCancelled(watch.signal);
    const mu = Float32Array.from(code.mu);
    const drawn = await model.decode(mu);
    looked.projected = { frame, code };
    let squares = 0;
    for (let i = 0; i < target.length; i++) squares += (Math.min(1, Math.max(0, drawn[i])) - target[i]) ** 2;
    return {
      code: mu,
      original: batchOf(model, target),
      reconstruction: batchOf(model, drawn),
      mse: squares / target.length,
      usualMse: model.card.facts?.validationMse ?? null,
    };
  });
}

async function refusing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error;
    throw new UserError('bad-image.unusable', { file, reason: error.reason });
  }
}
