/** `till doctor`: a table for a person, JSON for a program, an exit code for CI. */
import { existsSync } from 'node:fs';
import { readCatalogFile } from '../catalog/read-catalog-file.ts';
import { readConfig } from '../config.ts';
import { examine } from '../doctor/doctor.ts';
import { fail, type Finding, type FindingState } from '../doctor/finding.ts';
import { silentLog } from '../ops/log.ts';
import type { Store } from '../store/store.ts';
import { createStripeGateway } from '../stripe/gateway.ts';
import { createStripeTraffic } from '../stripe/traffic.ts';
import { noWords, systemClock, textOption, type CliSurroundings, type Command, type CommandLine } from './command.ts';
import { findDatabase, openFound } from './database.ts';

/** till doctor; a finding that fails is a fault, one that warns is not. */
export const run: Command = async (line, surroundings) => {
  noWords(line);
  const findings = await findAll(line, surroundings);
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  if (line.options.json) surroundings.write(JSON.stringify({ ok: count('fail') === 0, findings }, null, 2));
  else for (const text of toLines(findings)) surroundings.write(text);
  if (count('fail') > 0) throw new Error(`${count('fail')} of ${findings.length} checks failed.`);
};

async function findAll(line: CommandLine, { environment, stripeFetch, now = systemClock }: CliSurroundings): Promise<Finding[]> {
  const read = readConfig(environment);
  if (!read.ok) return read.faults.map((fault) => ({ name: 'Settings', ...fail(fault, 'The rest was not looked at.') }));
  const { config } = read;
  const found = await findDatabase(environment);
  const traffic = createStripeTraffic(now);
  let opened: Promise<Store> | undefined;
  const store = (): Promise<Store> => (opened ??= openFound(found, { guest: true }));
  try {
    return await examine({
      config,
      modules: found.modules,
      stripe: createStripeGateway(config.stripe, stripeFetch, { traffic }),
      traffic,
      stripeFetch,
      store,
      missingFile: found.file !== undefined && !existsSync(found.file) ? found.file : undefined,
      file: () => readCatalogFile(config.catalogFile),
      url: toAddress(textOption(line, 'url')),
      now,
      log: silentLog,
    });
  } finally {
    await opened?.then((tables) => tables.close()).catch(() => undefined);
  }
}

function toAddress(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.parse(given);
  if (!url || !/^https?:$/u.test(url.protocol))
    throw new Error(`--url must be an address such as https://billing.example, not "${given}".`);
  return url.origin;
}

function toLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings.flatMap(({ name, state, text, remedy }) => [
    `${state.padEnd(4)}  ${name.padEnd(width)}  ${text}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(6 + width + 2)}→ ${remedy}`]),
  ]);
}
