/**
 * The HTML that an owner pastes.
 *
 * Promise: until the script has run, the tag takes about the room that it will take then, so that what stands below it
 * does not jump.
 */
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';

/** Pixels; measured on the default look at 16 px text. */
const size = {
  /** Interval switch, add-on list heading, total and button, with their gaps. */
  frame: 300,
  /** A plan card without its features. */
  card: 230,
  feature: 28,
  addOn: 76,
  gap: 16,
};

/** Viewport widths in pixels from which so many plan cards stand side by side. */
const columns = [
  { from: 0, cards: 1 },
  { from: 640, cards: 2 },
  { from: 960, cards: 3 },
  { from: 1280, cards: 4 },
];

/** Script tag, reserved height and `<till-checkout>`, for a server's origin. */
export function snippet(file: CatalogFile, server: string): string {
  const rules = columns.map(({ from, cards }) => {
    const rule = `till-checkout:not(:defined) { display: block; min-height: ${heightOf(file, cards)}px; }`;
    return from === 0 ? `  ${rule}` : `  @media (min-width: ${from}px) { ${rule} }`;
  });
  return [
    `<style>`,
    ...rules,
    `</style>`,
    `<script type="module" src="${server}/till.js"></script>`,
    `<till-checkout></till-checkout>`,
  ].join('\n');
}

function heightOf({ plans, addOns }: CatalogFile, cards: number): number {
  const rows = Math.ceil(plans.length / cards);
  const features = Math.max(0, ...plans.map((plan) => plan.features.length));
  const plansHeight = rows * (size.card + features * size.feature) + (rows - 1) * size.gap;
  return size.frame + plansHeight + addOns.length * size.addOn;
}
