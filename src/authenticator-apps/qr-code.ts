/** QR codes as pictures for the `src` of an image. */
import { encode } from 'uqr';

/** The quiet zone around a QR code, in modules (ISO/IEC 18004, 6.3.8). */
const quietZone = 4;

/** @returns an SVG of the text, as a data URL of a few kB. Error correction M reads well from a screen. */
export function qrCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  // The dark runs of a row are one stroke with gaps, so that the picture stays small: the session keeps it until the end.
  const strokes = data.map((row, y) => stroke(row, y)).join('');
  const ground = `<path fill='%23fff' d='M0,0h${size}v${size}H0z'/>`;
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${size} ${size}' shape-rendering='crispEdges'>${ground}<path stroke='%23000' d='${strokes}'/></svg>`
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E')
    .replaceAll(' ', '%20');
}

/** The path of the dark runs in a row, through the middle of its modules. */
function stroke(row: readonly boolean[], y: number): string {
  let path = '';
  let end = 0;
  for (const [start, length] of darkRuns(row)) {
    path += path === '' ? `M${start},${y + 0.5}h${length}` : `m${start - end},0h${length}`;
    end = start + length;
  }
  return path;
}

/** The runs of dark modules in a row, each as its start and its length. */
function darkRuns(row: readonly boolean[]): [start: number, length: number][] {
  return row.flatMap((isDark, start) => {
    if (!isDark || row[start - 1] === true) return [];
    const end = row.indexOf(false, start);
    return [[start, (end === -1 ? row.length : end) - start]];
  });
}
