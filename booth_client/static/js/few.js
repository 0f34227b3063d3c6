/** Says beside the choice of a language that few or no staff speak it, before somebody waits for them. */
import { facts } from "#booth_client/facts.js";
import { gettext } from "#webui/i18n.js";

/** @param {HTMLFormElement} form @param {HTMLElement} line */
export function tellFew(form, line) {
  const tell = async () => {
    const chosen = () => String(new FormData(form).get("spoken") ?? "");
    const asked = chosen();
    // Not known: rather nothing than a guess.
    const words = await facts().then(
      ({ languages }) => fewWords(languages.find(({ id }) => id === asked)),
      () => "",
    );
    if (asked === chosen()) line.textContent = words;
  };
  form.addEventListener("change", tell);
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
