/** Says beside the choice of a language that few or no staff speak it, before somebody waits for them. */
import { facts } from "#booth_client/facts.js";
import { say } from "#booth_client/voice.js";
import { fewParts } from "#booth_client/voice/front.js";
import { gettext } from "#webui/i18n.js";

/** @param {HTMLFormElement} form @param {HTMLElement} line @param {import("#booth_client/welcome.js").Known} known */
export function tellFew(form, line, known) {
  const chosen = () => String(new FormData(form).get("spoken") ?? "");
  const tell = async () => {
    const asked = chosen();
    // Not known: rather nothing than a guess.
    const languages = await facts().then(
      (told) => told.languages,
      () => [],
    );
    if (asked !== chosen()) return;
    const language = languages.find(({ id }) => id === asked);
    known.seats = language?.seats ?? "";
    line.textContent = fewWords(language);
  };
  form.addEventListener("change", async ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== "spoken") return;
    await tell();
    say("", { parts: fewParts(known.seats), kind: "few" });
  });
  form.addEventListener("reset", () => setTimeout(tell));
  void tell();
}

/** @param {import("#booth_client/facts.js").Facts["languages"][number] | undefined} language */
export function fewWords(language) {
  switch (language?.seats) {
    case "few":
      return gettext("Few staff know {language}: you may wait longer. You can also type.", { language: language.name });
    case "none":
      return gettext("No staff know {language}. Someone who speaks another language answers; you can type.", {
        language: language.name,
      });
    default:
      return "";
  }
}
