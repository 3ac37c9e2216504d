/** What Stripe has of one person, without ids and moments that differ from person to person: two histories that agree in it did the same. */
import type { Stripe } from 'stripe';
import type { Buyer } from './buyer.ts';

const all = { limit: 100 } as const;
const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).toSorted();
const last4 = (methods: readonly Stripe.PaymentMethod[], id: unknown): string =>
  methods.find((method) => method.id === (typeof id === 'object' && id !== null ? (id as { id: string }).id : id))?.card?.last4 ?? '';

function subscriptionState(subscription: Stripe.Subscription, methods: readonly Stripe.PaymentMethod[]): unknown[] {
  const { status, items, cancel_at, pause_collection, default_payment_method, schedule, metadata, pending_update } = subscription;
  const phases = typeof schedule === 'object' && schedule ? schedule.phases.map((phase) => phase.items.map(lineOf)) : [];
  return [
    status,
    sorted(items.data.map(lineOf)),
    cancel_at,
    pause_collection,
    last4(methods, default_payment_method),
    // a schedule of one phase changes nothing
    phases.length > 1 ? phases : [],
    metadata['till_plan'] ?? '',
    pending_update === null,
  ];
}

const lineOf = ({ price, quantity }: { price: unknown; quantity?: number | undefined }): unknown => [
  typeof price === 'object' ? (price as { id: string }).id : price,
  quantity,
];

/** Drafts that nothing will ever send, and invoices that were voided, cost nobody anything. */
const matters = ({ status, auto_advance }: Stripe.Invoice): boolean => status !== 'void' && !(status === 'draft' && !auto_advance);

async function customerState(client: Stripe, customer: Stripe.Customer): Promise<object> {
  const of = { customer: customer.id, ...all };
  const [subscriptions, invoices, intents, pending, methods] = await Promise.all([
    client.subscriptions.list({ ...of, status: 'all', expand: ['data.schedule'] }),
    client.invoices.list(of),
    client.paymentIntents.list(of),
    client.invoiceItems.list({ ...of, pending: true }),
    client.paymentMethods.list(of),
  ]);
  return {
    subscriptions: sorted(subscriptions.data.map((one) => subscriptionState(one, methods.data))),
    invoices: sorted(invoices.data.filter(matters).map(({ status, total, amount_paid }) => [status, total, amount_paid])),
    charges: sorted(intents.data.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)),
    pending: sorted(pending.data.map(({ amount }) => amount)),
    methods: sorted(methods.data.map(({ card }) => card?.last4)),
    balance: customer.balance,
    paysWith: last4(methods.data, customer.invoice_settings.default_payment_method),
  };
}

/** Customers by the person they were made for; those that a checkout made have the address of its form. */
export async function customersByPerson(client: Stripe): Promise<Map<string, Stripe.Customer[]>> {
  const found = new Map<string, Stripe.Customer[]>();
  for await (const customer of client.customers.list(all)) {
    const person = customer.metadata['till_subject'] ?? customer.email?.split('@')[0] ?? '';
    found.set(person, [...(found.get(person) ?? []), customer]);
  }
  return found;
}

/** The whole state of a person at Stripe as comparable text. */
export async function stateOf({ till }: Buyer, customers: readonly Stripe.Customer[]): Promise<string> {
  const client = await till.stripe();
  return JSON.stringify(await Promise.all(customers.map((customer) => customerState(client, customer))), null, 1);
}
