const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
  webm: 'video/webm',
  zip: 'application/zip',
  webp: 'image/webp',
  gif: 'image/gif',
  csv: 'text/csv',
};

/** Hands bytes to the browser as a file to be saved where downloads go. @param name see `fileName` */
export function saveFile(name: string, bytes: Uint8Array): void {
  const type = TYPES[name.split('.').at(-1)!] ?? 'application/octet-stream';
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // the download has its own hold on the bytes once it has begun
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
