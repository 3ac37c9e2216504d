/**
 * The tables, as Kysely sees them. Moments are Unix seconds, JSON is text, names are snake_case in SQL.
 *
 * Promise: nothing stands here that Stripe does not know or that this server could not do without; card data, names
 * and addresses never do.
 */
export interface Schema {
  identities: {
    /** `iss` of the owner's tokens, or `checkout` for a buyer known by a finished checkout only. */
    issuer: string;
    subject: string;
    customerId: string | null;
    email: string | null;
    /** A proved address that Stripe's customer does not have yet. */
    emailDue: string | null;
    createdAt: number;
  };
  /** Whom somebody reached until the owner deleted that customer at Stripe, or a code led to another: what is kept of it is still theirs. */
  formerCustomers: { issuer: string; subject: string; customerId: string };
  sessions: {
    /** SHA-256 of the token; the token itself is nowhere. */
    tokenHash: string;
    issuer: string;
    subject: string;
    origin: string;
    /** All tokens that followed from one sign-in. */
    familyId: string;
    /** How the person proved who they are: `owner`, `checkout`, or the name of a module's way in. */
    method: string;
    authTime: number;
    issuedAt: number;
    lastUsedAt: number;
    expiresAt: number;
    /** The token that this one follows, until this one is first used. */
    parentHash: string | null;
    /** The token that follows this one, and since when. */
    successorHash: string | null;
    rotatedAt: number | null;
    /** Since when the one that follows is in use. */
    retiredAt: number | null;
  };
  /** Ids of the owner's tokens that were exchanged; each works once. */
  ownerTokens: { jti: string; expiresAt: number };
  checkoutIntents: {
    id: string;
    checkoutSessionId: string;
    verifierHash: string;
    origin: string;
    issuer: string | null;
    subject: string | null;
    selection: string;
    status: 'open' | 'complete' | 'exchanged' | 'expired';
    createdAt: number;
    completedAt: number | null;
    /** The session that it was exchanged for. */
    sessionFamily: string | null;
  };
  /** Pages of Stripe's on which a customer enters a payment method. */
  paymentSetups: {
    checkoutSessionId: string;
    customerId: string;
    /** What goes on afterwards, with the ids of the invoices that were open when the customer said so, a space between them. */
    subscriptionId: string | null;
    invoiceId: string | null;
    /** What the customer was shown that resuming costs; JSON. */
    resumption: string | null;
    status: 'open' | 'default' | 'done';
    createdAt: number;
  };
  /** Subscriptions that are being changed; the change is JSON, `null` while nothing was asked of Stripe. */
  pendingChanges: {
    subscriptionId: string;
    customerId: string;
    id: string;
    change: string;
    createdAt: number;
    /** The request that works on it, in unix seconds until when. */
    holder: string | null;
    heldUntil: number;
  };
  /** One row per Stripe event that was acknowledged. */
  inbox: {
    eventId: string;
    type: string;
    subjectKind: string;
    /** Empty once it is applied. */
    subjectId: string;
    receivedAt: number;
    status: 'pending' | 'applied' | 'dead';
    attempts: number;
    /** Not before this moment is it tried again. */
    nextAt: number;
    /** Until then one process works on it; what it left unfinished is taken up again afterwards. */
    claimedUntil: number;
    lastError: string | null;
    appliedAt: number | null;
  };
  subscriptions: {
    id: string;
    customerId: string;
    fact: string;
    /** Drawn before Stripe was asked; an answer to an earlier question never replaces one to a later. */
    fetchToken: number;
    seenAt: number;
  };
  /** Subscriptions that Stripe said it does not have, so that an answer to an earlier question cannot bring one back. */
  goneSubscriptions: { id: string; fetchToken: number; goneAt: number };
  customers: { id: string; seenAt: number };
  /** What the owner and the customer shall hear. */
  outbox: { id: string; type: string; dedupeKey: string; payload: string; status: string; createdAt: number };
  /** How far each consumer of the outbox is with an entry; no row: it did not begin. */
  outboxDeliveries: {
    outboxId: string;
    consumer: string;
    status: 'pending' | 'done' | 'dead';
    attempts: number;
    nextAt: number;
    lastError: string | null;
  };
  /** Keys that the server makes for itself. */
  secrets: { name: string; value: string };
  counters: { name: string; value: number };
  /** The one open checkout of a person (or, signed out, a browser) in each plan group. */
  checkoutSlots: {
    owner: string;
    planGroup: string;
    intentId: string | null;
    checkoutSessionId: string | null;
    /** Counts the sessions that were opened here: no idempotency key is used for two. */
    attempt: number;
    startedAt: number;
    /** The request that works on it, and until when it may. */
    holder: string | null;
    heldUntil: number;
  };
  /** What was paid once. */
  purchases: {
    checkoutSessionId: string;
    customerId: string;
    productId: string;
    quantity: number;
    state: 'processing' | 'paid' | 'refunded' | 'disputed';
    fetchToken: number;
    seenAt: number;
  };
  /** Customers who were erased; a hash of Stripe's id. */
  erased: { customerHash: string; erasedAt: number };
  /** Turns of a network, under a keyed hash of a day's salt; JSON array of moments. */
  rateTurns: { key: string; turns: string; expiresAt: number };
}
