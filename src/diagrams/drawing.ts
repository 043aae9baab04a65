/** A scene in which everything has its place, in pixels from the upper left corner. */
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
  /** What the line runs into where it forks, and the lines from there to each target. */
  readonly branching: Branching | null;
  readonly label: Rectangle;
}

export interface Branching {
  readonly bar: Rectangle;
  readonly branches: readonly (readonly Point[])[];
}

/** Every line of an edge: to its target, or to the bar at which it forks and from there to each target. */
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

/** Around the inner box of a final state. */
export const finalRing = 4;
