import type { NoticeWords } from '../notice-words.ts';

const endOfTrial: Readonly<Record<string, string>> = {
  cancel: 'Without a card it ends on that day, and nothing is charged.',
  choose: 'Without a card you choose on that day: stay free, or keep it.',
  free: 'Without a card you go on with the free plan.',
  pause: 'Without a card it stands still from then on, until you add one.',
  create_invoice: 'Without a card you get an invoice on that day.',
};

const units = { day: 'day', week: 'week', month: 'month', year: 'year' };

export const en: NoticeWords = {
  language: 'en',
  direction: 'ltr',
  yourSubscription: 'your subscription',
  interval: (count, unit) => (count === 1 ? `each ${units[unit]}` : `every ${count} ${units[unit]}s`),
  nextPayment: (day) => `Next payment, ${day}`,
  invoice: (number) => `Invoice ${number}`,
  paid: 'Paid',
  due: 'To be paid',
  refunded: 'Refund',
  why: (shop) => `You get this mail because you have, or had, a subscription at ${shop}.`,
  manage: 'Manage your subscription',
  of: {
    'subscription.started': ({ plan, shop, trial, free, hasCard, on, policy }) =>
      trial
        ? {
            subject: `Your trial of ${plan} has started`,
            title: `${plan} is free until ${on}`,
            paragraphs: [
              hasCard
                ? 'You are charged on that day, unless you cancel before. We write again three days ahead.'
                : `No card is needed until then. ${endOfTrial[policy ?? 'cancel'] ?? ''} We write again three days ahead.`,
            ],
          }
        : {
            subject: `Your subscription at ${shop}: ${plan}`,
            title: `Welcome to ${plan}`,
            paragraphs: [
              free ? 'It costs nothing, and stays so until you choose another plan.' : 'Thank you. Everything is ready for you.',
            ],
          },
    'subscription.trial_will_end': ({ plan, on, hasCard, policy }) => ({
      subject: `Your trial of ${plan} ends on ${on}`,
      title: `Your trial ends on ${on}`,
      paragraphs: hasCard
        ? [`Then ${plan} goes on, and your card is charged. If you do not want that, cancel before.`]
        : [`To keep ${plan}, add a card before then. ${endOfTrial[policy ?? 'cancel'] ?? ''}`.trim()],
      action: hasCard ? 'See your subscription' : 'Add a card',
    }),
    'subscription.trial_ended_without_card': ({ plan, reason, policy }) => {
      const title = `Your trial of ${plan} has ended`;
      if (reason === 'paused')
        return {
          subject: title,
          title,
          paragraphs: ['There was no card, so your subscription stands still and nothing is charged. Add one, and it goes on.'],
          action: 'Add a card and continue',
        };
      if (reason === 'invoiced')
        return {
          subject: title,
          title,
          paragraphs: [`There was no card to charge. An invoice follows within the hour; pay it to keep ${plan}.`],
          action: 'Add a card and continue',
        };
      if (policy === 'choose')
        return {
          subject: `${title}: how to go on?`,
          title,
          paragraphs: [`Nothing is charged now. You choose: stay free, or keep ${plan}.`],
          action: 'Choose',
        };
      if (policy === 'free')
        return {
          subject: title,
          title,
          paragraphs: [`Nothing is charged now. You go on with the free plan; ${plan} is one click away.`],
          action: 'See your plan',
        };
      return { subject: title, title, paragraphs: ['Nothing is charged now. You can come back whenever you like.'], action: 'See plans' };
    },
    'subscription.plan_changed': ({ plan, previousPlan }) => ({
      subject: `Your subscription has changed: ${plan}`,
      title: 'Your subscription has changed',
      paragraphs: [previousPlan ? `From now on you have ${plan} instead of ${previousPlan}.` : 'This is what you have from now on.'],
    }),
    'subscription.change_scheduled': ({ plan, nextPlan, on }) => ({
      subject: `Your subscription changes on ${on}`,
      title: `A change on ${on}`,
      paragraphs: [
        nextPlan && nextPlan !== plan
          ? `Until then you keep ${plan}; from ${on} you have ${nextPlan}. You can take the change back before.`
          : `Until then everything stays as it is. You can take the change back before.`,
      ],
      action: 'See the change',
    }),
    'subscription.cancel_scheduled': ({ plan, on }) => ({
      subject: `Your subscription ends on ${on}`,
      title: `${plan} ends on ${on}`,
      paragraphs: [
        'You have canceled. Until then everything works as before, and it does not renew. If you change your mind, you can keep it.',
      ],
      action: 'Keep it',
    }),
    'subscription.cancel_withdrawn': ({ plan }) => ({
      subject: `You keep ${plan}`,
      title: `You keep ${plan}`,
      paragraphs: ['Your cancellation was taken back. Everything goes on as before.'],
    }),
    'subscription.canceled': ({ plan, on, reason }) => ({
      subject: `Your subscription has ended: ${plan}`,
      title: `${plan} has ended`,
      paragraphs: [
        reason === 'payment_failed'
          ? `It ended on ${on}, because the payment failed several times. You can subscribe again with another card.`
          : `It ended on ${on}. Nothing more is charged. You can come back whenever you like.`,
      ],
      action: 'See plans',
    }),
    'subscription.paused': ({ plan }) => ({
      subject: `${plan} is paused`,
      title: `${plan} is paused`,
      paragraphs: ['Nothing is charged until you resume it.'],
      action: 'Resume',
    }),
    'subscription.resumed': ({ plan }) => ({
      subject: `${plan} goes on`,
      title: `${plan} goes on`,
      paragraphs: ['The pause is over. Everything works as before.'],
    }),
    'renewal.upcoming': ({ plan, on, amount }) => ({
      subject: `${plan} renews on ${on}`,
      title: `${plan} renews on ${on}`,
      paragraphs: [`${amount} is charged on that day. There is nothing to do.`],
    }),
    'invoice.ready': ({ shop, reason }) =>
      reason === 'open'
        ? {
            subject: `Your invoice from ${shop}`,
            title: 'Your invoice',
            paragraphs: ['Please pay it on the page below.'],
            action: 'See and pay the invoice',
          }
        : {
            subject: `Your receipt from ${shop}`,
            title: 'Your receipt',
            paragraphs: ['Thank you for your payment.'],
            action: 'See the invoice',
          },
    'payment.failed': ({ plan, amount, next }) => ({
      subject: `Your payment of ${amount} did not go through`,
      title: 'Your payment did not go through',
      paragraphs: [
        next
          ? `We could not collect ${amount} for ${plan}. It is tried again on ${next}; pay now or use another card, and nothing is interrupted.`
          : `We could not collect ${amount} for ${plan}, and it is not tried again. Pay now to keep it.`,
      ],
      action: `Pay ${amount}`,
    }),
    'payment.action_required': ({ plan, amount }) => ({
      subject: `Please confirm your payment of ${amount}`,
      title: 'Your bank asks you to confirm',
      paragraphs: [`The payment of ${amount} for ${plan} waits for you: your bank wants to be sure that it is you.`],
      action: 'Confirm the payment',
    }),
    'payment.recovered': ({ plan, amount }) => ({
      subject: 'Your payment went through',
      title: 'Your payment went through',
      paragraphs: [`Thank you. ${amount} was paid, and ${plan} goes on.`],
    }),
    'charge.refunded': ({ shop, amount }) => ({
      subject: `${amount} back from ${shop}`,
      title: `You get ${amount} back`,
      paragraphs: ['It goes to where you paid from. Banks need some days to show it.'],
    }),
  },
};
