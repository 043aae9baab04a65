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
  readonly label: Rectangle;
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
