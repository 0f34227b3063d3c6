/**
 * BullMQ behind a pipe: one queue a class, one worker a seat. Requests and answers are JSON lines: `[number, verb, ...]` in,
 * `[number, ...facts]` out; times are seconds since the epoch, taken here.
 *
 * A seat with one class is a Worker with concurrency 1: finishing a job fetches the next one in the same script, which is
 * BullMQ's fastest way. No Worker serves two queues, so a seat with two classes fetches by hand, class after class, and
 * looks again every 10 ms while both are empty.
 *
 * Arguments: path of the server's socket, lease in milliseconds, seats as JSON `{name: [class, ...]}`.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

const POLL_MS = 10;
const [path, lease, seatsText] = process.argv.slice(2);
const connect = () => new Redis({ path, maxRetriesPerRequest: null });
const connection = connect();
const queues = new Map();
const hands = new Map();
const now = () => (performance.timeOrigin + performance.now()) / 1000;
const options = () => ({
  connection: connect(),
  concurrency: 1,
  autorun: false,
  lockDuration: Number(lease),
  stalledInterval: Number(lease) / 2,
  maxStalledCount: 100,
});

function queue(kind) {
  if (!queues.has(kind)) queues.set(kind, new Queue(`class${kind}`, { connection }));
  return queues.get(kind);
}

/** A seat with one class: the worker calls, and waits until the seat is done. */
class Calling {
  #worker;
  #runs = false;
  #freed = 0;
  #idle = 0;
  #finish = () => {};
  #completed = () => {};
  #next = deferred();

  constructor(kind) {
    this.#worker = new Worker(`class${kind}`, (job) => this.#work(job), options());
    this.#worker.on("completed", () => {
      this.#idle = now();
      this.#completed();
    });
    this.#worker.on("error", () => {});
  }

  #work(job) {
    this.#next.resolve([job.id, this.#freed, this.#idle, now()]);
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  async next() {
    if (!this.#runs) {
      this.#runs = true;
      this.#freed = this.#idle = now();
      void this.#worker.run();
    }
    const handed = await this.#next.promise;
    this.#next = deferred();
    return handed;
  }

  done() {
    const completed = new Promise((resolve) => {
      this.#completed = resolve;
    });
    this.#freed = now();
    this.#finish("ok");
    return completed;
  }
}

/** A seat with several classes: it fetches by hand. */
class Fetching {
  static #workers = new Map();
  #name;
  #kinds;
  #job;

  constructor(name, kinds) {
    this.#name = `${name}-${process.pid}`;
    this.#kinds = kinds;
  }

  static async worker(kind) {
    if (!Fetching.#workers.has(kind)) {
      const worker = new Worker(`class${kind}`, null, options());
      worker.on("error", () => {});
      Fetching.#workers.set(kind, worker);
      await worker.startStalledCheckTimer();
    }
    return Fetching.#workers.get(kind);
  }

  async next() {
    const freed = now();
    for (;;) {
      for (const kind of this.#kinds) {
        const job = await (await Fetching.worker(kind)).getNextJob(this.#name, { block: false });
        if (job) {
          this.#job = job;
          return [job.id, freed, freed, now()];
        }
      }
      await sleep(POLL_MS);
    }
  }

  async done() {
    await this.#job.moveToCompleted("ok", this.#name, false);
  }
}

function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const verbs = {
  take: async (ticket, kind) => {
    await queue(kind).add("ticket", {}, { jobId: ticket, removeOnComplete: true });
    return [];
  },
  next: (seat) => hands.get(seat).next(),
  done: async (seat) => {
    await hands.get(seat).done();
    return [];
  },
};

for (const [name, kinds] of Object.entries(JSON.parse(seatsText))) {
  hands.set(name, kinds.length === 1 ? new Calling(kinds[0]) : new Fetching(name, kinds));
}
createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const [number, verb, ...facts] = JSON.parse(line);
    try {
      process.stdout.write(`${JSON.stringify([number, ...(await verbs[verb](...facts))])}\n`);
    } catch (error) {
      process.stdout.write(`${JSON.stringify([number, { error: String(error) }])}\n`);
    }
  })
  .on("close", () => process.exit(0));
