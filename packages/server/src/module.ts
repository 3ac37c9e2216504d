/**
 * What a module is: a part of the server that an owner switches on.
 *
 * Promise: the default server knows no module. A module is a folder under `modules/` and one line in `modules.ts`; both
 * removed, nothing is left of it but its tables. It may import the rest of the server; nothing imports it.
 */
import type { Hono } from 'hono';
import type { Migration } from 'kysely/migration';
import type { Environment } from './config.ts';
import type { SignIn } from './identity/sign-in.ts';
import type { BackgroundWork } from './ops/background-work.ts';
import type { Check } from './ops/health.ts';
import type { Job } from './ops/jobs.ts';
import type { Operation } from './ops/api-description.ts';
import type { AnsweredRequest } from './ops/request-log.ts';
import type { OutboxConsumer } from './outbox/outbox-worker.ts';
import type { Database } from './store/database.ts';
import type { TableDescriptions } from './store/personal-data.ts';
import type { Till, TillEnv } from './till.ts';

/** What a module adds to a running server; all of it may be left out. */
export interface ModuleParts {
  /** Its routes with their whole paths; those under `/v1` answer allowed origins only, as all there do. */
  readonly routes?: Hono<TillEnv>;
  /** The same routes for `/openapi.json` and the 405s. */
  readonly operations?: readonly Operation[];
  /** A further way in for `POST /v1/sessions`. */
  readonly signIn?: SignIn;
  /** Gets every entry of the outbox, at least once each. */
  readonly consumers?: readonly OutboxConsumer[];
  /** Work that is done again and again. */
  readonly jobs?: readonly Job[];
  /** Queues of its own. */
  readonly works?: readonly BackgroundWork[];
  /** Hears of every request after it was answered; must be quick and never throw. */
  readonly onRequest?: (request: AnsweredRequest) => void;
  /** Each of its tables, with what it holds about people: by this they are told and erased on request. */
  readonly personalData?: TableDescriptions;
  /** What `/readyz` says of it, by name. */
  readonly checks?: () => Promise<Readonly<Record<string, Check>>>;
}

export interface TillModule {
  /** Kebab-case; its tables begin with it. */
  readonly name: string;
  /** One sentence for the table that the server prints when it starts. */
  readonly introduction: string;
  /** What the catalog tells pages of it. */
  readonly shown?: { readonly emailCodes?: true };
  /** Its own tables, forward only, kept apart from everybody else's. */
  readonly migrations?: Readonly<Record<string, Migration>>;
  /** Takes the place of the SQLite file. */
  readonly openDatabase?: () => Promise<Database>;
  /** Called once, before the first request. */
  install?(till: Till): ModuleParts;
}

/** Makes a module of the environment; what is wrong with it is added to `faults`, one sentence each. */
export type ReadModule = (environment: Environment, faults: string[]) => TillModule;
