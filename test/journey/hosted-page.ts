/** What a person does on the sandbox's hosted checkout page. */
import type { Page } from 'playwright';

/** Stripe's published test cards. */
export const cards = {
  success: '4242424242424242',
  declined: '4000000000000002',
  threeDSecure: '4000000000003220',
  failsLater: '4000000000000341',
} as const;

/** Fills in the form and submits it; does not wait for what comes next. */
export async function payWith(page: Page, card: string | undefined, email?: string): Promise<void> {
  await page.waitForURL(/\/c\/pay\//u);
  if (email) await page.getByLabel('Email').fill(email);
  if (card) {
    await page.getByLabel('Card number').fill(card);
    await page.getByLabel('Expiration').fill('12 / 34');
    await page.getByLabel('CVC').fill('123');
    await page.getByLabel('Cardholder name').fill('Ada Lovelace');
  }
  await page.getByRole('button', { name: /^(?:Pay|Subscribe|Start trial|Save card)/u }).click();
}
