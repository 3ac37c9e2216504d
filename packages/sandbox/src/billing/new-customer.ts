/** Step checkout: a customer begins. */
import { type Customer, customerConstants } from '../objects/customer.ts';
import { insert, type World } from '../world.ts';

export const blankInvoiceSettings: Customer['invoice_settings'] = {
  custom_fields: null,
  default_payment_method: null,
  footer: null,
  rendering_options: null,
};

export function newCustomer(world: World, given: Partial<Customer>): Customer {
  return insert(
    world,
    'customers',
    {
      ...customerConstants,
      discount: null,
      id: world.ids.next('cus', 14),
      object: 'customer',
      address: null,
      balance: 0,
      created: world.now(),
      currency: null,
      delinquent: false,
      description: null,
      email: null,
      invoice_prefix: world.ids.next('', 8).slice(1).toUpperCase(),
      invoice_settings: blankInvoiceSettings,
      metadata: {},
      name: null,
      next_invoice_sequence: 1,
      phone: null,
      preferred_locales: [],
      shipping: null,
      tax_exempt: 'none',
      test_clock: null,
      ...given,
    },
    'customer.created',
  );
}
