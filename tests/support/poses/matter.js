/** One citizen's matter, for pages that are put into a state without a call, a queue or a clock. */
export const now = Date.now();
export const MINUTE_MS = 60_000;

export const about = {
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
export const session = {
  session: "s1",
  ticket: "t1",
  state: "active",
  you: "citizen",
  about,
  seat: "S004",
  seat_name: "坐席004",
  seq: 9,
  began_ms: now - 3 * MINUTE_MS,
  role: "agent",
  participants: [
    { id: "citizen", role: "citizen", name: "", here: true, since_ms: now },
    { id: "seat", role: "agent", name: "", here: true, since_ms: now },
  ],
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
export const ticket = {
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
export const closing = {
  outcome: "correction",
  receipt: about.receipt,
  summary: "户口簿首页需要重拍。",
  notice: ["居民户口簿（首页、户主页、本人页）"],
};
export const later = [now + 60 * MINUTE_MS, now + 90 * MINUTE_MS];

/** A picture of a person: a head and shoulders, so that a covered face is seen to be covered. */
export function person(width = 640, height = 480) {
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

/** @param {() => unknown} isSo */
export async function until(isSo) {
  for (let n = 0; n < 100 && !isSo(); n++) await new Promise((done) => setTimeout(done, 50));
}

/** Two frames: drawn, and laid out. */
export const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
