/** The declarations of the client for other systems hold what its page says: `tsc` reads this file, nothing runs it. */
import {
  Client,
  Refused,
  verify,
  type CloudEvent,
  type SessionLine,
  type Code,
  type frames,
} from "../../clients/js/index.js";
const window = new Client("https://x", { key: "k", name: "n", operations: ["get_events"] });
/** Use each part of the client once. */
export async function use(problem: unknown): Promise<Code | undefined> {
  for await (const line of window.each("get_sessions", { from: "2026-01-01" })) {
    const one: SessionLine = line;
    const text: string = one.outcome;
    void text;
  }
  const page = await window.ask("get_sessions", { limit: 3 });
  const next: string = page.cursor;
  const csv: Uint8Array = await window.ask("get_sessions_csv", { seat: "S001" });
  await window.ask("post_seats_seat_pause", { seat: "S001", body: {} });
  // @ts-expect-error: no such parameter
  await window.ask("get_sessions", { colour: "red" });
  // @ts-expect-error: no such operation
  await window.ask("get_nothing");
  // @ts-expect-error: not in pages
  window.each("get_wallboard");
  const event: CloudEvent = await verify("whsec_", {}, csv);
  const hello: frames.ClientFrame = { type: "hello", version: 2, role: "citizen" };
  const shown = (frame: frames.ServerFrame): string => (frame.type === "done" ? frame.id : "");
  void [next, event, hello, shown];
  return problem instanceof Refused ? problem.code : undefined;
}
