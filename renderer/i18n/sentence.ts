import { UserError } from '../../main/contract';
import { t } from './index.svelte';

/** What a person reads of an error: its own sentence, or for a fault of ours a plain one (the details go to the console). */
export function sentence(error: unknown): string {
  if (error instanceof UserError) return error.message;
  console.error(error);
  return t('common.unexpected');
}
