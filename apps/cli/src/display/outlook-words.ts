import type { MigrationDetail } from '@ferry/contracts/http';
import { formatInstant } from './quantities.ts';

type Testimony = MigrationDetail['testimonies'][number];

/** What is true of a migration at this moment, as titles and words. */
export function outlookWords({ outlook }: MigrationDetail): [title: string, words: string][] {
  if (outlook === null) return [];
  const { owner, cancel, irreversible, waitsFor } = outlook;
  return [
    ['Guest', owner === null ? 'nobody’s at this moment: it is being handed over' : `${owner}’s`],
    ...(waitsFor === null
      ? []
      : ([['Waits for', `${waitsFor.what} (since ${formatInstant(waitsFor.since)} UTC)`]] as [string, string][])),
    ['Cancel', cancel.effect],
    ['For good', irreversible ?? 'nothing yet'],
  ];
}

/** What a host said when the migration began to wait for a person. */
export function testimonyWords(testimony: Testimony): string {
  if ('silence' in testimony) return `${testimony.host} says nothing: ${testimony.silence}`;
  const { host, at, record, copy, ruling, lastWords, journal } = testimony.evidence;
  const lines = [
    `${host}, at ${formatInstant(at)} UTC`,
    `  record    ${record === null ? 'none' : JSON.stringify(record)}`,
    `  copy      ${copy}`,
    `  would     ${ruling.decision}: ${ruling.reason}`,
    `  journal   ${journal.map(({ name }) => name).join(', ') || 'empty'}`,
    ...(lastWords === '' ? [] : [`  said      ${lastWords.split('\n').at(-1)}`]),
  ];
  return lines.join('\n');
}
