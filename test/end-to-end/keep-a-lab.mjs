// Brings up a lab with a guest in it, says so, and keeps it: for a test that kills this process.
import { Lab, labFolder, readConfig } from '@ferry/lab';

const { inherited: environment } = readConfig();
const lab = await Lab.start({ directory: labFolder('test-killed'), hosts: 2, storage: 'iscsi', environment });
await lab.createGuest('web-1', { host: 'host-a' });
process.stdout.write('up\n');
setInterval(() => undefined, 60_000);
