/** Loaded into each process of a lab before its program: on host-b it is an hour later. */
const aheadMs = 3_600_000;
const RealDate = Date;

class LaterDate extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [LaterDate.now()] : given));
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
}

if (process.env['FERRY_HOST'] === 'host-b') globalThis.Date = LaterDate;
