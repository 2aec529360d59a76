import { type Message, type MessageValue, UserError } from '../../main/contract';
import { language, t } from './index.svelte';

/** What a person reads of an error: its own sentence, or for a fault of ours a plain one (the details go to the console). */
export function sentence(error: unknown): string {
  if (error instanceof UserError) return words(error);
  console.error(error);
  return t('common.unexpected');
}

/** What the engine says, in the language of the window. */
export function words({ key, values }: Message): string {
  const filled = Object.entries(values).map(([name, value]) => [name, valueInWords(value)]);
  const find = t as (key: string, values: Record<string, string | number>) => string;
  return find(`engine.${key}`, Object.fromEntries(filled) as Record<string, string | number>);
}

function valueInWords(value: MessageValue): string | number {
  if (typeof value !== 'object') return value;
  return 'key' in value ? words(value) : value.map(words).join(language() === 'en' ? ' ' : '');
}
