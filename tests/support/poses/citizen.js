/** Puts the citizen's page into any of its states. */
import { closing, later, MINUTE_MS, now, person, session, settled, ticket, until } from "/static/poses/matter.js";

/** What the story of a citizen's page is in each state. */
const STORIES = {
  taking: {},
  waiting: { ticket },
  consent: { ticket, consents: {} },
  long: { ticket: { ...ticket, waiting_since_ms: now - 5 * MINUTE_MS, callback_times_ms: later } },
  held: { ticket: { ...ticket, state: "held" } },
  scheduled: { ticket: { ...ticket, state: "scheduled", callback_at_ms: later[0] } },
  ringing: { ticket: { ...ticket, state: "reserved" } },
  call: { ticket, session },
  chat: { ticket, session },
  screen: { ticket, session },
  weak: { ticket, session },
  still: { ticket, session, still: { request: "r1", material: "hukou" } },
  goodbye: { ticket, session: { ...session, state: "closed" }, closing },
  ended: { ticket: { ...ticket, state: "abandoned" } },
  superseded: { over: "superseded" },
};

/** What was agreed to, unless a state says otherwise. */
const AGREED = { service: true, sound: true, picture: true };

/** A connection on which nothing comes and nothing fails. */
const quiet = { on: () => () => undefined, open() {}, close() {}, post() {}, send: () => new Promise(() => undefined), status: "open" };

/** Show a face of the citizen's page. @param {string} name one of STORIES, or `welcome` */
export async function citizen(name) {
  const [{ BEGINNING }, { Visit }, { KeptVisit }, { facesOn }] = await Promise.all([
    import("#booth_client/story.js"),
    import("#booth_client/visit.js"),
    import("#booth_client/kept_visit.js"),
    import("#booth_client/visit_faces.js"),
    import("#booth_client/later.js").then(({ bring }) => bring(async () => undefined)),
  ]);
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove(); // a booth that is not enrolled asks for its code
  const isBooth = document.documentElement.dataset.profile === "booth";
  class Posed extends Visit {
    get channel() {
      return quiet;
    }
    get connection() {
      return "open";
    }
  }
  globalThis.posed ??= new Posed(new KeptVisit(isBooth), () => undefined);
  const visit = globalThis.posed;
  const stage = document.getElementById("live");
  const faces = facesOn(stage, visit, { isBooth, say: () => undefined });
  const isWelcome = name === "welcome";
  document.getElementById("welcome").hidden = !isWelcome;
  stage.hidden = isWelcome;
  visit.story = isWelcome ? BEGINNING : { ...BEGINNING, asked: true, consents: AGREED, ...STORIES[name] };
  document.body.dataset.screen = visit.screen;
  faces.draw();
  await settled();
  if (visit.screen !== "call") return;
  const { talk } = faces;
  await until(() => document.querySelector(".call__own")?.videoWidth);
  globalThis.someone ??= person();
  Object.assign(talk, {
    remote: { face: globalThis.someone, screen: globalThis.someone },
    state: "connected",
    score: name === "weak" ? 2 : 5,
    theirs: { screen: name === "screen" },
    tab: name === "chat" ? "chat" : "papers",
  });
  if (isBooth && faces.devices.hasPaperCamera) await talk.switchPaper(true);
  faces.draw();
  await until(() => document.querySelector(".call__remote:not([hidden])")?.videoWidth);
  await settled();
  if (name !== "chat") return;
  document.getElementById("line").focus();
  await settled();
}
