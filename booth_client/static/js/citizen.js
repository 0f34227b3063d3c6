/** The citizen's page: makes the server's welcome live, and brings the other faces when they are needed. */
import { comfort } from "#booth_client/comfort.js";
import { KeptVisit } from "#booth_client/kept_visit.js";
import { bring } from "#booth_client/later.js";
import { Visit } from "#booth_client/visit.js";
import { welcome } from "#booth_client/welcome.js";
import { readFace, say } from "#booth_client/voice.js";
import { pressedBefore } from "#booth_client/pressed.js";
import { ServiceFault } from "#signaling/faults.js";
import { networkWords } from "#signaling/network_words.js";

const isBooth = document.documentElement.dataset.profile === "booth";
const keep = new KeptVisit(isBooth);
const stage = /** @type {HTMLElement} */ (document.getElementById("live"));
const entrance = /** @type {HTMLElement} */ (document.getElementById("welcome"));

if (isBooth) keep.device = await (await import("#booth_client/device_key.js")).DeviceKey.load();
const visit = new Visit(keep, show);
const front = welcome(visit, isBooth, () => void readFace());
/** @type {Promise<typeof import("#booth_client/visit_faces.js")> | null} */
let faces = null;

/** Drawing and devices come after the button works, or when it is pressed. */
function loadFaces() {
  faces ??= bring(() => import("#booth_client/visit_faces.js")).catch((problem) => {
    faces = null; // the network was gone just then: the next press asks again
    throw problem;
  });
  return faces;
}

/** What a press asked for could not be loaded. */
function tellOutage() {
  if (navigator.onLine) front.trouble(new ServiceFault("unavailable"));
  else front.trouble(new ServiceFault("offline"), networkWords("offline", isBooth));
}

/** A press without network is made up for as soon as there is one. */
const goOn = () => front.press();
front.onReset(() => window.removeEventListener("online", goOn));

/** @param {Visit} current */
function show(current) {
  const isWelcome = current.screen === "welcome";
  entrance.hidden = !isWelcome;
  stage.hidden = isWelcome;
  document.body.dataset.screen = current.screen;
  document.querySelector("[data-another]")?.toggleAttribute("hidden", isWelcome);
  front.show(current);
  if (isWelcome && !faces) return;
  loadFaces().then(
    ({ facesOn }) => facesOn(stage, current, { isBooth, say }).draw(),
    () => {
      visit.wipe(); // nothing can be drawn: a press that leads to an empty page is none
      tellOutage();
      if (!navigator.onLine) window.addEventListener("online", goOn, { once: true });
    },
  );
}

document.querySelector("[data-check]")?.addEventListener("click", () => {
  const place = /** @type {HTMLElement} */ (document.getElementById("check"));
  loadFaces().then(({ facesOn }) => facesOn(stage, visit, { isBooth, say }).check(place), tellOutage);
});
document.querySelector(".foot")?.addEventListener("click", (event) => {
  const name = event.target instanceof HTMLElement ? event.target.dataset.notice : "";
  if (!name) return;
  event.preventDefault();
  bring(() => import("#booth_client/notice_dialog.js"))
    .then(({ openNotice }) => openNotice(name))
    .catch(() => location.assign(`/${name}`));
});
document.querySelector("[data-return]")?.addEventListener("click", () => {
  bring(() => import("#booth_client/comeback.js")).then(({ askForNumber }) => askForNumber(visit), tellOutage);
});
document.addEventListener("person:gone", () => front.reset());
window.addEventListener("beforeunload", (event) => {
  if (!isBooth && visit.screen === "call") event.preventDefault(); // the browser asks whether to leave the call
});
const spoken = () => visit.choice?.language ?? String(new FormData(front.form).get("spoken") ?? "");
const reading = async () => {
  const [{ faceParts, receiptParts }, { isLongWait }] = await Promise.all([
    bring(() => import("#booth_client/voice/readings.js")),
    bring(() => import("#booth_client/words.js")),
  ]);
  return [...faceParts(visit, front.reading(), isLongWait(visit)), ...receiptParts(visit)];
};
const forgetComfort = comfort(isBooth, spoken, reading);
if (isBooth) front.onReset(forgetComfort); // at one's own PC the larger text stays
visit.isDoubted = isBooth && Boolean(keep.visit);
visit.resume();
document.documentElement.dataset.ready = "";
void keep.left().then((left) => {
  if (left && visit.screen === "welcome") {
    bring(() => import("#booth_client/go_on.js")).then(({ ask }) => ask(entrance, left, keep, visit));
  }
});
load(
  () => import("#booth_client/voice/greeting.js"),
  ({ greeting }) => greeting(front.form, visit, isBooth),
);
if (isBooth)
  load(
    () => import("#booth_client/kiosk.js"),
    ({ kiosk }) => kiosk(visit, keep, say),
  );
if (pressedBefore() && !isBooth) front.press();
const [hours, few] = [document.getElementById("hours"), document.getElementById("few")];
const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ step) => setTimeout(step, 300));
idle(() => {
  load(
    () => import("#booth_client/finder.js"),
    ({ finder }) => finder(front),
  );
  if (hours)
    load(
      () => import("#booth_client/hours.js"),
      ({ tellHours }) => tellHours(hours, () => keep.device?.booth ?? "", front.known),
    );
  if (few)
    load(
      () => import("#booth_client/few.js"),
      ({ tellFew }) => tellFew(front.form, few, front.known),
    );
  load(loadFaces, () => undefined);
  load(
    () => import("#webui/arrows.js"),
    ({ followArrows }) => followArrows(goBack),
  );
});

/**
 * Bring a part of the page in; one that the network withholds comes as soon as the network is back.
 * @template Part @param {() => Promise<Part>} part @param {(part: Part) => void} use
 */
function load(part, use) {
  bring(part).then(use, () => window.addEventListener("online", () => load(part, use), { once: true }));
}

/** Back, on a remote control: out of a service's guide, and of nothing else. */
function goBack() {
  const button = document.querySelector(".guide__back");
  if (!(button instanceof HTMLElement) || document.querySelector("dialog[open], [aria-modal=true]")) return false;
  button.click();
  return true;
}
