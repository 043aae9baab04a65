/** A scene with positions, in pixels from the upper left corner. */
import type { Initial, Scene, SceneBox, SceneEdge } from './scene.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface DrawnBox extends SceneBox {
  readonly frame: Rectangle;
}

export interface DrawnEdge extends SceneEdge {
  readonly points: readonly Point[];
  /** The bar at which the line forks, and the lines from there to each target. */
  readonly branching: Branching | null;
  readonly label: Rectangle;
}

export interface Branching {
  readonly bar: Rectangle;
  readonly branches: readonly (readonly Point[])[];
}

/** All lines of an edge: one to its target, or one to the bar of its fork and one from there to each target. */
export function linesOf({ points, branching }: DrawnEdge): (readonly Point[])[] {
  return [points, ...(branching?.branches ?? [])];
}

export interface DrawnInitial extends Initial {
  readonly centre: Point;
  readonly radius: number;
  readonly points: readonly Point[];
}

export interface Drawing extends Omit<Scene, 'boxes' | 'edges' | 'initials'> {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DrawnBox[];
  readonly edges: readonly DrawnEdge[];
  readonly initials: readonly DrawnInitial[];
}

/** The gap between the two borders of a final state, in pixels. */
export const finalRing = 4;

/** Drawn over a picture, with room below the picture for a legend. */
export interface Overlay {
  readonly width: number;
  readonly height: number;
  readonly style: string;
  /** Between the lines of an edge and its label. */
  readonly onLines: (edge: DrawnEdge) => string;
  readonly elements: readonly string[];
}

export const noOverlay: Pick<Overlay, 'style' | 'onLines' | 'elements'> = { style: '', onLines: () => '', elements: [] };
