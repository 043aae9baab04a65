/** The drawing of comparisons, loaded together: the layout needs an optional package. */
export { drawComparison } from '../../diagrams/comparison-svg.ts';
export { layOut } from '../../diagrams/layout.ts';
export { wholeScene } from '../../diagrams/scene.ts';
