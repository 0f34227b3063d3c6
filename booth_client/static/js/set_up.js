/** The operator's choice of a booth's devices: at `/booth?devices=choose`, kept on this device for all who come. */
import { checkFace, OwnDevices } from "#booth_client/check.js";
import { chooseAsOperator } from "#signaling/device_memory.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { gettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @param {HTMLDialogElement} dialog */
export function chooseDevices(dialog) {
  const draw = () =>
    render(
      html`<div class="stack">
        <h2>${gettext("The devices of this booth")}</h2>
        <p>${gettext("What you choose here is used by everybody who comes.")}</p>
        ${checkFace(devices)}
        <button class="button button--primary button--wide" type="button" data-done @click=${() => dialog.close()}>${gettext("Done")}</button>
      </div>`,
      dialog,
    );
  const devices = new OwnDevices(() => dialog.open && draw());
  loudspeaker.follow(() => dialog.open && draw());
  const end = () => {
    chooseAsOperator(false);
    devices.close();
    render(null, dialog);
  };
  dialog.addEventListener("close", end, { once: true });
  chooseAsOperator(true);
  dialog.showModal();
  devices.allow({ microphone: true, camera: true });
  void devices.open();
}
