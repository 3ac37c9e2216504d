/** What the server's own tables hold about people; a table or column that is not named here does not compile. */
import type { Described } from '../../store/personal-data.ts';
import type { Schema } from '../../store/schema.ts';

/** In the order in which an export tells them and an erasure deletes them. */
export const ownTables = {
  identities: {
    purpose: 'Which Stripe customer belongs to whom; until erased.',
    columns: { issuer: 'issuer', subject: 'subject', customerId: 'customer', email: 'email', emailDue: 'email', createdAt: 'told' },
  },
  formerCustomers: {
    purpose: 'Whose a Stripe customer was that the owner deleted there, or from which a code led to another; until erased.',
    columns: { issuer: 'issuer', subject: 'subject', customerId: 'customer' },
  },
  sessions: {
    purpose: 'Sign-ins, until a day after they ended.',
    columns: {
      tokenHash: 'secret',
      issuer: 'issuer',
      subject: 'subject',
      origin: 'told',
      // the hash of the first token
      familyId: 'secret',
      method: 'told',
      authTime: 'told',
      issuedAt: 'told',
      lastUsedAt: 'told',
      expiresAt: 'told',
      parentHash: 'secret',
      successorHash: 'secret',
      rotatedAt: 'told',
      retiredAt: 'told',
    },
  },
  checkoutIntents: {
    purpose: 'Checkouts that were begun, for 35 days.',
    columns: {
      id: 'secret',
      checkoutSessionId: 'checkoutSession',
      verifierHash: 'secret',
      origin: 'told',
      issuer: 'issuer',
      subject: 'subject',
      selection: 'json',
      status: 'told',
      createdAt: 'told',
      completedAt: 'told',
      sessionFamily: 'secret',
    },
  },
  checkoutSlots: {
    purpose: 'The one checkout that may be open, for 35 days.',
    columns: {
      owner: 'row',
      planGroup: 'told',
      intentId: 'secret',
      checkoutSessionId: 'checkoutSession',
      attempt: 'told',
      startedAt: 'told',
      holder: 'secret',
      heldUntil: 'told',
    },
  },
  paymentSetups: {
    purpose: 'Cards that were to be added, for 35 days.',
    columns: {
      checkoutSessionId: 'checkoutSession',
      customerId: 'customer',
      subscriptionId: 'subscription',
      invoiceId: 'told',
      resumption: 'json',
      status: 'told',
      createdAt: 'told',
    },
  },
  pendingChanges: {
    purpose: 'A change that is being made; a day at most.',
    columns: {
      subscriptionId: 'subscription',
      customerId: 'customer',
      id: 'secret',
      change: 'json',
      createdAt: 'told',
      holder: 'secret',
      heldUntil: 'told',
    },
  },
  customers: {
    purpose: 'When all their subscriptions were last read; until erased.',
    columns: { id: 'customer', seenAt: 'told' },
  },
  subscriptions: {
    purpose: 'A copy of what Stripe has; until erased.',
    columns: { id: 'subscription', customerId: 'customer', fact: 'json', fetchToken: 'told', seenAt: 'told' },
  },
  goneSubscriptions: {
    purpose: 'Subscriptions that Stripe does not have any more, for a day.',
    columns: { id: 'subscription', fetchToken: 'told', goneAt: 'told' },
  },
  purchases: {
    purpose: 'What was paid once; until erased.',
    columns: {
      checkoutSessionId: 'checkoutSession',
      customerId: 'customer',
      productId: 'told',
      quantity: 'told',
      state: 'told',
      fetchToken: 'told',
      seenAt: 'told',
    },
  },
  outboxDeliveries: {
    purpose: 'How far the telling is, for 35 days.',
    columns: { outboxId: 'row', consumer: 'told', status: 'told', attempts: 'told', nextAt: 'told', lastError: 'told' },
  },
  outbox: {
    purpose: 'What was told to the owner and to them, for 35 days.',
    columns: { id: 'row', type: 'told', dedupeKey: 'told', payload: 'json', status: 'told', createdAt: 'told' },
  },
  inbox: {
    purpose: 'Stripe’s events about them that are not applied yet.',
    columns: {
      eventId: 'told',
      type: 'told',
      subjectKind: 'told',
      subjectId: 'stripe',
      receivedAt: 'told',
      status: 'told',
      attempts: 'told',
      nextAt: 'told',
      claimedUntil: 'told',
      lastError: 'told',
      appliedAt: 'told',
    },
    // the event's own id stays, so that it is not taken for a new one
    instead: (now) => ({ subjectId: '', status: 'applied', lastError: null, appliedAt: now }),
  },
  ownerTokens: { impersonal: 'random ids of tokens, without whose they were', columns: ['jti', 'expiresAt'] },
  secrets: { impersonal: 'keys of the server', columns: ['name', 'value'] },
  counters: { impersonal: 'counters of the server', columns: ['name', 'value'] },
  rateTurns: { impersonal: 'networks under a keyed hash whose key is gone after two days', columns: ['key', 'turns', 'expiresAt'] },
  erased: { impersonal: 'hashes by which an erased customer stays away', columns: ['customerHash', 'erasedAt'] },
} satisfies Described<Schema>;
