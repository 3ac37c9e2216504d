/** How a line came about, as data for the widgets to word. */
export type LineStep =
  | {
      /** "8 × €4.00 in tier 2, and €10.00". */
      readonly kind: 'tier';
      /** From 1. */
      readonly tier: number;
      readonly units: number;
      /** Decimal text, minor units. */
      readonly unitAmount: string;
      readonly flatAmount?: string;
    }
  | {
      /** "3 × 1,000 at €5.00". */
      readonly kind: 'packages';
      readonly packages: number;
      /** Units of one package. */
      readonly divideBy: number;
      readonly unitAmount: string;
    }
  | {
      /** Paid by use at the end of each period. */
      readonly kind: 'metered';
    }
  | {
      /** "18 of 30 days": the part of the period that is credited or charged. */
      readonly kind: 'share';
      /** Seconds. */
      readonly remaining: number;
      readonly period: number;
    };

/** Whether what is paid is counted by use, after the period. */
export const isMetered = (steps: readonly LineStep[] | undefined): boolean => steps?.[0]?.kind === 'metered';

/** Whether that is so for any of some lines. */
export const hasMetered = (lines: readonly { readonly steps?: readonly LineStep[] }[]): boolean =>
  lines.some(({ steps }) => isMetered(steps));
