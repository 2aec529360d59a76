// What kind of machine a native library is for, and what it needs beside it: read from its own head.

/** Libraries that every Windows has: the kernel's, the C runtime of Windows 10 and Node's own names. */
export function isSystemLibrary(/** @type {string} */ name) {
  return /^(api-ms-win-|ext-ms-)|^(kernel32|kernelbase|user32|gdi32|gdiplus|shell32|ole32|oleaut32|advapi32|ws2_32|dxgi|d3d1[12]|dxcore|dbghelp|setupapi|cfgmgr32|bcrypt|bcryptprimitives|crypt32|ntdll|msvcrt|ucrtbase|version|winmm|iphlpapi|userenv|shlwapi|psapi|powrprof|propsys|windowscodecs|mfplat|usp10|dwrite|dnsapi|normaliz|secur32|comctl32|comdlg32|imm32|node|node\.exe)(\.dll|\.exe)?$/i.test(
    name,
  );
}

/**
 * The system and processor that a native library was made for, or null for another kind of file.
 * @param {Buffer} file its first kilobytes suffice
 * @returns {string | null} as `linux-x64`
 */
export function machineOf(file) {
  if (file.length > 64 && file.readUInt32BE(0) === 0x7f454c46) {
    return { 62: 'linux-x64', 183: 'linux-arm64' }[file.readUInt16LE(18)] ?? 'linux-other';
  }
  if (file.length > 8 && file.readUInt32LE(0) === 0xfeedfacf) {
    return { 0x01000007: 'mac-x64', 0x0100000c: 'mac-arm64' }[file.readUInt32LE(4)] ?? 'mac-other';
  }
  if (file.length > 64 && file.toString('latin1', 0, 2) === 'MZ') {
    const head = file.readUInt32LE(0x3c);
    if (file.length < head + 6 || file.toString('latin1', head, head + 4) !== 'PE\0\0') return null;
    return { 0x8664: 'win-x64', 0xaa64: 'win-arm64' }[file.readUInt16LE(head + 4)] ?? 'win-other';
  }
  return null;
}

/** Names of the libraries that a Windows library imports when it is loaded. @param {Buffer} file whole @returns {string[]} */
export function importsOf(file) {
  if (!machineOf(file)?.startsWith('win-')) return [];
  const head = file.readUInt32LE(0x3c) + 4;
  const sections = file.readUInt16LE(head + 2);
  const optional = head + 20;
  // PE32+: the table of directories follows 112 bytes; the second entry is that of imports
  const table = file.readUInt32LE(optional + 112 + 8);
  if (table === 0) return [];
  const first = optional + file.readUInt16LE(head + 16);
  /** @param {number} address in memory @returns {number} its place in the file */
  const place = (address) => {
    for (let at = first; at < first + sections * 40; at += 40) {
      const [size, start, , raw] = [8, 12, 16, 20].map((offset) => file.readUInt32LE(at + offset));
      if (address >= start && address < start + size) return address - start + raw;
    }
    throw new Error('an address outside of all sections');
  };
  const names = [];
  for (let at = place(table); file.readUInt32LE(at + 12) !== 0; at += 20) {
    const start = place(file.readUInt32LE(at + 12));
    names.push(file.toString('latin1', start, file.indexOf(0, start)));
  }
  return names;
}
