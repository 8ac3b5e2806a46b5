import { promisify } from 'node:util';
import { constants, deflate, inflate } from 'node:zlib';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payload: Message } = proto.temporal.api.common.v1;

const [compress, decompress] = [promisify(deflate), promisify(inflate)];
const ENCODING = 'binary/zlib';
/** A single migration's stay readable in Temporal's pages; what many machines have to say of themselves is much alike. */
const SHORT_BYTES = 32 * 1024;
/** Temporal takes no longer ones, compressed or not; what claims to become more than this is none of ours. */
const MOST_BYTES = 64 * 1024 ** 2;

/**
 * Compresses long payloads. The form is that of the Go SDK's `converter.NewZlibCodec`, so that a codec server for
 * Temporal's pages can be had ready-made.
 */
export class CompressedPayloads implements PayloadCodec {
  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(
      payloads.map(async (payload) => {
        if ((payload.data?.length ?? 0) < SHORT_BYTES) return payload;
        const data = await compress(Message.encode(payload).finish(), { level: constants.Z_BEST_SPEED });
        return { metadata: { [METADATA_ENCODING_KEY]: Buffer.from(ENCODING) }, data };
      }),
    );
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(
      payloads.map(async (payload) => {
        const encoding = payload.metadata?.[METADATA_ENCODING_KEY];
        if (Buffer.from(encoding ?? []).toString() !== ENCODING) return payload;
        return Message.decode(await decompress(payload.data ?? Buffer.alloc(0), { maxOutputLength: MOST_BYTES }));
      }),
    );
  }
}
