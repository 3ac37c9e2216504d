import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { suite } from '../../stories/fixtures/catalogs.ts';
import { waitUntil } from '../support/wait-until.ts';

const spring = { id: 'c', name: 'Spring', percentOff: '20', duration: 'once' };
const asked: unknown[] = [];
const worker = setupWorker(
  http.get(`*${paths.catalog}`, () => HttpResponse.json(suite)),
  http.post(`*${paths.discounts}`, async ({ request }) => {
    const body = (await request.json()) as { promotionCode: string };
    asked.push(body);
    return body.promotionCode === 'SPRING'
      ? HttpResponse.json({ discount: spring })
      : HttpResponse.json({ code: 'promotion_code_unknown', instance: '1' }, { status: 422 });
  }),
);
beforeAll(() => worker.start({ quiet: true }));
afterAll(() => worker.stop());
afterEach(() => {
  asked.length = 0;
  fixtureCleanup();
});

async function show() {
  const provider = await fixture<TillProvider>(
    html`<till-provider plan="starter"><till-promotion-code></till-promotion-code><till-total></till-total></till-provider>`,
  );
  const field = provider.querySelector('till-promotion-code')!;
  const total = provider.querySelector('till-total')!;
  await waitUntil(() => field.shadowRoot!.querySelector('input'));
  const enter = (code: string): void => {
    field.shadowRoot!.querySelector('input')!.value = code;
    field.shadowRoot!.querySelector('button')!.click();
  };
  return { provider, field, enter, receipt: () => total.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ') };
}

describe('<till-promotion-code>', () => {
  it('takes a code that the server knows off the total, and gives it back', async () => {
    const { provider, field, enter, receipt } = await show();
    expect(receipt()).to.contain('Due today $9.00');
    enter(' SPRING ');
    await waitUntil(() => receipt().includes('Due today $7.20'));
    expect(receipt()).to.contain('Spring -$1.80').and.to.contain('Then $9.00 a month.');
    expect(asked).to.deep.equal([{ promotionCode: 'SPRING', selection: provider.store.state.selection }]);
    expect(provider.store.state.promotionCode).to.equal('SPRING');
    await expect(field).to.be.accessible();
    field.shadowRoot!.querySelector('button')!.click();
    await waitUntil(() => receipt().includes('Due today $9.00'));
    expect(provider.store.state.promotionCode).to.equal(undefined);
  });

  it('says what is wrong with a code, and keeps it to be mended', async () => {
    const { field, enter, receipt } = await show();
    enter('SPRNG');
    await waitUntil(() => field.shadowRoot!.querySelector('[role=alert]')!.textContent!.includes('no such code'));
    expect(field.shadowRoot!.querySelector('input')!.value).to.equal('SPRNG');
    expect(field.shadowRoot!.querySelector('input')!.getAttribute('aria-invalid')).to.equal('true');
    expect(receipt()).to.contain('Due today $9.00');
    await expect(field).to.be.accessible();
  });
});
