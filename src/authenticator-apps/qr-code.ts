/** QR codes as pictures for the `src` of an image. */
import { encode } from 'uqr';

/** The quiet zone around a QR code, in modules (ISO/IEC 18004, 6.3.8). */
const quietZone = 4;

/** @returns an SVG of the text, as a data URL. Error correction M reads well from a screen. */
export function qrCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  const path = data
    .map((row, y) =>
      darkRuns(row)
        .map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)
        .join(''),
    )
    .join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** The runs of dark modules in a row, each as its start and its length. */
function darkRuns(row: readonly boolean[]): [start: number, length: number][] {
  return row.flatMap((isDark, start) => {
    if (!isDark || row[start - 1] === true) return [];
    const end = row.indexOf(false, start);
    return [[start, (end === -1 ? row.length : end) - start]];
  });
}
