/** A model's name, made safe for a file system. */
export function folderName(name: string): string {
  const safe = name.trim().replace(/[^\p{L}\p{N} ._-]+/gu, '-');
  return safe.replace(/^[.\s]+|[.\s]+$/g, '') || 'model';
}
