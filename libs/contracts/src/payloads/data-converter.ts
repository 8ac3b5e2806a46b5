import type { DataConverter } from '@temporalio/common';
import { CompressedPayloads } from './compressed-payloads.ts';

/** How whoever talks to Temporal writes and reads what it stores: all of them with this one. */
export const dataConverter: DataConverter = { payloadCodecs: [new CompressedPayloads()] };
