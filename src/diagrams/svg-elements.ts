/** SVG as text: elements, attributes, coordinates. All drawing uses this file, so that the same picture always has the same bytes. */
import type { Point } from './drawing.ts';

export type Attributes = Readonly<Record<string, string | number | null>>;

/** @param children SVG text; empty children are omitted */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escaped(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  const inner = children.filter((child) => child !== '');
  if (children.length === 0) return `${open}/>`;
  return name === 'g' || name === 'svg' ? `${open}>\n${inner.join('\n')}\n</${name}>` : `${open}>${inner.join('')}</${name}>`;
}

export function at({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}

/** Two decimals: finer than any screen, coarser than the rounding differences between processors. */
export function rounded(length: number): string {
  const hundredths = Math.round(length * 100);
  return String(hundredths === 0 ? 0 : hundredths / 100);
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
