"""A machine whose devices can be pulled out and plugged in again, as a page's script sees them."""

#: `pull(what)`: the devices of that name, or of that kind, are gone; `plug()`: all are back. The rest is the browser's.
PLUGS = """
window.tracks = [];
window.gone = [];
const devices = navigator.mediaDevices;
const [open, all] = [devices.getUserMedia.bind(devices), devices.enumerateDevices.bind(devices)];
const PAPER = { kind: "videoinput", deviceId: "paper", label: "高拍仪" };
const isGone = ({ kind, label }) => window.gone.some((gone) => gone === label || gone === kind);
devices.enumerateDevices = async () => [...(await all()), PAPER].filter((device) => !isGone(device));
devices.getUserMedia = async (wanted) => {
  for (const [sense, kind] of [["audio", "audioinput"], ["video", "videoinput"]]) {
    const exact = wanted[sense]?.deviceId?.exact;
    const left = (await devices.enumerateDevices()).filter((device) => device.kind === kind);
    if (wanted[sense] && (exact ? !left.some((device) => device.deviceId === exact) : !left.length))
      throw new DOMException("", "NotFoundError");
  }
  const isPaper = wanted.video?.deviceId?.exact === PAPER.deviceId;
  const stream = await open(isPaper ? { video: true } : wanted);
  if (isPaper) Object.defineProperty(stream.getVideoTracks()[0], "label", { value: PAPER.label });
  window.tracks.push(...stream.getTracks());
  return stream;
};
window.live = (kind) => window.tracks.filter((track) => track.kind === kind && track.readyState === "live");
window.pull = (what) => {
  window.gone.push(what);
  for (const track of [...window.live("audio"), ...window.live("video")])
    if (track.label === what || `${track.kind}input` === what) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  devices.dispatchEvent(new Event("devicechange"));
};
window.plug = () => {
  window.gone = [];
  devices.dispatchEvent(new Event("devicechange"));
};
/** The label of the loudspeaker that an element, or the last context of tones, sounds from. */
window.sounds = async (selector) => {
  const speaker = selector ? document.querySelector(selector) : window.tones;
  if (!speaker) return null;
  const { sinkId } = speaker;
  return (await all()).find(({ kind, deviceId }) => kind === "audiooutput" && deviceId === sinkId)?.label ?? "";
};
window.AudioContext = class extends AudioContext {
  constructor() {
    super();
    window.tones = this;
  }
};
"""
