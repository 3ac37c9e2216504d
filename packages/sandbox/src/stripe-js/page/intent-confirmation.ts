/**
 * Step checkout: `confirmPayment`, `confirmSetup`, `handleNextAction`: from typed fields to an intent that has been paid or kept.
 *
 * Promise: what a bank or the API refuses is returned as `{ error }`; only misuse throws.
 */
import type { Json, StripeJsError } from '../frame-channel.ts';
import { disagreementType, processingRedirectStatus } from '../unconfirmed.ts';
import { showChallenge } from './challenge-dialog.ts';
import type { ElementsGroup } from './elements-group.ts';
import { IntegrationError } from './integration-error.ts';
import { redirectTypes } from './redirect-types.ts';
import type { StripeContext } from './stripe-context.ts';

export type IntentKind = 'payment_intent' | 'setup_intent';

export interface ConfirmOptions {
  readonly elements?: ElementsGroup;
  readonly clientSecret?: string;
  readonly confirmationToken?: string;
  readonly confirmParams?: {
    readonly return_url?: string;
    readonly payment_method?: string;
    readonly payment_method_data?: Json;
    readonly shipping?: Json;
    readonly expand?: readonly string[];
    readonly [more: string]: unknown;
  };
  readonly redirect?: 'always' | 'if_required';
  /** False: the intent is returned as it waits for its next action. */
  readonly handleActions?: boolean;
}

export type IntentResult = { readonly error: StripeJsError } | Readonly<Record<string, unknown>>;

const resultName: Readonly<Record<IntentKind, string>> = { payment_intent: 'paymentIntent', setup_intent: 'setupIntent' };
const methodName: Readonly<Record<IntentKind, string>> = { payment_intent: 'confirmPayment', setup_intent: 'confirmSetup' };
const prefixes: Readonly<Record<IntentKind, string>> = { payment_intent: 'pi_', setup_intent: 'seti_' };

const pathOf = (kind: IntentKind, clientSecret: string): string => `/v1/${kind}s/${clientSecret.split('_secret')[0] ?? ''}`;

function demandSecret(kind: IntentKind, clientSecret: unknown): asserts clientSecret is string {
  if (typeof clientSecret === 'string' && clientSecret.startsWith(prefixes[kind]) && clientSecret.includes('_secret')) return;
  throw new IntegrationError(
    `Invalid value for ${methodName[kind]}: clientSecret should be a ${kind} client secret of the form \${id}_secret_\${secret}.`,
  );
}

export async function retrieveIntent(context: StripeContext, kind: IntentKind, clientSecret: unknown): Promise<IntentResult> {
  demandSecret(kind, clientSecret);
  const { body, error } = await context.api.get(pathOf(kind, clientSecret), { client_secret: clientSecret });
  return error ? { error } : { [resultName[kind]]: body };
}

/** Details that the element leaves to the page have to be passed (`fields.billingDetails: 'never'`). */
function demandBilling(group: ElementsGroup, kind: IntentKind, { confirmParams = {} }: ConfirmOptions): void {
  const left = group.getElement('payment')?.billingLeftOut() ?? [];
  const given = (confirmParams.payment_method_data?.billing_details ?? {}) as Json;
  for (const path of left) {
    const found = path.reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Json)[name] : undefined), given);
    if (found !== undefined) continue;
    throw new IntegrationError(
      `You specified "never" for fields.billing_details.${path.join('.')} when creating the payment Element, but did not pass confirmParams.payment_method_data.billing_details.${path.join('.')} when calling stripe.${methodName[kind]}().`,
    );
  }
}

/** What can never work is thrown before anything is asked. */
function demandConfirmable(kind: IntentKind, options: ConfirmOptions): string {
  const { elements, redirect, confirmParams = {}, confirmationToken } = options;
  const name = methodName[kind];
  if (!elements && options.clientSecret === undefined) throw new IntegrationError(`${name} needs elements or a clientSecret.`);
  const clientSecret = options.clientSecret ?? elements?.options().clientSecret;
  if (clientSecret === undefined)
    throw new IntegrationError(`${name} needs the clientSecret of an intent when elements was created with a mode.`);
  demandSecret(kind, clientSecret);
  if (redirect !== 'if_required' && confirmParams.return_url === undefined) {
    throw new IntegrationError(`${name} needs confirmParams.return_url unless redirect is "if_required".`);
  }
  if (confirmParams.return_url !== undefined && !URL.canParse(confirmParams.return_url)) {
    throw new IntegrationError('confirmParams.return_url should be a full URL, with its scheme.');
  }
  if (elements?.isDeferred && !elements.isSubmitted && confirmationToken === undefined) {
    throw new IntegrationError(`elements.submit() must be called before stripe.${name}().`);
  }
  if (elements && !confirmationToken && confirmParams.payment_method === undefined) {
    const element = elements.getElement('payment') ?? elements.getElement('expressCheckout');
    if (!element?.isMounted) {
      throw new IntegrationError('Invalid value for elements: it should have a mounted Payment Element or Express Checkout Element.');
    }
    demandBilling(elements, kind, options);
  }
  return clientSecret;
}

/** A deferred group and its intent have to agree on what is paid. */
async function disagreement(
  context: StripeContext,
  kind: IntentKind,
  clientSecret: string,
  group: ElementsGroup | undefined,
): Promise<StripeJsError | null> {
  if (!group?.isDeferred) return null;
  const { body, error } = await context.api.get(pathOf(kind, clientSecret), { client_secret: clientSecret });
  if (error) return error;
  const { mode, amount, currency } = group.options();
  const told = (param: string): StripeJsError => ({
    type: disagreementType,
    param,
    message: `The ${param} of elements() and of the intent are not the same; use elements.update() before you confirm.`,
  });
  if (kind === 'setup_intent') return mode === 'setup' || mode === 'subscription' ? null : told('mode');
  if (mode === 'setup') return told('mode');
  if (body.currency !== currency) return told('currency');
  return mode === 'payment' && body.amount !== amount ? told('amount') : null;
}

const needsReturnUrl: StripeJsError = {
  type: 'invalid_request_error',
  param: 'return_url',
  message: 'This payment method sends the buyer to another page; pass confirmParams.return_url.',
};

/** What is sent to confirm with, or the error of the fields. */
async function confirmationParams(kind: IntentKind, options: ConfirmOptions): Promise<{ params: Json } | { error: StripeJsError }> {
  const { elements, confirmationToken, confirmParams = {} } = options;
  const { payment_method_data = {}, expand, ...rest } = confirmParams;
  const common = { ...rest, ...(expand && { expand }), use_stripe_sdk: true };
  if (confirmationToken !== undefined) return { params: { ...common, confirmation_token: confirmationToken } };
  if (!elements || confirmParams.payment_method !== undefined) {
    const data = Object.keys(payment_method_data).length > 0 ? { payment_method_data } : {};
    return { params: { ...common, ...data } };
  }
  const { answer, shipping } = await elements.collect(payment_method_data);
  if (answer.error) return { error: answer.error };
  const leaves = redirectTypes.has(answer.selected ?? '');
  if (leaves && confirmParams.return_url === undefined) return { error: needsReturnUrl };
  const { return_url, ...stays } = common as Json; // what stays on the page is asked for in a dialog
  const address = kind === 'payment_intent' && shipping && confirmParams.shipping === undefined ? { shipping } : {};
  const later = kind === 'payment_intent' ? futureUse(elements, answer.savePaymentMethod) : {};
  return { params: { ...stays, ...(leaves && { return_url }), ...address, ...later, payment_method: answer.paymentMethod } };
}

function futureUse(elements: ElementsGroup, wantsSaved: boolean | undefined): Json {
  const { setupFutureUsage, mode } = elements.options();
  if (typeof setupFutureUsage === 'string') return { setup_future_usage: setupFutureUsage };
  if (mode === 'subscription') return { setup_future_usage: 'off_session' };
  return wantsSaved ? { setup_future_usage: 'on_session' } : {};
}

const lastErrorOf = (kind: IntentKind): string => (kind === 'payment_intent' ? 'last_payment_error' : 'last_setup_error');

/** Says what came out: the intent, or why its last try failed. */
function outcomeOf(kind: IntentKind, intent: Json): IntentResult {
  if (intent.status !== 'requires_payment_method') return { [resultName[kind]]: intent };
  const error = (intent[lastErrorOf(kind)] ?? {
    type: 'invalid_request_error',
    code: `${kind}_authentication_failure`,
    message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  }) as StripeJsError;
  return { error: { ...error, [kind]: intent } };
}

/** The bank's page: shown in a dialog where Stripe.js handles it, else the buyer goes there. */
function challengeOf(intent: Json): { url: string; inDialog: boolean } | null {
  const next = intent.next_action as { redirect_to_url?: { url: string }; use_stripe_sdk?: { stripe_js?: string } } | null;
  const shown = next?.use_stripe_sdk?.stripe_js;
  if (shown !== undefined) return { url: shown, inDialog: true };
  const url = next?.redirect_to_url?.url;
  return url === undefined ? null : { url, inDialog: false };
}

/** Passes what the intent asks for; what comes out is read from the API. */
async function followNextAction(context: StripeContext, kind: IntentKind, clientSecret: string, intent: Json): Promise<IntentResult> {
  const challenge = intent.status === 'requires_action' ? challengeOf(intent) : null;
  if (!challenge) return outcomeOf(kind, intent);
  if (!challenge.inDialog) return context.leave(challenge.url);
  await showChallenge(challenge.url, context.apiOrigin);
  const { body, error } = await context.api.get(pathOf(kind, clientSecret), { client_secret: clientSecret });
  return error ? { error } : outcomeOf(kind, body);
}

export async function handleNextAction(context: StripeContext, { clientSecret }: { clientSecret?: unknown }): Promise<IntentResult> {
  const kind: IntentKind = typeof clientSecret === 'string' && clientSecret.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  demandSecret(kind, clientSecret);
  const { body, error } = await context.api.get(pathOf(kind, clientSecret), { client_secret: clientSecret });
  return error ? { error } : followNextAction(context, kind, clientSecret, body);
}

/** Where the buyer lands afterwards, with Stripe's query. */
function returnAddress(returnUrl: string, kind: IntentKind, intent: Json): string {
  const url = new URL(returnUrl);
  url.searchParams.set(kind, String(intent.id));
  url.searchParams.set(`${kind}_client_secret`, String(intent.client_secret));
  const passed = intent.status === 'processing' ? processingRedirectStatus : 'succeeded';
  url.searchParams.set('redirect_status', intent.status === 'requires_payment_method' ? 'failed' : passed);
  return url.href;
}

export async function confirmIntent(context: StripeContext, kind: IntentKind, options: ConfirmOptions): Promise<IntentResult> {
  const clientSecret = demandConfirmable(kind, options);
  const wrong = await disagreement(context, kind, clientSecret, options.elements);
  if (wrong) return { error: wrong };
  const ready = await confirmationParams(kind, options);
  if ('error' in ready) return ready;
  const { body, error } = await context.api.post(`${pathOf(kind, clientSecret)}/confirm`, { ...ready.params, client_secret: clientSecret });
  if (error) return { error };
  if (options.handleActions === false) return outcomeOf(kind, body);
  const result = await followNextAction(context, kind, clientSecret, body);
  if ('error' in result || options.redirect === 'if_required') return result;
  return context.leave(returnAddress(options.confirmParams?.return_url ?? '', kind, result[resultName[kind]] as Json));
}
