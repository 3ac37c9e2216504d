/**
 * Mails to customers about their subscriptions.
 *
 * Promise: to the address that the customer has at Stripe at this moment, in the language that they chose there, and nothing
 * of it is stored. No picture, no link that counts. A repeated delivery carries the same `Message-ID`.
 */
import { Undeliverable, type OutboxConsumer } from '../../../outbox/outbox-worker.ts';
import { readInvoiceReading } from '../../../stripe/invoice-reading.ts';
import { readInvoicePage, readRecipient } from '../../../stripe/notice-facts.ts';
import type { Till } from '../../../till.ts';
import { MailError } from '../smtp.ts';
import type { MailTransport } from '../transport.ts';
import type { Letterhead } from './letter.ts';
import { toHtml } from './letter-html.ts';
import { toText } from './letter-text.ts';
import { isNoticeType, noticeTypes, offByDefault, type NoticeType } from './notice-types.ts';
import { wordsFor } from './notice-words.ts';
import { isOurs, isSaidElsewhere, isStillTrue } from './still-true.ts';
import { withInvoiceLines, writeNotice, type NoticePayload } from './write-notice.ts';

export interface NoticeOptions {
  /** Facts that customers get no mail about; default: what Stripe writes itself when the owner ticks it. */
  readonly off?: readonly NoticeType[];
  /** The owner's page with the panel. */
  readonly manageUrl?: string;
}

export interface NoticeSender extends NoticeOptions {
  readonly transport: MailTransport;
  /** What mails call the shop. */
  readonly shopName: string;
}

type NoticeTill = Pick<Till, 'stripe' | 'store' | 'catalog' | 'now' | 'config'>;

/** Who hears of the outbox's facts and writes to customers. */
export function customerNotices(till: NoticeTill, sender: NoticeSender): OutboxConsumer {
  const { off = offByDefault, transport } = sender;
  return {
    name: 'customer-mails',
    types: noticeTypes.filter((type) => !off.includes(type)),
    async deliver({ id, type, payload }) {
      const { customerId } = payload as Partial<NoticePayload>;
      if (!isNoticeType(type) || customerId === undefined) return;
      const recipient = await readRecipient(till.stripe, customerId);
      if (!recipient) return;
      const notice = await readNotice(till, sender, { type, payload: payload as NoticePayload, locales: recipient.locales });
      if (notice) await transport.send({ to: recipient.email, ...notice, id }).catch(giveUpIfFinal);
    },
  };
}

/** A mailbox that does not exist will not exist tomorrow either. */
function giveUpIfFinal(error: unknown): never {
  if (error instanceof MailError && error.isFinal) throw new Undeliverable('The address takes no mail.', { cause: error });
  throw error;
}

interface Request {
  readonly type: NoticeType;
  readonly payload: NoticePayload;
  readonly locales: readonly string[];
}

/** The mail but for its address; undefined when there is nothing to say (any more). */
async function readNotice({ stripe, store, catalog, now, config }: NoticeTill, sender: NoticeSender, { type, payload, locales }: Request) {
  const { shopName: shop, manageUrl = config.origins[0] } = sender;
  const { words, locale } = wordsFor(locales);
  const offer = await catalog.current();
  const timeZone = offer.catalog.timeZone ?? 'UTC';
  const facts = await store.subscriptions.ofCustomer(payload.customerId);
  const fact = facts.find(({ id }) => id === payload.subscriptionId);
  const invoice = payload.invoiceId === undefined ? undefined : await readInvoicePage(stripe, payload.invoiceId);
  const surroundings = { now: now(), offer, fact, invoice, others: facts.filter((other) => other !== fact) };
  if (!isOurs(payload, surroundings) || !isStillTrue(type, payload, surroundings) || isSaidElsewhere(type, payload, surroundings))
    return undefined;

  const { invoiceId } = payload;
  const hasLines = withInvoiceLines.has(type) && invoice !== undefined;
  const reading = hasLines && invoiceId !== undefined ? await readInvoiceReading(stripe, invoiceId) : undefined;
  const page = manageUrl === undefined ? {} : { manageUrl };
  const letter = writeNotice(type, payload, {
    words,
    locale,
    timeZone,
    offer,
    shop,
    ...page,
    ...(fact && { fact }),
    ...(invoice && { invoice }),
    ...(reading && { reading }),
  });
  const head: Letterhead = {
    shop,
    language: words.language,
    direction: words.direction,
    why: words.why(shop),
    ...(manageUrl !== undefined && { manage: { label: words.manage, url: manageUrl } }),
  };
  // what is not laid out has plain spaces
  const plain = (text: string): string => text.replaceAll('\u00A0', ' ');
  return { subject: plain(letter.subject), text: plain(toText(letter, head)), html: toHtml(letter, head), language: words.language };
}
