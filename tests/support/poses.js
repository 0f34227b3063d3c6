/** Puts a page of ours into any of its states without a call, a queue or a clock: for tests that measure what eyes meet. */
const now = Date.now();
const MINUTE_MS = 60_000;

const about = {
  number: "MZ003",
  item: "MZ01",
  item_name: "老年人优待卡（广州市）首次申领",
  mode: "handle",
  language: "cmn",
  locale: "zh-Hans",
  channel: "booth",
  site: "site",
  site_name: "花东镇大塘村小屋",
  booth: "B1",
  collecting_district: "440114",
  handling_district: "440113",
  skill: "MZ",
  receipt: "20261129-MZ005-GYEN8K",
  priority: "priority",
  helper_present: true,
  returning: false,
};
const material = (key, name, more) => ({
  key,
  name,
  required: true,
  deferrable: false,
  electronic: false,
  original: true,
  signature: false,
  alternative: false,
  conditional: false,
  ...more,
});
const guide = {
  item: "MZ01",
  name: about.item_name,
  department: "广州市民政局",
  district: "440113",
  kind: "confirm",
  modes: ["consult", "coach", "handle"],
  cross: "city",
  promised_days: 5,
  legal_days: 20,
  result: "广州市老年人优待卡",
  average_min: 12,
  impl_code: "11440113007512345X4440114012345",
  materials: [
    material("idcard", "居民身份证", { electronic: true }),
    material("hukou", "居民户口簿（首页、户主页、本人页）", { alternative: true }),
    material("photo", "近期免冠一寸彩色照片", { original: false, deferrable: true }),
  ],
};
const paper = (document, name, of, verdict) => ({
  document,
  name,
  media_type: "image/jpeg",
  bytes: 812_345,
  sha256: "",
  purpose: "material",
  material: of,
  verdict,
  note: verdict === "blurred" ? "右下角看不清" : "",
  stored_ms: now - MINUTE_MS,
  pages: 1,
  needs_password: false,
  located: false,
});
const session = {
  session: "s1",
  ticket: "t1",
  state: "active",
  you: "citizen",
  about,
  seat: "S004",
  seat_name: "坐席004",
  seq: 9,
  began_ms: now - 3 * MINUTE_MS,
  citizen_here: true,
  seat_here: true,
  guide,
  documents: [paper("d1", "身份证正面.jpg", "idcard", "good"), paper("d2", "户口簿首页.jpg", "hukou", "blurred")],
  chat: [
    { by: "seat", text: "您好，请把户口簿首页放平再拍一次。", at_ms: now - MINUTE_MS },
    { by: "citizen", text: "好的，谢谢", at_ms: now },
  ],
  stills: [],
  hung_up: false,
  chat_before: 0,
  notes: "",
  outcome: "",
  summary: "",
  notice: [],
  explain: "",
};
const ticket = {
  ticket: "t1",
  state: "waiting",
  about,
  taken_ms: now - MINUTE_MS,
  place: 3,
  wait: { low_s: 240, high_s: 480 },
  widened: ["district", "language"],
  able_seats: 2,
  seat_name: "坐席004",
  session: "",
  held_until_ms: now + 9 * MINUTE_MS,
  waiting_since_ms: now - MINUTE_MS,
  callback_after_s: 180,
  callback_times_ms: [],
  callback_at_ms: 0,
};
const closing = {
  outcome: "correction",
  receipt: about.receipt,
  summary: "户口簿首页需要重拍。",
  notice: ["居民户口簿（首页、户主页、本人页）"],
};
const later = [now + 60 * MINUTE_MS, now + 90 * MINUTE_MS];

/** What the story of a citizen's page is in each state. */
const STORIES = {
  taking: {},
  waiting: { ticket },
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

/** A picture of a person: a head and shoulders, so that a covered face is seen to be covered. */
function person(width = 640, height = 480) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  const draw = () => {
    pen.fillStyle = "#7f9db5";
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = "#2b3f6b";
    pen.beginPath();
    pen.ellipse(width / 2, height * 1.02, width * 0.32, height * 0.36, 0, 0, 7);
    pen.fill();
    pen.fillStyle = "#e8b98f";
    pen.beginPath();
    pen.ellipse(width / 2, height * 0.42, width * 0.13, height * 0.24, 0, 0, 7);
    pen.fill();
  };
  draw();
  setInterval(draw, 200);
  return canvas.captureStream(5);
}

/** A connection on which nothing comes and nothing fails. */
const quiet = { on: () => () => undefined, open() {}, close() {}, post() {}, send: () => new Promise(() => undefined), status: "open" };

/** Show a face of the citizen's page. @param {string} name one of STORIES, or `welcome` */
export async function citizen(name) {
  const [{ BEGINNING }, { Visit }, { Keep }, { facesOn }] = await Promise.all([
    import("#booth_client/story.js"),
    import("#booth_client/visit.js"),
    import("#booth_client/keep.js"),
    import("#booth_client/faces.js"),
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
  globalThis.posed ??= new Posed(new Keep(isBooth), () => undefined);
  const visit = globalThis.posed;
  const stage = document.getElementById("live");
  const faces = facesOn(stage, visit, { isBooth, say: () => undefined });
  const isWelcome = name === "welcome";
  document.getElementById("welcome").hidden = !isWelcome;
  stage.hidden = isWelcome;
  visit.story = isWelcome ? BEGINNING : { ...BEGINNING, asked: true, ...STORIES[name] };
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
}

const seat = {
  seat: "S004",
  name: "坐席004",
  state: "idle",
  since_ms: now - 5 * MINUTE_MS,
  reason: "",
  until_ms: now + MINUTE_MS,
  district: "440113",
  site: "",
  duty: "full",
  skills: ["MZ"],
  languages: ["cmn"],
  ticket: "",
  ticket_number: "",
};
const ringing = {
  reservation: "r",
  ticket: "t1",
  fence: 1,
  state: "pending",
  about,
  left_s: 20,
  waited_s: 75,
  explain: "",
  endsMs: now + 20_000,
};
const call = { ...session, you: "seat", ended: null };
const work = { seat: { ...seat, state: "serving", ticket_number: "MZ003" }, call };
/** What the desk of the seat's console is in each state. */
const DESKS = {
  idle: { seat, alerts: [{ ticket: "t2", about, waited_s: 60, sinceMs: now - MINUTE_MS }] },
  paused: { seat: { ...seat, state: "paused", reason: "meal" } },
  missed: { seat: { ...seat, state: "paused", reason: "missed" } },
  wrap_up: { seat: { ...seat, state: "wrap_up" } },
  ringing: { seat: { ...seat, state: "reserved" }, ringing },
  call: work,
  closing: work,
};

/** Show a face of the seat's console. @param {string} name one of DESKS */
export async function desk(name) {
  const { EMPTY } = await import("#seat_console/desk.js");
  await import("#seat_console/seat-desk.js");
  await import("#seat_console/seat-bar.js");
  const value = { ...EMPTY, link: "open", you: "张三", ...DESKS[name] };
  const [bar, page] = [document.querySelector("seat-bar"), document.querySelector("seat-desk")];
  globalThis.someone ??= person();
  page.media = {
    remote: { camera: globalThis.someone, document_camera: globalThis.someone },
    mine: globalThis.someone,
    on: { microphone: true, camera: true, screen: false },
    health: "up",
    score: 5,
    fault: "",
  };
  bar.desk = value;
  page.desk = value;
  await page.updateComplete;
  await settled();
  if (name !== "closing") return;
  const form = page.querySelector("close-form");
  form.outcome = "correction";
  await form.updateComplete;
  await settled();
}

const STATES = ["idle", "serving", "wrap_up", "paused", "offline", "reserved", "serving"];

/** Show a floor on the wallboard. @param {number} count seats */
export async function wall(count) {
  await import("#seat_console/wall-board.js");
  const board = document.querySelector("wall-board");
  const seats = Array.from({ length: count }, (_, n) => ({
    ...seat,
    seat: `S${String(n + 1).padStart(3, "0")}`,
    name: `坐席${String(n + 1).padStart(3, "0")}`,
    state: STATES[n % STATES.length],
    reason: STATES[n % STATES.length] === "paused" ? (n % 2 ? "missed" : "meal") : "",
    since_ms: now - n * 7000,
    skills: ["MZ", "RS"],
    ticket_number: STATES[n % STATES.length] === "serving" ? "MZ003" : "",
  }));
  const lanes = ["MZ", "RS", "GA", "YB", "ZJ"].map((skill, n) => ({
    skill,
    district: "440113",
    waiting: n + 1,
    oldest_ms: now - n * MINUTE_MS,
  }));
  board.link = "open";
  board.wall = {
    rev: 1,
    at_ms: now,
    seats,
    lanes,
    waiting: 15,
    longest_wait_since_ms: now - 4 * MINUTE_MS,
    serving: 200,
    answered_today: 1234,
    answered_in_60_s_today: 1000,
    abandoned_today: 31,
    booths_online: ["B1", "B2"],
    booths_known: 104,
  };
  await board.updateComplete;
  await until(() => document.querySelectorAll(".tile").length === count);
  await settled();
}

/** @param {() => unknown} isSo */
async function until(isSo) {
  for (let n = 0; n < 100 && !isSo(); n++) await new Promise((done) => setTimeout(done, 50));
}

/** Two frames: drawn, and laid out. */
export const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
