import { maxLogoBytes } from '@/lib/applications/settings';

/** Edges tried, in pixels, until the picture is small enough; twice the largest tile on a sharp screen first. */
const edges = [256, 192, 128, 96];
/** Larger files are refused before they are decoded. */
const maxUploadBytes = 8 * 1024 * 1024;

/**
 * Re-encodes an uploaded picture as a data URL of at most 64 KiB, in the browser: whatever the file carried besides
 * its pixels stays behind. @throws Error with a sentence for people
 */
export async function shrinkPicture(file: File): Promise<string> {
  if (!/^image\/(png|jpeg|webp|gif)$/.test(file.type)) throw new Error('Choose a PNG, JPEG or WebP picture.');
  if (file.size > maxUploadBytes) throw new Error('The file is larger than 8 MiB. Choose a smaller picture.');
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('This file cannot be read as a picture.');
  });
  for (const edge of edges) {
    const url = draw(bitmap, edge);
    if ((url.length * 3) / 4 <= maxLogoBytes) return url;
  }
  throw new Error('The picture does not fit into 64 KiB. Choose one with less detail.');
}

function draw(bitmap: ImageBitmap, edge: number): string {
  const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser cannot re-encode pictures.');
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}
