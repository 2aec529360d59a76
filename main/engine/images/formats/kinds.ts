/** What an image file is: said by its first bytes, whatever its name says. */
import { message } from '../../../contract';
import { UnreadableImage } from './raster';

/** Formats that are read; `sharp`: by that library. */
export type Format = 'jpeg' | 'sharp' | 'avif' | 'heic' | 'jpeg2000' | 'bmp' | 'netpbm' | 'tga';

/** Bytes at the start of a file that tell its format: SVG may begin with declarations and comments. */
export const HEAD = 1024;

/** Names of image formats that no part of the app reads, by extension; for the sentence that says so. */
const UNREAD: Record<string, string> = {
  jxl: 'JPEG XL',
  svg: 'SVG',
  psd: 'Photoshop',
  psb: 'Photoshop',
  xcf: 'GIMP',
  kra: 'Krita',
  ico: 'ICO',
  icns: 'ICNS',
  exr: 'OpenEXR',
  hdr: 'Radiance HDR',
  pfm: 'PFM',
  dds: 'DDS',
  qoi: 'QOI',
  pcx: 'PCX',
  sgi: 'SGI',
  ras: 'Sun raster',
  xbm: 'XBM',
  xpm: 'XPM',
  fits: 'FITS',
  dcm: 'DICOM',
  djvu: 'DjVu',
  jxr: 'JPEG XR',
  wmf: 'WMF',
  emf: 'EMF',
  eps: 'EPS',
  ai: 'Illustrator',
  cdr: 'CorelDRAW',
  cur: 'CUR',
  rgb: 'SGI',
  rgba: 'SGI',
  jls: 'JPEG-LS',
  mng: 'MNG',
  jng: 'JNG',
  ktx: 'KTX',
  ktx2: 'KTX',
  vtf: 'VTF',
  blp: 'BLP',
  dpx: 'DPX',
  cin: 'Cineon',
  pct: 'PICT',
  pict: 'PICT',
  wbmp: 'WBMP',
  msp: 'MSP',
  pdn: 'Paint.NET',
  ora: 'OpenRaster',
  procreate: 'Procreate',
  clip: 'Clip Studio',
  afphoto: 'Affinity Photo',
  sketch: 'Sketch',
};
/** Cameras' own formats look like TIFF files, and hold a small preview where one expects the photograph. */
const RAW = /^(3fr|arw|cr2|cr3|crw|dcr|dng|erf|kdc|mef|mos|mrw|nef|nrw|orf|pef|raf|raw|rw2|sr2|srf|srw|x3f)$/;

const READ =
  /^(jpe?g|jpe|jfif|pjpeg|pjp|mpo|png|apng|webp|gif|avif|avifs|tiff?|bmp|dib|rle|heic|heif|hif|heics|heifs|jp2|j2k|j2c|jpc|jpf|jpx|pbm|pgm|ppm|pnm|pam|tga|icb|vda|vst)$/;

/** Files that lie beside images and are none: not opened to find out. */
const OTHER =
  /^(txt|md|csv|tsv|json|jsonl|ya?ml|xml|html?|js|ts|py|ipynb|sh|bat|ini|cfg|log|lock|toml|pdf|docx?|xlsx?|zip|gz|bz2|xz|7z|rar|tar|tgz|onnx|pb|pt|pth|ckpt|npy|npz|mat|h5|hdf5|pkl|parquet|safetensors|bin|dat|data|db|sqlite|mp3|wav|flac|mp4|mov|avi|mkv|webm|exe|dll|so|dylib|lnk|url|aae|xmp|thm)$/i;

/** The extension of a file's name in lower case, without its dot. */
const extensionOf = (name: string): string => /\.([^./\\]*)$/.exec(name)?.[1].toLowerCase() ?? '';

/**
 * Whether a file is an image as far as its name tells; null where only its content does. Images of formats that cannot be
 * read count: they are to be skipped by name, not ignored. Hidden files do not count, nor macOS's `._` companions.
 */
export function saysImage(name: string): boolean | null {
  if (name.startsWith('.')) return false;
  const extension = extensionOf(name);
  if (READ.test(extension) || RAW.test(extension) || extension in UNREAD) return true;
  return OTHER.test(extension) ? false : null;
}

/** Whether a file's name says that it is an image. */
export const isImageName = (name: string): boolean => saysImage(name) === true;

/**
 * The format of the file that begins with `head`; null for none that is known.
 * @param head its first `HEAD` bytes, fewer where it is shorter
 */
export function formatOf(head: Uint8Array): Format | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n') || /^GIF8[79]a/.test(text)) return 'sharp';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'sharp';
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'sharp';
  if (text.startsWith('ftyp', 4)) {
    const brands = text.slice(8, Math.min(HEAD, Buffer.from(head).readUInt32BE(0)));
    if (/avi[fs]/.test(brands)) return 'avif';
    if (/hei[cmxs]|hev[cmx]|mif1|msf1/.test(brands)) return 'heic';
    return null;
  }
  if (text.startsWith('\0\0\0\x0cjP  \r\n\x87\n') || text.startsWith('\xff\x4f\xff\x51')) return 'jpeg2000';
  if (/^P[1-7][\s#]/.test(text)) return 'netpbm';
  if (isBmp(head)) return 'bmp';
  return null;
}

/** `BM`, and one of the sizes that the header after it comes in: two letters alone begin many a text. */
function isBmp(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return (
    bytes.length >= 26 &&
    bytes.toString('latin1', 0, 2) === 'BM' &&
    [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14))
  );
}

/**
 * The format of a file by its content, where that says nothing by its name.
 * @throws UnreadableImage naming the format where it is one that is not read
 */
export function readableFormat(bytes: Uint8Array, file: string): Format {
  if (bytes.length === 0) throw new UnreadableImage(message('unreadable.empty'));
  const extension = extensionOf(file);
  const head = bytes.subarray(0, HEAD);
  const format = formatOf(head);
  if (RAW.test(extension) && format !== 'jpeg') {
    throw new UnreadableImage(message('unreadable.raw', { format: extension.toUpperCase() }));
  }
  if (format) return format;
  const named = unreadByContent(head) ?? UNREAD[extension];
  if (named) throw new UnreadableImage(message('unreadable.format', { format: named }));
  // TGA files begin with no mark of their own.
  if (/^(tga|icb|vda|vst)$/.test(extension)) return 'tga';
  if (/^(\s|\ufeff)*<(!doctype|html|head|body|\?xml)/i.test(asText(head))) {
    throw new UnreadableImage(message('unreadable.web-page'));
  }
  if (asText(head).startsWith('version https://git-lfs')) {
    throw new UnreadableImage(message('unreadable.git-lfs'));
  }
  throw new UnreadableImage(message('unreadable.no-image'));
}

const asText = (head: Uint8Array): string => Buffer.from(head).toString('utf8');

/** Formats that are not read and that their first bytes tell; null for others. */
export function unreadByContent(head: Uint8Array): string | null {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('\xff\x0a') || text.startsWith('\0\0\0\x0cJXL ')) return UNREAD.jxl;
  if (text.startsWith('8BPS')) return UNREAD.psd;
  if (text.startsWith('gimp xcf')) return UNREAD.xcf;
  if (text.startsWith('v/1\x01')) return UNREAD.exr;
  if (text.startsWith('#?RADIANCE')) return UNREAD.hdr;
  if (text.startsWith('DDS ')) return UNREAD.dds;
  if (text.startsWith('qoif')) return UNREAD.qoi;
  if (text.startsWith('\0\0\x01\0') && head[4] > 0 && head[5] === 0) return UNREAD.ico;
  if (text.startsWith('II\xbc\x01')) return UNREAD.jxr;
  if (/^P[Ff]\s/.test(text)) return UNREAD.pfm;
  if (/^(\s|\xef\xbb\xbf)*<(svg|\?xml|!--|!doctype svg)/i.test(text) && /<svg[\s>]/.test(text)) return UNREAD.svg;
  if (text.startsWith('%PDF')) return 'PDF';
  if (text.startsWith('%!PS')) return UNREAD.eps;
  if (/^.{4}ftyp(isom|iso\d|mp4\d|M4V|qt|avc1|dash|3gp)/s.test(text)) return 'MP4 video';
  return null;
}
