import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type DropId, type DropRequests, UserError } from '../../contract';
import { fromHome } from '../files';
import type { Receipt } from '../home/drops';
import type { Connection } from './connection';

export function dropRequests({ drops, gone }: Connection): DropRequests {
  const receipts = new Map<DropId, Receipt>();
  const receiptOf = (id: DropId): Receipt => {
    const found = receipts.get(id);
    if (!found) throw new UserError('bad-settings.drop-incomplete');
    return found;
  };
  const discard = async (id: DropId): Promise<void> => {
    const { receiving } = receiptOf(id);
    receipts.delete(id);
    await receiving.discard();
  };
  gone.addEventListener('abort', () => {
    for (const id of receipts.keys()) discard(id).catch((error: Error) => console.warn(error.message));
  });
  return {
    async beginDrop(name, files) {
      const id = randomUUID();
      receipts.set(id, await drops.begin(name, files));
      return id;
    },

    async dropBytes(id, bytes) {
      try {
        await receiptOf(id).receiving.write(bytes);
      } catch (error) {
        if (receipts.has(id)) await discard(id);
        throw error;
      }
    },

    async endDrop(id) {
      const receipt = receiptOf(id);
      receipts.delete(id);
      try {
        return await drops.end(receipt);
      } catch (error) {
        await receipt.receiving.discard();
        throw error;
      }
    },

    cancelDrop: discard,
    unpack: (file) => drops.unpack(path.resolve(fromHome(file))),
  };
}
