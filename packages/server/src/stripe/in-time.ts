import { BillingError } from '../http/billing-error.ts';

/** The answer, which is waited for no longer than so many milliseconds; a late one still ends what it began. */
export function inTime<Answer>(answer: Promise<Answer>, milliseconds: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BillingError('stripe_unavailable', { cause: new Error('Stripe takes long to answer.') })),
      milliseconds,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
