/**
 * Step 5, webhook: `till inbox list|show|replay|discard`, what a person does about events that were given up.
 *
 * Works beside the running server, with either database: the server looks for put-back events every 15 seconds.
 */
import type { InboxRow } from '../store/inbox.ts';
import { asGuest } from './database.ts';
import { noWords, onlyWord, systemClock, textOption, toTable, type Command } from './command.ts';

const statuses = ['pending', 'applied', 'dead'] as const;
/** Put back at once by `--all`. */
const most = 10_000;
const usualLimit = 50;

const isStatus = (text: string): text is InboxRow['status'] => (statuses as readonly string[]).includes(text);
const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** till inbox list */
export const list: Command = async (line, { environment, write }) => {
  noWords(line);
  const status = textOption(line, 'status') ?? 'dead';
  if (!isStatus(status)) throw new Error(`--status is one of ${statuses.join(', ')}, not "${status}".`);
  const limit = Number(textOption(line, 'limit') ?? usualLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw new Error(`--limit is a whole number up to ${most}.`);
  const rows = await asGuest(environment, (store) => store.inbox.list(status, limit));
  if (line.options.json) return write(JSON.stringify(rows, null, 2));
  if (rows.length === 0) return write(`No event is ${status}.`);
  const cells = rows.map((row) => [row.eventId, row.type, row.subjectId, `${row.attempts}`, moment(row.receivedAt), row.lastError ?? '']);
  for (const text of toTable([['event', 'type', 'concerns', 'tries', 'came', 'last error'], ...cells])) write(text);
};

/** till inbox show */
export const show: Command = async (line, { environment, write }) => {
  const eventId = onlyWord(line, 'event, such as evt_1…');
  const row = await asGuest(environment, (store) => store.inbox.find(eventId));
  if (!row) throw new Error(`There is no event ${eventId} in the inbox.`);
  write(JSON.stringify(row, null, 2));
};

/** till inbox replay */
export const replay: Command = async (line, { environment, write, now = systemClock }) => {
  if (!line.options.all) {
    const eventId = onlyWord(line, 'event, or say --all');
    if (!(await asGuest(environment, (store) => store.inbox.replay(eventId, now())))) throw notDead(eventId);
    return write(`${eventId} will be tried again within 15 seconds.`);
  }
  noWords(line);
  const count = await asGuest(environment, async (store) => {
    let replayed = 0;
    for (const { eventId } of await store.inbox.list('dead', most)) if (await store.inbox.replay(eventId, now())) replayed += 1;
    return replayed;
  });
  write(`${count} events will be tried again within 15 seconds.`);
};

/** till inbox discard */
export const discard: Command = async (line, { environment, write, now = systemClock }) => {
  const eventId = onlyWord(line, 'event');
  if (!(await asGuest(environment, (store) => store.inbox.discard(eventId, now())))) throw notDead(eventId);
  write(`${eventId} is settled and will never be applied.`);
};

const notDead = (eventId: string): Error =>
  new Error(`${eventId} is not among the events that were given up; "till inbox list" shows them.`);
