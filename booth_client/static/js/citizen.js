/** The citizen's page: makes the server's welcome live, and brings the other faces when they are needed. */
import { comfort } from "#booth_client/comfort.js";
import { DeviceKey } from "#booth_client/device_key.js";
import { KeptVisit } from "#booth_client/kept_visit.js";
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

if (isBooth) keep.device = await DeviceKey.load();
const visit = new Visit(keep, show);
const front = welcome(visit, isBooth, () => void readFace());
/** @type {Promise<typeof import("#booth_client/visit_faces.js")> | null} */
let faces = null;

/** Drawing and devices come after the button works, or when it is pressed. */
function loadFaces() {
  faces ??= import("#booth_client/visit_faces.js").catch((problem) => {
    faces = null; // the network was gone just then: the next press asks again
    throw problem;
  });
  return faces;
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
  loadFaces()
    .then(({ facesOn }) => facesOn(stage, current, { isBooth, say }).draw())
    .catch((problem) => {
      if (faces) throw problem; // a fault of ours, not of the network
      visit.wipe(); // nothing can be drawn: a press that leads to an empty page is none
      if (navigator.onLine) return front.trouble(new ServiceFault("unavailable"));
      front.trouble(new ServiceFault("offline"), networkWords("offline", isBooth));
      window.addEventListener("online", goOn, { once: true });
    });
}

document.querySelector("[data-check]")?.addEventListener("click", async () => {
  const { facesOn } = await loadFaces();
  facesOn(stage, visit, { isBooth, say }).check(/** @type {HTMLElement} */ (document.getElementById("check")));
});
document.querySelector(".foot")?.addEventListener("click", (event) => {
  const name = event.target instanceof HTMLElement ? event.target.dataset.notice : "";
  if (!name) return;
  event.preventDefault();
  import("#booth_client/notice_dialog.js")
    .then(({ openNotice }) => openNotice(name))
    .catch(() => location.assign(`/${name}`));
});
document.querySelector("[data-return]")?.addEventListener("click", async () => {
  const { askForNumber } = await import("#booth_client/comeback.js");
  askForNumber(visit);
});
document.addEventListener("person:gone", () => front.reset());
window.addEventListener("beforeunload", (event) => {
  if (!isBooth && visit.screen === "call") event.preventDefault(); // the browser asks whether to leave the call
});
const spoken = () => visit.choice?.language ?? String(new FormData(front.form).get("spoken") ?? "");
const reading = async () => {
  const [{ faceParts, receiptParts }, { isLongWait }] = await Promise.all([
    import("#booth_client/voice/readings.js"),
    import("#booth_client/words.js"),
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
    import("#booth_client/go_on.js").then(({ ask }) => ask(entrance, left, keep, visit));
  }
});
import("#booth_client/voice/greeting.js").then(({ greeting }) => greeting(front.form, visit, isBooth));
if (isBooth) import("#booth_client/kiosk.js").then(({ kiosk }) => kiosk(visit, keep, say));
if (pressedBefore() && !isBooth) front.press();
const [hours, few] = [document.getElementById("hours"), document.getElementById("few")];
const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ step) => setTimeout(step, 300));
idle(() => void import("#booth_client/finder.js").then(({ finder }) => finder(front)));
if (hours)
  idle(
    () =>
      void import("#booth_client/hours.js").then(({ tellHours }) => tellHours(hours, () => keep.device?.booth ?? "")),
  );
if (few) idle(() => void import("#booth_client/few.js").then(({ tellFew }) => tellFew(front.form, few)));
idle(() => void loadFaces().catch(() => undefined));
idle(() => void import("#webui/arrows.js").then(({ followArrows }) => followArrows(goBack)));

/** Back, on a remote control: out of a service's guide, and of nothing else. */
function goBack() {
  const button = document.querySelector(".guide__back");
  if (!(button instanceof HTMLElement) || document.querySelector("dialog[open], [aria-modal=true]")) return false;
  button.click();
  return true;
}
