/** Icons as paths in a box of 12 by 12. Glyphs of a font would differ between computers. */

/** Stroked, not filled. */
export const icons = {
  clock: 'M6 1A5 5 0 1 1 6 11A5 5 0 1 1 6 1M6 3.4V6L7.8 7.2',
  check: 'M1.9 6.5L4.8 9.3L10.1 3',
  triangle: 'M6 1.4L11 10.4H1ZM6 4.8V7.2M6 8.7V8.8',
  refuse: 'M6 1A5 5 0 1 1 6 11A5 5 0 1 1 6 1M3.4 6H8.6',
  bolt: 'M6.8 1L2.6 7H5.6L5.2 11L9.4 5H6.4Z',
  stay: 'M9.9 4.1A4.4 4.4 0 1 0 10.3 7.3M10.3 1.5V4.5H7.3',
  entry: 'M1 6H7M4.7 3.7L7 6L4.7 8.3M7.4 1.5H11V10.5H7.4',
  exit: 'M4 6H10.6M8.3 3.7L10.6 6L8.3 8.3M4.6 1.5H1V10.5H4.6',
  task: 'M4.2 2.2L10 6L4.2 9.8ZM1.6 2.2V9.8',
} as const satisfies Record<string, string>;

export type IconName = keyof typeof icons;
