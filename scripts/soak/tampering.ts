import { tamperOften } from '../../test/reliability/tampering-run.ts';
import type { SoakResult } from './results.ts';

/** 5,000 wishes that were tampered with, and what of them reached Stripe. */
export async function soakTampering(): Promise<SoakResult> {
  const { tried, taken, serverErrors, calls, violations } = await tamperOften(5000, 'soak');
  for (const violation of violations.slice(0, 20)) console.error(violation);
  return { tried, taken, serverErrors, calls, violations: violations.length };
}
