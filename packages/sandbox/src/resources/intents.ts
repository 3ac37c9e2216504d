/** Step checkout: reading payment and setup intents, with the secret key or by their client secret. */
import { type Call, found, type Offer } from '../http/api.ts';
import { missingReference } from '../http/api-error.ts';
import { text } from '../http/read.ts';

const fields = { client_secret: text } as const;

function demandSecret({ access, params }: Call<typeof fields>, intent: { id: string; object: string; client_secret: string }): void {
  if (access === 'publishable' && params.client_secret !== intent.client_secret) throw missingReference(intent.object, intent.id, 'intent');
}

export function intents(offer: Offer): void {
  offer('get', '/payment_intents/:id', {
    fields,
    publishable: true,
    run: (call) => {
      const intent = found(call.world.tables.paymentIntents.get(call.id), 'payment_intent', call.id);
      demandSecret(call, intent);
      return intent;
    },
  });
  offer('get', '/setup_intents/:id', {
    fields,
    publishable: true,
    run: (call) => {
      const intent = found(call.world.tables.setupIntents.get(call.id), 'setup_intent', call.id);
      demandSecret(call, intent);
      return intent;
    },
  });
}
