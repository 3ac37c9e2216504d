/** A JSON Schema (2020-12) in the few words that Stripe's types need; objects with `additionalProperties: false` are closed. */
export interface Schema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null';
  readonly format?: 'decimal';
  readonly enum?: readonly (string | number | boolean)[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  /** Name of a schema in `Contract.schemas`. */
  readonly $ref?: string;
  /** Every attribute may be missing, or null: what `previous_attributes` holds. */
  readonly partial?: true;
  /** Nothing fits: Stripe's type says that the attribute is not there (`deleted?: void`). */
  readonly never?: true;
}

/** One method of the SDK, as the HTTP call that it makes. */
export interface Operation {
  /** As the SDK names it, e.g. `checkout.sessions.create`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{id}` in the place of each variable part. */
  readonly path: string;
  readonly params: Schema | null;
  readonly paramsRequired: boolean;
  readonly response: Schema;
}

/** What Stripe publishes about itself in the types of its own SDK. */
export interface Contract {
  /** Version of the SDK that it was read from. */
  readonly sdk: string;
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Name of the event's schema by event type, e.g. `invoice.paid`. */
  readonly events: Readonly<Record<string, string>>;
}
