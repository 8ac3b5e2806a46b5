import { text } from 'node:stream/consumers';
import { rememberFenced } from './fenced-hosts.ts';
import { iscsiName } from './iscsi-name.ts';
import { TgtAdmin } from './tgt-admin.ts';

/**
 * The fence program of the lab's agents: cuts the host that they name off the target that they name. Its arguments are the
 * SAN's folder and that of tgt's programs. An operator's own program does the same by their array's means.
 */
const [folder = '', programs = ''] = process.argv.slice(2);
const { host, target } = JSON.parse(await text(process.stdin)) as { host: string; target: string };

await rememberFenced(folder, target, host);
const admin = new TgtAdmin(programs, folder);
const number = await admin.numberOf(target);
await admin.shutOut(number, iscsiName(host));
const left = await admin.connections(number);
if (left.some(({ initiator }) => initiator === iscsiName(host))) throw new Error(`${host} is still connected`);
