import { describe, expect, it } from 'vitest';
import { customerWith, stand } from './stand.ts';

describe('customers', () => {
  it('keeps what is said about them, and clears what is emptied', async () => {
    const { stripe, sandbox } = stand();
    const made = await stripe.customers.create({
      name: 'Ada Lovelace',
      business_name: 'Engines Ltd',
      address: { line1: '1 Main Street', city: 'London', country: 'GB', postal_code: 'N1' },
      shipping: { name: 'Ada', address: { line1: '2 Side Street', country: 'GB' } },
      invoice_settings: { footer: 'Thank you', custom_fields: [{ name: 'PO', value: '17' }] },
      tax_exempt: 'reverse',
      preferred_locales: ['en-GB'],
      metadata: { a: '1', b: '2' },
    });
    expect(made).toMatchObject({
      address: { city: 'London', line2: null },
      shipping: { name: 'Ada', phone: null },
      invoice_settings: { footer: 'Thank you', custom_fields: [{ name: 'PO', value: '17' }] },
      tax_exempt: 'reverse',
      business_name: 'Engines Ltd',
    });
    const changed = await stripe.customers.update(made.id, { address: '', metadata: { a: '' }, invoice_settings: { footer: '' } });
    expect(changed).toMatchObject({ address: null, metadata: { b: '2' }, tax_exempt: 'reverse', invoice_settings: { footer: null } });
    expect(changed.invoice_settings.custom_fields).toHaveLength(1);
    const [told] = sandbox.events().filter(({ type }) => type === 'customer.updated');
    expect(told?.data.previous_attributes).toMatchObject({ address: { city: 'London' }, metadata: { a: '1', b: '2' } });
  });

  it('knows where taxes are due, when asked to show it', async () => {
    const { stripe } = stand();
    const at = await stripe.customers.create({ address: { country: 'DE' }, expand: ['tax', 'tax_ids'] });
    expect(at.tax).toMatchObject({ automatic_tax: 'supported', location: { country: 'DE', source: 'billing_address' } });
    expect(at.tax_ids).toMatchObject({ object: 'list', data: [] });
    const nowhere = await stripe.customers.create({ expand: ['tax'] });
    expect(nowhere.tax).toMatchObject({ automatic_tax: 'unrecognized_location', location: null });
    await expect(stripe.customers.create({ tax: { validate_location: 'immediately' } })).rejects.toMatchObject({
      code: 'customer_tax_location_invalid',
    });
  });

  it('refuses an email that is none and a prefix that cannot be printed', async () => {
    const { stripe } = stand();
    await expect(stripe.customers.create({ email: 'ada' })).rejects.toMatchObject({ code: 'email_invalid', param: 'email' });
    await expect(stripe.customers.create({ invoice_prefix: 'a b' })).rejects.toMatchObject({ param: 'invoice_prefix' });
  });

  it('leaves a name behind when one is deleted', async () => {
    const { stripe } = stand();
    const { id } = await customerWith(stripe);
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
    await expect(stripe.customers.update(id, { name: 'x' })).rejects.toMatchObject({ code: 'resource_missing' });
  });

  it('shows a payment method only to its own customer', async () => {
    const { stripe } = stand();
    const [ada, bob] = [await customerWith(stripe), await customerWith(stripe)];
    const { data } = await stripe.customers.listPaymentMethods(ada.id);
    const method = data[0]?.id ?? '';
    expect(await stripe.customers.retrievePaymentMethod(ada.id, method)).toMatchObject({ customer: ada.id });
    await expect(stripe.customers.retrievePaymentMethod(bob.id, method)).rejects.toMatchObject({ code: 'resource_missing' });
  });
});

describe('tax ids', () => {
  it('are pending at first and judged afterwards', async () => {
    const { stripe, sandbox } = stand();
    const { id } = await stripe.customers.create({ tax_id_data: [{ type: 'eu_vat', value: 'DE123456789' }] });
    const bad = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE111111111' });
    const open = await stripe.taxIds.create({ type: 'gb_vat', value: 'GB222222222', owner: { type: 'customer', customer: id } });
    const unchecked = await stripe.taxIds.create({ type: 'us_ein', value: '12-3456789', owner: { type: 'customer', customer: id } });
    expect(bad).toMatchObject({ country: 'DE', verification: { status: 'pending' } });
    const { data } = await stripe.customers.listTaxIds(id);
    expect(data.map(({ verification }) => verification?.status)).toEqual(['unavailable', 'pending', 'unverified', 'verified']);
    expect(await stripe.taxIds.retrieve(open.id)).toMatchObject({ customer: id, country: 'GB' });
    expect(unchecked.value).toBe('12-3456789');
    const told = sandbox.events().map(({ type }) => type);
    expect(told.filter((type) => type === 'customer.tax_id.created')).toHaveLength(4);
    expect(told.filter((type) => type === 'customer.tax_id.updated')).toHaveLength(2);
  });

  it('are deleted by either way, and belong to one customer', async () => {
    const { stripe } = stand();
    const [ada, bob] = [await stripe.customers.create(), await stripe.customers.create()];
    const first = await stripe.customers.createTaxId(ada.id, { type: 'eu_vat', value: 'FR12345678901' });
    const second = await stripe.customers.createTaxId(ada.id, { type: 'ch_vat', value: 'CHE-123.456.789 MWST' });
    expect(await stripe.customers.retrieveTaxId(ada.id, first.id)).toMatchObject({ country: 'FR' });
    await expect(stripe.customers.deleteTaxId(bob.id, first.id)).rejects.toMatchObject({ code: 'resource_missing' });
    expect(await stripe.customers.deleteTaxId(ada.id, first.id)).toMatchObject({ deleted: true });
    expect(await stripe.taxIds.del(second.id)).toMatchObject({ deleted: true });
    expect((await stripe.customers.listTaxIds(ada.id)).data).toEqual([]);
  });

  it('can belong to the account, and have to be of a known type and form', async () => {
    const { stripe } = stand();
    const own = await stripe.taxIds.create({ type: 'eu_vat', value: 'IE1234567WA' });
    expect(own).toMatchObject({ customer: null, owner: { type: 'self' } });
    expect((await stripe.taxIds.list()).data).toMatchObject([{ id: own.id }]);
    await expect(stripe.taxIds.create({ type: 'xx_vat', value: '1' })).rejects.toMatchObject({ param: 'type' });
    await expect(stripe.taxIds.create({ type: 'eu_vat', value: '12' })).rejects.toMatchObject({ code: 'tax_id_invalid' });
  });
});

describe('customer balance', () => {
  it('adds up, and each step keeps where it led', async () => {
    const { stripe } = stand();
    const { id } = await stripe.customers.create({ balance: -500 });
    const credit = await stripe.customers.createBalanceTransaction(id, { amount: -1000, currency: 'usd', description: 'sorry' });
    const debit = await stripe.customers.createBalanceTransaction(id, { amount: 300, currency: 'usd' });
    expect([credit.ending_balance, debit.ending_balance]).toEqual([-1500, -1200]);
    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: -1200 });
    await stripe.customers.updateBalanceTransaction(id, credit.id, { metadata: { why: 'late' } });
    expect(await stripe.customers.retrieveBalanceTransaction(id, credit.id)).toMatchObject({
      description: 'sorry',
      metadata: { why: 'late' },
    });
    expect((await stripe.customers.listBalanceTransactions(id)).data.map((row) => row.id)).toEqual([debit.id, credit.id]);
  });
});

describe('customer sessions', () => {
  it('fill in what the payment element may do', async () => {
    const { stripe } = stand();
    const { id } = await stripe.customers.create();
    const session = await stripe.customerSessions.create({
      customer: id,
      components: {
        payment_element: { enabled: true, features: { payment_method_remove: 'enabled' } },
        active_entitlements: { enabled: true },
      },
    });
    expect(session.client_secret).toMatch(/^cuss_secret_/u);
    expect(session.components).toMatchObject({
      active_entitlements: { enabled: true },
      payment_element: { enabled: true, features: { payment_method_remove: 'enabled', payment_method_save: 'disabled' } },
      pricing_table: { enabled: false },
    });
    await expect(
      stripe.customerSessions.create({
        customer: id,
        components: { payment_element: { enabled: true, features: { payment_method_save: 'enabled' } } },
      }),
    ).rejects.toMatchObject({ param: 'components[payment_element][features][payment_method_save_usage]' });
  });
});

describe('the account', () => {
  it('answers who it is', async () => {
    const { stripe } = stand();
    const account = await stripe.accounts.retrieveCurrent();
    expect(account).toMatchObject({ object: 'account', charges_enabled: true });
    expect(await stripe.accounts.retrieve(account.id)).toEqual(account);
    await expect(stripe.accounts.retrieve('acct_other')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('registers a domain once, and can switch it off', async () => {
    const { stripe } = stand();
    const domain = await stripe.paymentMethodDomains.create({ domain_name: 'shop.example.com' });
    expect(domain).toMatchObject({ enabled: true, apple_pay: { status: 'active' } });
    expect((await stripe.paymentMethodDomains.create({ domain_name: 'SHOP.example.com' })).id).toBe(domain.id);
    expect(await stripe.paymentMethodDomains.update(domain.id, { enabled: false })).toMatchObject({ google_pay: { status: 'inactive' } });
    expect(await stripe.paymentMethodDomains.validate(domain.id)).toMatchObject({ id: domain.id });
    expect((await stripe.paymentMethodDomains.list({ enabled: true })).data).toEqual([]);
    await expect(stripe.paymentMethodDomains.create({ domain_name: 'https://shop.example.com' })).rejects.toMatchObject({
      param: 'domain_name',
    });
    const [configuration] = (await stripe.paymentMethodConfigurations.list()).data;
    expect(configuration).toMatchObject({ is_default: true, card: { available: true } });
  });
});
